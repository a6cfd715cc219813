// Chance levels against the generators: no answer that ignores the input can do better, and the level can be reached.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { ints, makeBatch } from './streams.ts';
import { noneAbove } from './most-frequent.ts';
import { findTask } from './registry.ts';
import type { MetricLevels } from '../spec/task-metrics.ts';
import type { Task } from './task.ts';

const accuracy = (levels: MetricLevels): number => levels['val/accuracy'] ?? NaN;

function prepare(id: string, values: FieldValues = {}): Task {
  const def = findTask(id);
  if (!def) throw new Error(`no task ${id}`);
  return unwrap(def.prepare({ ...defaultsOf(def.fields), ...values }, null));
}

/** Share of the most frequent answer overall, and by size and position, in the held-out problems. */
function seen(id: string, values: FieldValues, problems = 20_000): { constant: number; blind: number } {
  const task = prepare(id, { ...values, evalSequences: problems });
  const batch = makeBatch(task, 1, task.evalLength);
  const all = new Map<number, number>();
  const places = new Map<string, Map<number, number>>();
  let total = 0;
  for (let i = 0; i < problems; i++) {
    task.evaluate(batch, i);
    const asked = Array.from(ints(batch, 'wanted')).flatMap((answer, at) => (answer >= 0 ? [at] : []));
    for (const at of asked) {
      const answer = ints(batch, 'wanted')[at];
      const place = places.get(`${asked[0]} ${at}`) ?? new Map<number, number>();
      places.set(`${asked[0]} ${at}`, place);
      for (const counts of [all, place]) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      total++;
    }
  }
  const most = (counts: Map<number, number>): number => Math.max(...counts.values());
  const blind = [...places.values()].reduce((sum, counts) => sum + most(counts), 0);
  return { constant: most(all) / total, blind: blind / total };
}

describe('the chance level', () => {
  it.each<[string, FieldValues, number, number | null]>([
    ['majority-v1', {}, 0.0295, null],
    ['majority-v1', { evalMinimum: 5, evalMaximum: 20 }, 0.0689, null],
    ['majority-count-v1', { evalMinimum: 10, evalMaximum: 10 }, 0.5014, null],
    ['majority-count-v1', { evalMinimum: 100, evalMaximum: 2000 }, 0.0275, 0.23],
    ['bucket-sort-v1', {}, 0.1, 0.76],
    ['parity-check-v1', {}, 0.5, null],
    ['missing-duplicate-v1', {}, 1 / 9, null],
    ['even-pairs-v1', { evalMinimum: 1, evalMaximum: 1 }, 1, null],
    ['cycle-nav-v1', { evalMinimum: 1, evalMaximum: 1 }, 1 / 3, null],
  ])('of %s with %o is a function of its fields', (id, values, constant, blind) => {
    const { chance } = prepare(id, values);
    expect(Math.abs(accuracy(chance.constant) - constant)).toBeLessThan(0.0015 + 0.003 * constant);
    expect(accuracy(chance.blind ?? chance.constant)).toBeCloseTo(blind ?? accuracy(chance.constant), 2);
  });

  it.each<[string, FieldValues]>([
    ['majority-v1', { evalMinimum: 5, evalMaximum: 20 }],
    ['majority-count-v1', { evalMinimum: 5, evalMaximum: 20 }],
    ['majority-count-v1', { evalMinimum: 90, evalMaximum: 100 }],
    ['bucket-sort-v1', { evalMinimum: 2, evalMaximum: 9 }],
    ['even-pairs-v1', { evalMinimum: 1, evalMaximum: 3 }],
    ['cycle-nav-v1', { evalMinimum: 1, evalMaximum: 4 }],
    ['parity-check-v1', { evalMinimum: 1, evalMaximum: 4 }],
    ['missing-duplicate-v1', { evalMinimum: 1, evalMaximum: 4 }],
  ])('of %s with %o is what its generator shows', (id, values) => {
    const { chance } = prepare(id, { ...values, evalSequences: 20_000 });
    const { constant, blind } = seen(id, values);
    expect(accuracy(chance.constant)).toBeCloseTo(constant, 1.7);
    expect(accuracy(chance.blind ?? chance.constant)).toBeCloseTo(blind, 1.4);
  });

  it('has nats that belong to the same distributions', () => {
    expect(prepare('majority-v1').chance.constant['val/loss']).toBeCloseTo(4.085, 2);
    expect(prepare('bucket-sort-v1').chance.constant['val/loss']).toBeCloseTo(Math.log(10), 6);
    expect(prepare('parity-check-v1').chance.constant['val/loss']).toBeCloseTo(Math.log(2), 6);
  });

  it('of counts agrees with counting out, where the sum of Poisson variables stands in for it', () => {
    // From exact arithmetic with fractions.
    const exact: readonly (readonly [number, number, number])[] = [
      [10, 1, 0.47087666],
      [150, 4, 0.000257826],
      [150, 8, 0.955715754],
      [300, 10, 0.540189182],
      [300, 15, 0.997977682],
    ];
    for (const [n, c, share] of exact) expect(noneAbove(c, n, 63)).toBeCloseTo(share, 4);
  });
});
