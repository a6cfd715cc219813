// Steps of a run that its implementation could not compute and another one did, and the words for them. Pure.
import { asIs, say, unsaid, type Message } from '../core/say.ts';

export interface Fallbacks {
  /** The implementation that stepped in. */
  readonly to: string;
  /** Steps of training, with the first and the last of them; null = none. */
  readonly steps: number;
  readonly first: number | null;
  readonly last: number | null;
  /** Evaluations on held-out data. */
  readonly evaluations: number;
}

/** As a person reads it. `from` = the implementation of the run, `done` = its steps so far. */
export function fallbackWords({ to, steps, first, last, evaluations }: Fallbacks, from: string, done: number): Message {
  const judged =
    evaluations === 0
      ? unsaid
      : evaluations === 1
        ? say` So was 1 evaluation.`
        : say` So were ${evaluations} evaluations.`;
  if (first === null || last === null)
    return say`Implementation ${asIs(from)} did not settle in ${evaluations} evaluations; these were computed by ${asIs(to)}.`;
  return steps === 1
    ? say`Implementation ${asIs(from)} did not settle at step ${first}; this step was computed by ${asIs(to)}.${judged}`
    : say`Implementation ${asIs(from)} did not settle at ${steps} of ${done} steps, first ${first}, last ${last}; these were computed by ${asIs(to)}.${judged}`;
}
