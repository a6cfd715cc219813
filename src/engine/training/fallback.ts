// Steps that the implementation of a run could not compute: they are computed by another one of the same weights, and counted. Which steps these
// are follows from weights and data alone, so a resumed run has the same.
import { say } from '../core/say.ts';
import type { ModelMetric } from '../models/model.ts';
import type { Fallbacks } from '../spec/fallbacks.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import type { RunSetup } from './setup.ts';

/** The implementation that steps in where that of the run gives no numbers; null if it always gives some. */
const fallbackOf = ({ stack: { model, implementation } }: Pick<RunSetup, 'stack'>): string | null =>
  model.implementations.find(({ id }) => id === implementation)?.fallback ?? null;

/** The same run by that implementation; null if there is none. */
export function alwaysNumbers(setup: RunSetup): RunSetup | null {
  const implementation = fallbackOf(setup);
  return implementation === null ? null : { ...setup, stack: { ...setup.stack, implementation } };
}

/** Steps so far that another implementation computed. */
export const fallbackMetric = {
  name: 'model/fallbacks',
  title: say`Steps computed otherwise`,
  short: say`Otherwise`,
  better: 'lower',
  unit: '',
} as const satisfies ModelMetric;

/** What has been computed so. */
export class FallbackCount {
  readonly #to: string | null;
  #sofar: Fallbacks | null;

  constructor(setup: Pick<RunSetup, 'stack'>, cursor: Pick<TrainingCursor, 'fallbacks'>) {
    this.#to = fallbackOf(setup);
    this.#sofar = cursor.fallbacks ?? null;
  }

  /** Whether another implementation can step in. */
  get possible(): boolean {
    return this.#to !== null;
  }

  get steps(): number {
    return this.#sofar?.steps ?? 0;
  }

  /** Whether step `step` was one of them. */
  at(step: number): boolean {
    return this.steps > 0 && this.#sofar?.last === step;
  }

  /** Notes a step, or an evaluation after a step. */
  took(what: 'step' | 'evaluation', at: number): void {
    if (this.#to === null) return;
    const { steps = 0, first = null, last = null, evaluations = 0 } = this.#sofar ?? {};
    this.#sofar =
      what === 'step'
        ? { to: this.#to, steps: steps + 1, first: first ?? at, last: at, evaluations }
        : { to: this.#to, steps, first, last, evaluations: evaluations + 1 };
  }

  /** What a checkpoint keeps of it. */
  saved(): Pick<TrainingCursor, 'fallbacks'> {
    return this.#sofar === null ? {} : { fallbacks: this.#sofar };
  }
}
