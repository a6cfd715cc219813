// The speed of a run, the same in every front end: that of its steady steps, or of all steps if the run is too short. Pure.
import { steppedIn, type TimeAccount } from './time-account.ts';

/** Speed of a run. */
export interface Stepped {
  readonly step: number;
  readonly stepSeconds: { readonly median: number } | null;
  readonly time: TimeAccount | null;
  readonly facts: { readonly tokensPerStep: number } | null;
}

/** Tokens of a step over the median seconds of a steady step; null before ten of those. */
export function steadySpeed({ stepSeconds, facts }: Stepped): number | null {
  if (facts === null || stepSeconds === null || !(stepSeconds.median > 0)) return null;
  return facts.tokensPerStep / stepSeconds.median;
}

/**
 * Tokens per second over all steps, warm-up included, of a run without a steady speed; null if there is one, before the first step, and if
 * an older version did not record the warm-up.
 */
export function shortSpeed(run: Stepped): number | null {
  const { step, stepSeconds, time, facts } = run;
  if (stepSeconds !== null || time === null || facts === null || step === 0 || !(time.warmup > 0)) return null;
  return (step * facts.tokensPerStep) / steppedIn(time);
}
