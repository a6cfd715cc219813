// What a run reports while it trains: points come before the checkpoint a resume would start from, `best` follows the loss, and imported
// weights clear the optimiser state.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { readSafetensors } from '../core/safetensors.ts';
import { loadDevice } from '../device/registry.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { smallSpec } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';
import type { TrainingRun } from './training-run.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

type Told =
  | {
      readonly what: 'points';
      readonly metric: string;
      readonly step: readonly number[];
      readonly value: readonly (number | null)[];
    }
  | { readonly what: 'checkpoint'; readonly kind: string; readonly cursor: TrainingCursor };

/** Everything a run reported, in order. */
async function trained(spec: RunSpec): Promise<{ readonly run: TrainingRun; readonly told: readonly Told[] }> {
  const told: Told[] = [];
  const listener = {
    metrics: (columns: readonly MetricColumns[]) =>
      columns.forEach(({ metric, step, value }) => told.push({ what: 'points', metric, step, value })),
    checkpoint: (kind: string, cursor: TrainingCursor) => void told.push({ what: 'checkpoint', kind, cursor }),
  };
  const device = await loadDevice('reference');
  const run = unwrap(await prepareRun({ spec, data: null, device, listener, resume: null }));
  expect((await run.slice({ seconds: 3600, steps: null }, () => false)).outcome).toBe('finished');
  return { run, told };
}

/** Steps and values of a metric in the reports. */
const pointsIn = (told: readonly Told[], metric: string): (readonly [number, number])[] =>
  told.flatMap((one) =>
    one.what === 'points' && one.metric === metric
      ? one.step.map((step, i) => [step, one.value[i] ?? NaN] as const)
      : [],
  );

describe('a checkpoint', () => {
  it('comes after the points of all steps before it: a resume repeats none of them', async () => {
    const { told } = await trained(smallSpec({ training: { evaluateEvery: 3 } }));
    const checkpoints = told.flatMap((one, at) => (one.what === 'checkpoint' ? [{ at, step: one.cursor.step }] : []));
    expect(checkpoints.length).toBeGreaterThan(3);
    for (const { at, step } of checkpoints) {
      const steps = pointsIn(told.slice(0, at), 'train/loss').map(([one]) => one);
      expect(steps).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    }
  });

  it('called the best is that of the smallest held-out loss so far, whether it falls or rises', async () => {
    for (const learningRate of [1e-2, 3]) {
      const training = { learningRate, evaluateEvery: 1, optimiser: 'sgd', clip: 0 };
      const { run, told } = await trained(smallSpec({ training, budget: { unit: 'steps', amount: 30 } }));
      const losses = pointsIn(told, 'val/loss');
      const falls = losses.map(([, loss], i) => losses.slice(0, i).every(([, before]) => loss < before));
      const best = told.flatMap((one) => (one.what === 'checkpoint' && one.kind === 'best' ? [one.cursor] : []));
      expect(best.map(({ step }) => step)).toEqual(losses.filter((_, i) => falls[i]).map(([step]) => step));
      expect(run.cursor().best?.loss).toBe(Math.min(...losses.map(([, loss]) => loss)));
      expect(run.cursor().sinceBest).toBe(falls.length - 1 - falls.lastIndexOf(true));
    }
  });
});

describe('other weights', () => {
  it('come without the state that the optimiser had for the old ones', async () => {
    const { run } = await trained(smallSpec());
    const before = unwrap(readSafetensors(await run.save())).tensors;
    const slots = [...before.keys()].filter((name) => /^optimiser\/[mv]\//.test(name));
    expect(slots.some((name) => before.get(name)?.data.some((value) => value !== 0))).toBe(true);
    unwrap(await run.loadWeights(await run.save()));
    const after = unwrap(readSafetensors(await run.save())).tensors;
    for (const name of slots)
      expect(
        after.get(name)?.data.every((value) => value === 0),
        name,
      ).toBe(true);
    expect(after.get('optimiser/updates')?.data[0]).toBe(0);
    expect(run.cursor()).toMatchObject({ best: null, sinceBest: 0 });
  });
});
