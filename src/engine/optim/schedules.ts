// The learning rate at a step: pure functions of the step, so that a resumed run continues exactly.

export type ScheduleKind = 'constant' | 'cosine';

export interface Schedule {
  readonly kind: ScheduleKind;
  readonly peak: number;
  /** Cosine ends here. */
  readonly minimum: number;
  /** Steps of linear rise from 0 to the peak. */
  readonly warmup: number;
  /** Steps of the whole run; null if the budget is not in steps and only the progress is known. */
  readonly steps: number | null;
}

/**
 * Learning rate of update `step` (0 = the first). Warm-up: peak (step + 1) / (warmup + 1). Then constant, or
 * minimum + (peak - minimum) (1 + cos(pi p)) / 2 with p = share of the steps after warm-up; p = `progress` (0..1) when the number of
 * steps is not known. Both as nanoGPT.
 */
export function learningRateAt(schedule: Schedule, step: number, progress: number): number {
  const { kind, peak, minimum, warmup, steps } = schedule;
  if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
  if (kind === 'constant') return peak;
  const share = steps === null ? progress : (step - warmup) / Math.max(1, steps - warmup);
  return minimum + ((peak - minimum) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))))) / 2;
}
