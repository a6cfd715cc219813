// How fast a run trains, told the same at every door: the pace of its steady steps, or what a run too short for one has. Pure.
import { steppedIn, type TimeAccount } from './time-account.ts';

/** Of a run. */
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
 * Tokens per second over all steps, warm-up included, of a run without a steady speed; null where there is one, before the first step,
 * and where an older version kept no account of the warm-up.
 */
export function shortSpeed(run: Stepped): number | null {
  const { step, stepSeconds, time, facts } = run;
  if (stepSeconds !== null || time === null || facts === null || step === 0 || !(time.warmup > 0)) return null;
  return (step * facts.tokensPerStep) / steppedIn(time);
}
