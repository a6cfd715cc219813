// What a published table or figure claims, as data: the runs that test it at three sizes, its own settings and numbers, and its claim in parts that
// are judged one by one. Everything that shows or runs a reproduction reads this. Pure.
import type { Message } from '../../core/say.ts';
import type { ExperimentSpec } from '../run-spec.ts';
import type { MetricName } from '../task-metrics.ts';

export type SizeName = 'small' | 'medium' | 'paper';
export const sizeNames: readonly SizeName[] = ['small', 'medium', 'paper'];

/** A printed number that was seen, in the unit of the metric. `spread` is printed without a name or a count: it is quoted, never tested. */
export interface Published {
  readonly value: number;
  readonly spread?: number;
}

/** One row of the published table. */
export interface Arm {
  /** Name of the variant in the experiments; its runs differ by their seeds. */
  readonly name: string;
  /** Cells of the columns before the numbers. */
  readonly cells: readonly string[];
  /** `not verified` = printed, but nobody here could read it in the source. Absent = the source has no such row. */
  readonly published?: Published | 'not verified';
}

/** A setting of the source. What is set here is read from the experiment, never typed again. */
export interface Setting {
  readonly title: Message;
  /** Null = the source does not state it. */
  readonly value: string | number | boolean | null;
  /** `task.length`, `training.learningRate`, `model.d`, `budget`, `seeds`. */
  readonly at: string;
  /** Why it differs where it does not only for its size. */
  readonly choice?: Message;
}

interface ByArms {
  readonly says: Message;
}

/** A part of the claim, with the names of the arms it is about. Margins are those of docs/user/statistics.md unless one is given. */
export type Part =
  | (ByArms & { readonly kind: 'better'; readonly a: string; readonly b: string })
  /** a is better than b, or behind it by less than `by` in the unit of the metric. */
  | (ByArms & { readonly kind: 'not-behind'; readonly a: string; readonly b: string; readonly by: number })
  | (ByArms & { readonly kind: 'equals'; readonly a: string; readonly b: string; readonly delta: number })
  | (ByArms & { readonly kind: 'order'; readonly arms: readonly string[] })
  | (ByArms & { readonly kind: 'reaches'; readonly a: string; readonly x: number })
  /** Of the full size alone, or of what cannot be had here. */
  | (ByArms & { readonly kind: 'cannot'; readonly needs: Message });

/** What every reproduction has, however its numbers come about. */
export interface Described {
  readonly id: string;
  /** `Table 1`. */
  readonly title: Message;
  readonly subject: Message;
  readonly source: string;
  readonly claim: Message;
  /** Heads of the columns before the numbers. */
  readonly heads: readonly Message[];
  /** What a reader has to know beside it. */
  readonly notes: readonly Message[];
}

/** One whose numbers come from trained runs. */
export interface Preset extends Described {
  readonly kind?: 'trained';
  readonly metric: MetricName;
  readonly arms: readonly Arm[];
  readonly parts: readonly Part[];
  readonly settings: readonly Setting[];
  /** Run one after the other into one session. */
  readonly experiments: (size: SizeName) => readonly ExperimentSpec[];
}
