// Detects when something else used the machine while steps were timed: one rule for the time account of a run, its speed chart and Scaling. Pure.
import { disturbedFrom } from './scaling-analysis.ts';

/** A stretch of steady steps: about a tenth of a second, or one step where that is longer. */
export interface Stretch {
  /** Seconds of a step, on average over the stretch. */
  readonly step: number;
  readonly steps: number;
}

/** Stretches needed before anything is called disturbed. */
const enough = 4;

/**
 * Seconds of a step while nothing else ran: the lower quartile, so that disturbance is detected even if it lasted most of the run. Null
 * with too few stretches.
 */
export function calmStep(steps: ArrayLike<number>): number | null {
  if (steps.length < enough) return null;
  const sorted = Float64Array.from(steps).sort();
  return sorted[Math.floor((sorted.length - 1) / 4)] ?? null;
}

/** The same rule as for the quartiles of a point on Scaling. */
export const isDisturbedStep = (step: number, calm: number): boolean => step > disturbedFrom * calm;

/** Seconds that disturbed stretches took beyond the calm pace. */
export function disturbedSeconds(stretches: readonly Stretch[]): number {
  const calm = calmStep(stretches.map(({ step }) => step));
  if (calm === null) return 0;
  return stretches.reduce((sum, { step, steps }) => sum + (isDisturbedStep(step, calm) ? (step - calm) * steps : 0), 0);
}
