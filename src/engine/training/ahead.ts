// How many steps may be submitted to a device before the results of the first are read.
import type { RunFacts } from '../spec/metrics.ts';
import { stepsOf } from './budget.ts';
import type { RunSetup } from './setup.ts';
import { now } from './timing.ts';

/** Seconds of steps whose results may wait on the device: short enough that the curves do not lag visibly. */
const longestUnread = 0.1;

export interface Outlook {
  readonly setup: Pick<RunSetup, 'spec' | 'training'>;
  readonly facts: Pick<RunFacts, 'tokensPerStep'>;
  readonly at: { readonly step: number; readonly activeSeconds: number };
  /** Where the slice ends. */
  readonly until: { readonly step: number; readonly seconds: number };
  /** Seconds of a step lately. */
  readonly median: number;
  /** Steps that the device can keep the results of. */
  readonly most: number;
}

/** Steps until something other than a step is due, limited so that a person notices no delay. */
export function stepsAhead({ setup, facts, at, until, median, most }: Outlook): number {
  const { spec, training } = setup;
  const total = stepsOf(spec.budget, facts.tokensPerStep);
  const seconds = total === null ? spec.budget.amount - at.activeSeconds : Infinity;
  const steps = Math.min(until.step, total ?? Infinity) - at.step;
  const toEvaluation = training.evaluateEvery - (at.step % training.evaluateEvery);
  const inTime = Math.floor(Math.min(seconds, until.seconds - now(), longestUnread) / median);
  return Math.max(1, Math.min(most, steps, toEvaluation, inTime));
}
