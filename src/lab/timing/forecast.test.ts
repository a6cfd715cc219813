// Accuracy of the remaining time from 20 % of a race on: races with known costs on a simulated clock, so that the result does not depend on
// the machine.
import { describe, expect, it } from 'vitest';
import { middle, type Span } from '../../engine/spec/remaining.ts';
import type { Budget, RaceMode } from '../../engine/spec/run-spec.ts';
import { choicesOf, type Choices } from '../../../tests/support/seeded.ts';
import type { Costs } from '../../../tests/support/simulated-engine.ts';
import { saidAt, SimulatedLab, type SimulatedRace } from '../../../tests/support/simulated-race.ts';

const shares = [0.2, 0.5, 0.8];
/** Right = the true value is within the bounds, or at most a quarter from their middle. */
const isRight = (said: Span | null, real: number): boolean =>
  said !== null && ((said.low <= real && real <= said.high) || Math.abs(middle(said) / real - 1) <= 0.25);

/** Numbers between two bounds, evenly or by orders of magnitude. */
const drawing = (choices: Choices) => {
  const unit = (): number => choices.below(2 ** 30) / 2 ** 30;
  const even = (low: number, high: number): number => low + (high - low) * unit();
  return { unit, even, log: (low: number, high: number): number => Math.exp(even(Math.log(low), Math.log(high))) };
};

/** Two to forty runs of one to four models, whose costs differ by up to four times and were expected to be up to twice as much or little. */
function drawRace(seed: number, mode: RaceMode): SimulatedRace {
  const choices = choicesOf(seed);
  const { unit, even, log } = drawing(choices);
  const count = 1 + choices.below(4);
  const base = log(0.002, 0.02);
  const today = log(0.7, 1.5);
  const known = unit() < 0.85;
  const models = Array.from({ length: count }, (): Costs => {
    const step = base * log(0.5, 2);
    return {
      step,
      beside: step * even(0.02, 0.2),
      evaluation: step * even(2, 15),
      afterEvaluation: step * even(0.5, 5),
      preparation: even(0.4, 2),
      expected: known ? today * log(0.8, 1.25) : null,
    };
  });
  const most = even(1, 8);
  const amounts: Record<Budget['unit'], number> = {
    seconds: Math.ceil(most),
    steps: Math.round(most / base),
    tokens: 1000 * Math.round(most / base),
  };
  const budgetUnit = choices.pick(['steps', 'tokens', 'seconds'] as const);
  return {
    models,
    seeds: Math.max(count === 1 ? 2 : 1, Math.round(even(2, 40) / count)),
    budget: { unit: budgetUnit, amount: amounts[budgetUnit] },
    mode,
    engines: choices.pick([2, 4, 8, 16]),
    abreast: choices.pick([1, 2, 4]),
    handOver: log(0.005, 0.3),
    ending: even(0.02, 0.3),
    settling: even(0, 3),
    pauseAt: unit() < 0.3 ? even(0.1, 0.7) : null,
    random: unit,
  };
}

/** Number of wrong forecasts in many random races. */
function wrongOf(mode: RaceMode, races: number): number {
  let wrong = 0;
  for (let seed = 1; seed <= races; seed++) {
    const lab = new SimulatedLab(drawRace(seed, mode));
    const seconds = lab.run();
    for (const share of shares) {
      const { said, real } = saidAt(lab.told, seconds, share);
      if (!isRight(said, real)) wrong++;
    }
  }
  return wrong / (races * shares.length);
}

describe('remaining time of a race', () => {
  it.each(['race', 'queue'] as const)('is right 98 times of 100 in mode %s', (mode) => {
    expect(wrongOf(mode, 150)).toBeLessThanOrEqual(0.02);
  });

  it('is right 9 times of 10 where runs train at once and slow one another down', () => {
    expect(wrongOf('parallel', 100)).toBeLessThanOrEqual(0.1);
  });

  const fast: Costs = {
    step: 0.004,
    beside: 0.0003,
    evaluation: 0.03,
    afterEvaluation: 0.01,
    preparation: 0.6,
    expected: 0.8,
  };
  const slow: Costs = { ...fast, step: 0.011, evaluation: 0.09 };
  const busy = { handOver: 0.15, ending: 0.1, settling: 2, engines: 16, abreast: 2 };
  const known: readonly (Pick<SimulatedRace, 'budget' | 'seeds' | 'pauseAt'> & { readonly name: string })[] = [
    { name: '2 runs, steps', seeds: 1, budget: { unit: 'steps', amount: 600 }, pauseAt: null },
    { name: '12 runs, steps', seeds: 6, budget: { unit: 'steps', amount: 600 }, pauseAt: null },
    { name: '12 runs, tokens, paused', seeds: 6, budget: { unit: 'tokens', amount: 600_000 }, pauseAt: 0.35 },
    { name: '40 runs, seconds', seeds: 20, budget: { unit: 'seconds', amount: 1 }, pauseAt: null },
    { name: '40 runs, seconds, paused', seeds: 20, budget: { unit: 'seconds', amount: 1 }, pauseAt: 0.5 },
  ];

  it.each(known)('is right on a busy machine: $name', ({ seeds, budget, pauseAt }) => {
    const { unit } = drawing(choicesOf(7));
    for (const mode of ['race', 'queue'] as const) {
      const lab = new SimulatedLab({ models: [fast, slow], seeds, budget, pauseAt, mode, ...busy, random: unit });
      const seconds = lab.run();
      for (const share of shares) {
        const { said, real } = saidAt(lab.told, seconds, share);
        expect({ mode, share, said, real, right: isRight(said, real) }).toMatchObject({ right: true });
      }
    }
  });
});
