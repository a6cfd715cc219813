// What a run still has to do, from its settings and from what its clock has seen. Pure.
import type { RunFacts } from '../spec/metrics.ts';
import { workLeft, type Span, type Standing } from '../spec/remaining.ts';
import type { RunSetup } from './setup.ts';
import type { StepClock } from './timing.ts';

export interface Outlook {
  readonly setup: RunSetup;
  readonly facts: RunFacts;
  readonly clock: StepClock;
  readonly at: Standing;
  /** Evaluations since the best one. */
  readonly sinceBest: number;
}

/** Seconds of work left if the run has the machine to itself, including data and evaluation, at the pace of this process; null before that is known. */
export function secondsLeft({ setup: { spec, training }, facts, clock, at, sinceBest }: Outlook): Span | null {
  const { tokensPerStep, positionsPerStep = tokensPerStep, evaluationTokens = 0 } = facts;
  const pace = clock.pace(evaluationTokens / positionsPerStep);
  if (pace === null) return null;
  const { evaluateEvery, patience } = training;
  const patienceLeft = patience > 0 ? Math.max(0, patience - sinceBest) : null;
  return workLeft({ budget: spec.budget, tokensPerStep, evaluateEvery, patienceLeft }, at, pace);
}
