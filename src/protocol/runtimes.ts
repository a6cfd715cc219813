// What the lab tells its doors of runtimes that can be added to it: plain data for the Settings screen and the command line.
import type { AppError } from '../engine/core/result.ts';
import type { Message } from '../engine/core/say.ts';

export const runtimeIds = ['tensorflow', 'tensorflow-gpu'] as const;
export type RuntimeId = (typeof runtimeIds)[number];

/** The steps of an installation, in their order. */
export const runtimeStages = ['fetch', 'unpack', 'build', 'check'] as const;
export type RuntimeStage = (typeof runtimeStages)[number];

/** What a runtime computed against the 64-bit reference, in a process of its own. */
export interface RuntimeCheck {
  /** When it was made. */
  readonly at: string;
  /** What answered: `tfjs-node TF 2.15.1`. */
  readonly module: string;
  readonly cuda: boolean;
  readonly passed: number;
  readonly total: number;
  /** Ops beyond their tolerance, each with the sentence that says by how much. */
  readonly differ: readonly { readonly op: string; readonly problem: string }[];
  /** The largest relative error of those that passed. */
  readonly worst: number;
}

export interface RuntimeWork {
  readonly stage: RuntimeStage;
  /** Bytes while it is fetched and unpacked, ops while it is checked; the compiler tells nothing: 0 of 0. */
  readonly done: number;
  readonly total: number;
  /** Whether this lab can end it; false while another lab does it. */
  readonly mine: boolean;
}

export interface RuntimeReport {
  readonly id: RuntimeId;
  readonly title: string;
  readonly version: string;
  readonly package: string;
  readonly fetchBytes: number;
  readonly diskBytes: number;
  /** Why it cannot be installed here, with what would help; null where it can. */
  readonly impossible: AppError | null;
  readonly work: RuntimeWork | null;
  /** What is in the data folder; null when nothing is. */
  readonly installed: {
    readonly at: string;
    readonly version: string;
    readonly packageVersion: string;
    readonly bytes: number;
    readonly folder: string;
    /** The last one; null when none has come to its end. */
    readonly check: RuntimeCheck | null;
    /** Why engines do not get it; null when they do. */
    readonly broken: Message | null;
  } | null;
  /** Why the last attempt to install it here did not come to its end. */
  readonly failed: AppError | null;
}

/** What the process that tries a runtime writes, a line each. */
export type CheckLine =
  | { readonly type: 'loaded'; readonly module: string; readonly cuda: boolean; readonly ops: number }
  | { readonly type: 'op'; readonly op: string; readonly problem: string | null; readonly worst: number }
  | { readonly type: 'end' };
