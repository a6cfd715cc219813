// The rate of a step: pure functions of the step, so that a resumed run continues exactly.

export type ScheduleKind = 'constant' | 'cosine';

export interface Schedule {
  readonly kind: ScheduleKind;
  /** The run's setting, reached after the warm-up. */
  readonly learningRate: number;
  /** Cosine ends here. */
  readonly minimum: number;
  /** Steps of linear rise from 0. */
  readonly warmup: number;
  /** Steps of the whole run; null if the budget is not in steps and only the progress is known. */
  readonly steps: number | null;
}

/**
 * The rate of update `step` (0 = the first), from the setting r. Warm-up: r (step + 1) / (warmup + 1). Then constant, or
 * minimum + (r - minimum) (1 + cos(pi p)) / 2 with p = share of the steps after warm-up; p = `progress` (0..1) when the number of
 * steps is not known. Both as nanoGPT.
 */
export function scheduledRate(schedule: Schedule, step: number, progress: number): number {
  const { kind, learningRate, minimum, warmup, steps } = schedule;
  if (step < warmup) return (learningRate * (step + 1)) / (warmup + 1);
  if (kind === 'constant') return learningRate;
  const share = steps === null ? progress : (step - warmup) / Math.max(1, steps - warmup);
  return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))))) / 2;
}
