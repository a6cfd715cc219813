// A plan is followed to the letter or not at all, and any change of what it depends on changes its hash.
import { expect, it } from 'vitest';
import type { ExperimentSpec } from '../run-spec.ts';
import { planFollowed, planFrom, planOf } from './plans.ts';

const spec: ExperimentSpec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'a',
  task: { id: 'adding-v1', fields: { length: 8, evalSequences: 4 } },
  variants: [{ model: 'minGru' }, { model: 'gru' }],
  seeds: [1, 2, 3],
  budget: { unit: 'steps', amount: 10 },
  comparison: { metric: 'loss', reference: 1 },
};
const runs = [
  ['a1', 'a2', 'a3'],
  ['b1', 'b2', 'b3'],
];
const hashOf = (change: Partial<ExperimentSpec>): string | undefined => planOf({ ...spec, ...change }, runs)?.hash;

it('has the hash of what it depends on, whatever the order of keys, the name and the device', () => {
  const hash = hashOf({});
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf({ name: 'b', device: { kind: 'cpu' }, mode: 'queue' })).toBe(hash);
  expect(hashOf({ task: { fields: { evalSequences: 4, length: 8 }, id: 'adding-v1' } })).toBe(hash);
  const changes: readonly Partial<ExperimentSpec>[] = [
    { seeds: [1, 2, 3, 4] },
    { comparison: { metric: 'absolute-error', reference: 1 } },
    { comparison: { metric: 'loss', reference: 0 } },
    { budget: { unit: 'steps', amount: 11 } },
    { training: { batch: 4 } },
    { variants: [{ model: 'minGru' }] },
  ];
  expect(new Set([hash, ...changes.map(hashOf)]).size).toBe(1 + changes.length);
});

it('is none where nothing was declared, and survives its storage', () => {
  const { comparison: _, ...without } = spec;
  expect(planOf(without, runs)).toBeNull();
  const plan = planOf(spec, runs);
  expect(planFrom(JSON.stringify(plan))).toEqual(plan);
  for (const text of ['', 'null', '{}', '{"metric":1}', '{"metric":"a","reference":0,"hash":"x","runs":[1]}'])
    expect(planFrom(text)).toBeNull();
});

it('is followed by its metric, its reference and all of its runs alone', () => {
  const plan = planOf(spec, runs);
  if (plan === null) throw new Error('a plan is required');
  const turned = [runs[1]?.toReversed() ?? [], runs[0] ?? []];
  expect(planFollowed([plan], 'val/loss', runs, 1)).toBe(plan);
  expect(planFollowed([plan], 'val/loss', turned, 0)).toBe(plan);
  expect(planFollowed([plan], 'val/loss', runs, 0)).toBeNull();
  expect(planFollowed([plan], 'val/accuracy', runs, 1)).toBeNull();
  // A seed more, a variant more, or one less.
  expect(planFollowed([plan], 'val/loss', [[...(runs[0] ?? []), 'a4'], runs[1] ?? []], 1)).toBeNull();
  expect(planFollowed([plan], 'val/loss', [...runs, ['c1']], 1)).toBeNull();
  expect(planFollowed([plan], 'val/loss', runs.slice(1), 0)).toBeNull();
});
