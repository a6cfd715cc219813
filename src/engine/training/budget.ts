// The progress of a run along its budget, and the number of steps in it.
import type { Budget } from '../spec/run-spec.ts';

export interface Spent {
  readonly step: number;
  readonly activeSeconds: number;
}

/** Steps of the whole run; null when the budget is in seconds. */
export function stepsOf(budget: Budget, tokensPerStep: number): number | null {
  if (budget.unit === 'seconds') return null;
  return budget.unit === 'steps' ? budget.amount : Math.ceil(budget.amount / tokensPerStep);
}

/** 0 at the start, 1 or a little more at the end. */
export function shareOf(budget: Budget, tokensPerStep: number, spent: Spent): number {
  const steps = stepsOf(budget, tokensPerStep);
  return steps === null ? spent.activeSeconds / budget.amount : spent.step / steps;
}
