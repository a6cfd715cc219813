// Where a run is, as the trainer, a checkpoint and a session file have it. With the tensors it is enough to continue bit for bit: data order
// and dropout are keyed by step. Independent of all of them.
import type { Fallbacks } from './fallbacks.ts';
import type { Bests } from './task-metrics.ts';
import type { TimeAccount } from './time-account.ts';

export interface TrainingCursor {
  readonly step: number;
  readonly activeSeconds: number;
  readonly wallSeconds: number;
  /** As a person has changed it; null = by the schedule of the spec. */
  readonly learningRate: number | null;
  /** The evaluation with the lowest loss, whose checkpoint is kept; the accuracy is for programs from before `bests`. */
  readonly best: { readonly step: number; readonly loss: number; readonly accuracy: number | null } | null;
  /** Absent in runs that an older version trained. */
  readonly bests?: Bests;
  /** Evaluations since the best one, for early stopping. */
  readonly sinceBest: number;
  /** Where its time went; absent in runs that an older version began, which kept no account. */
  readonly time?: TimeAccount;
  /** Rates a person set on the way, oldest first, with the step they were set after; absent = none. */
  readonly rateChanges?: readonly { readonly step: number; readonly value: number }[];
  /** Steps that another implementation computed, because that of the run gave no numbers; absent = none. */
  readonly fallbacks?: Fallbacks;
}
