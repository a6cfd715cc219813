// One run of a simulated race: what each of its steps truly costs, with the noise and drift of a machine, and the real clock that counts them.
// Must not depend on the race around it.
import type { Budget } from '../../src/engine/spec/run-spec.ts';
import type { Span } from '../../src/engine/spec/remaining.ts';
import { StepClock } from '../../src/engine/training/timing.ts';

/** True costs of a model in seconds. */
export interface Costs {
  readonly step: number;
  readonly beside: number;
  readonly evaluation: number;
  /** Samples and checkpoints after an evaluation. */
  readonly afterEvaluation: number;
  readonly preparation: number;
  /** Ratio of the expected to the true time on this machine; null = unknown. */
  readonly expected: number | null;
}

interface Race {
  readonly budget: Budget;
  readonly random: () => number;
}

export const evaluateEvery = 50;
export const tokensPerStep = 1000;

/** A factor around 1 that differs from it by at most `by`. */
export const noise = (random: () => number, by: number): number => 1 + by * (2 * random() - 1);

export class SimulatedEngine {
  readonly clock = new StepClock(0, 0);
  readonly costs: Costs;
  readonly startedAt: number;
  step = 0;
  prepared: number | null = null;
  secondsLeft: Span | null = null;
  evaluations = 0;
  readonly #race: Race;
  #drift: number;

  constructor(costs: Costs, race: Race, startedAt: number) {
    this.costs = costs;
    this.startedAt = startedAt;
    this.#race = race;
    this.#drift = this.#noise(0.1);
  }

  /** Of the budget, in its unit. */
  get spent(): number {
    const { unit } = this.#race.budget;
    return unit === 'steps' ? this.step : unit === 'tokens' ? this.step * tokensPerStep : this.clock.active;
  }

  get over(): boolean {
    return this.spent >= this.#race.budget.amount;
  }

  /** One step with its overhead, as counted by the trainer; returns its seconds. */
  take(slower: number): number {
    const { clock, costs } = this;
    const steady = clock.warmupSeconds !== null;
    this.#drift = Math.min(1.2, Math.max(0.85, this.#drift * this.#noise(0.01)));
    const disturbed = this.#race.random() < 0.01 ? 4 : 1;
    const cold = steady ? 1 : 2.5;
    const seconds = costs.step * this.#drift * this.#noise(0.1) * disturbed * cold * slower;
    clock.step(seconds);
    this.step++;
    let spent = seconds + costs.beside * this.#noise(0.5) * slower;
    if (this.step % evaluateEvery === 0 || this.over) {
      const alone = costs.evaluation * this.#noise(0.2) + costs.afterEvaluation * this.#noise(0.5);
      const evaluation = alone * slower;
      clock.evaluated(evaluation, clock.steps > 0);
      this.evaluations += evaluation;
      spent += evaluation;
    }
    if (steady) clock.busy += spent;
    return spent;
  }

  #noise(by: number): number {
    return noise(this.#race.random, by);
  }
}
