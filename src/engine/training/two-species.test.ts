// The fit of two competing species (Su 2018, kexue.fm/archives/5643): the constants of an equation are the weights, seven counts the data, and the
// method of integration is a part of the model.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { readSafetensors } from '../core/safetensors.ts';
import { loadDevice } from '../device/registry.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import type { FieldValues } from '../spec/fields.ts';
import { smallSpec } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';

interface Fit {
  readonly lossAt: (step: number) => number;
  readonly heldOut: number;
  readonly constants: Readonly<Record<string, readonly number[]>>;
}

/** Adam from r 0.2, 1/N 0.0025, a 0.0001. */
async function fit(fields: FieldValues, learningRate: number, amount: number): Promise<Fit> {
  const train = new Map<number, number>();
  let heldOut = NaN;
  const metrics = (columns: readonly MetricColumns[]): void => {
    for (const { metric, step, value } of columns)
      value.forEach((one, i) => {
        if (metric === 'train/loss') train.set(step[i] ?? 0, one ?? NaN);
        if (metric === 'val/loss') heldOut = one ?? NaN;
      });
  };
  const spec = smallSpec({
    model: 'ode',
    implementation: 'loop',
    task: 'two-species-v1',
    taskFields: { data: 'observed' },
    fields: { stack: 'alone', layers: 1, d: 2, flow: 'species', ...fields },
    training: { optimiser: 'adam', batch: 1, learningRate, clip: 0, weightDecay: 0, evaluateEvery: amount },
    budget: { unit: 'steps', amount },
    device: 'cpu',
  });
  const listener = { metrics, checkpoint: () => undefined };
  const run = unwrap(await prepareRun({ spec, data: null, device: await loadDevice('cpu'), listener, resume: null }));
  await run.slice({ seconds: 3600, steps: null }, () => false);
  const { tensors } = unwrap(readSafetensors(await run.save()));
  await run.dispose();
  const constants = ['rate', 'limit', 'harm'].map((name) => {
    const data = tensors.get(`layer0/mixer/${name}`)?.data ?? [];
    return [name, Array.from(data, Math.exp)] as const;
  });
  return { lossAt: (step) => train.get(step) ?? NaN, heldOut, constants: Object.fromEntries(constants) };
}

const expectNear = (got: readonly number[] | undefined, want: readonly number[], digit: number): void =>
  want.forEach((value, i) => expect(Math.abs((got?.[i] ?? NaN) - value)).toBeLessThan(digit));

describe('a fit of two species', () => {
  it("by Euler's method with steps of a day finds other constants than nature's", async () => {
    const { lossAt, constants } = await fit({}, 0.01, 1500);
    expect(lossAt(1)).toBeCloseTo(2698, -0.5);
    expect(Math.abs(lossAt(300) - 2.44)).toBeLessThan(0.05);
    expect(lossAt(600)).toBeCloseTo(0.22, 2);
    expect(lossAt(1500)).toBeCloseTo(0.052, 2);
    expectNear(constants['rate'], [0.1, 0.28], 1e-3);
    expectNear(constants['limit'], [0.00201, 0.003], 1e-5);
    expectNear(constants['harm'], [1e-4, 1.87e-4], 1e-6);
  });

  it('with steps of a quarter of a day comes nearer', async () => {
    const { lossAt, constants } = await fit({ substeps: 4 }, 0.02, 600);
    expect(lossAt(600)).toBeCloseTo(0.045, 2);
    expectNear(constants['rate'], [0.0995, 0.296], 1e-3);
    expectNear(constants['limit'], [0.00203, 0.003], 1e-5);
    expectNear(constants['harm'], [0.96e-4, 1.99e-4], 1e-6);
  });

  it("by Runge-Kutta 4 it knows other first numbers better than by Euler's method, from the same seven counts", async () => {
    const euler = await fit({}, 0.02, 600);
    const rk4 = await fit({ method: 'rk4' }, 0.02, 600);
    expect(rk4.heldOut).toBeLessThan(euler.heldOut / 2);
  });
});
