// Steps submitted before the host has seen the results of earlier ones: the same run as step by step, even if numbers become non-finite.
import { english } from '../core/say.ts';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { readSafetensors } from '../core/safetensors.ts';
import { sizeOf } from '../core/tensor.ts';
import { loadDevice } from '../device/registry.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { prepareRun } from './prepare.ts';
import { buildProgram, names } from './program.ts';
import { setUpRun } from './setup.ts';
import type { SliceResult, TrainingRun } from './training-run.ts';

const device = await loadDevice('webgpu');
const absence = await device.unavailable();
const missing = absence && english(absence);
const forever = { unit: 'steps', amount: 100_000 } as const;
/** Enough steps to know the time of one, so that several are submitted at once. */
const warm = 60;

interface Watched {
  readonly run: TrainingRun;
  readonly losses: [step: number, loss: number | null][];
}

async function watch(change: SmallRun): Promise<Watched> {
  const losses: Watched['losses'] = [];
  const spec = smallSpec({ device: 'webgpu', budget: forever, ...change });
  const prepared = await prepareRun({
    ...{ spec, data: null, device, resume: null },
    listener: {
      metrics: (all) => {
        for (const { metric, step, value } of all) {
          if (metric === 'train/loss') step.forEach((at, i) => losses.push([at, value[i] ?? null]));
        }
      },
      checkpoint: () => undefined,
    },
  });
  if (!prepared.ok) throw new Error(english(prepared.error.message));
  return { run: prepared.value, losses };
}

const train = (run: TrainingRun, steps: number): Promise<SliceResult> =>
  run.slice({ seconds: 600, steps }, () => false);

/** One slice per step: nothing is submitted ahead. */
async function oneByOne(run: TrainingRun, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) await train(run, 1);
}

async function weightsOf(run: TrainingRun): Promise<Map<string, number[]>> {
  const read = readSafetensors(await run.save());
  if (!read.ok) throw new Error(english(read.error.message));
  return new Map([...read.value.tensors].map(([name, { data }]) => [name, [...data]]));
}

describe.skipIf(missing !== null)(`steps ahead${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const settings: SmallRun[] = [
    { fields: { dropout: 0.2 }, training: { evaluateEvery: 7 } },
    { fields: {}, training: { evaluateEvery: 50, accumulate: 2, schedule: 'cosine', warmup: 10 } },
  ];
  it.each(settings)('give every loss and weight of step by step: %j', async (setting) => {
    const [ahead, single] = [await watch(setting), await watch(setting)];
    await train(ahead.run, warm);
    await train(ahead.run, 40);
    await oneByOne(single.run, warm + 40);
    expect(ahead.run.cursor().step).toBe(warm + 40);
    expect(ahead.losses).toEqual(single.losses);
    expect(await weightsOf(ahead.run)).toEqual(await weightsOf(single.run));
    await Promise.all([ahead.run.dispose(), single.run.dispose()]);
  });

  it('stop where asked to the step', async () => {
    const { run, losses } = await watch({ training: { evaluateEvery: 1000 } });
    await train(run, warm);
    for (const steps of [1, 5, 23]) {
      const before = run.cursor().step;
      await train(run, steps);
      expect(run.cursor().step).toBe(before + steps);
    }
    expect(losses.map(([step]) => step)).toEqual(Array.from({ length: warm + 29 }, (_, i) => i + 1));
    await run.dispose();
  });

  it('after a step that breaks change nothing: weights, step and tensor are those of the first broken one', async () => {
    const setting = { fields: { norm: 'none', layers: 3 }, training: { weightDecay: 0, evaluateEvery: 1000, clip: 0 } };
    const [ahead, single] = [await watch(setting), await watch(setting)];
    await train(ahead.run, warm);
    await oneByOne(single.run, warm);
    ahead.run.setLearningRate(1e12);
    single.run.setLearningRate(1e12);
    const broken = await train(ahead.run, 200);
    expect(broken.outcome).toBe('diverged');
    let result = await train(single.run, 1);
    while (result.outcome === 'slice') result = await train(single.run, 1);
    expect(broken).toEqual(result);
    expect(ahead.run.cursor().step).toBe(single.run.cursor().step);
    expect(await weightsOf(ahead.run)).toEqual(await weightsOf(single.run));
    // The run can continue from good weights: the mark of the broken step is cleared.
    const good = await watch(setting);
    await train(good.run, 5);
    ahead.run.setLearningRate(1e-3);
    await ahead.run.loadWeights(await good.run.save());
    expect((await train(ahead.run, 20)).outcome).toBe('slice');
    await Promise.all([ahead.run.dispose(), single.run.dispose(), good.run.dispose()]);
  });
});

describe.each(['reference', 'cpu', 'webgpu'] as const)('the program of training on %s', (kind) => {
  it('changes nothing after a step with broken data, whatever data follow, until the norm is cleared', async ({
    skip,
  }) => {
    const chosen = await loadDevice(kind);
    const reason = await chosen.unavailable();
    if (reason !== null) skip(english(reason));
    const program = buildProgram(unwrap(setUpRun(smallSpec({ device: kind, task: 'adding-v1' }), null)));
    const executable = await chosen.compile(program, { threads: 1 });
    const sizeOfInput = new Map(program.variables.map(({ name, type }) => [name, sizeOf(type.shape)]));
    const fill = (name: string, value: (i: number) => number): void =>
      executable.write(
        name,
        Float32Array.from({ length: sizeOfInput.get(name) ?? 0 }, (_, i) => value(i)),
      );
    const weights = program.variables.filter(({ role }) => role === 'weight');
    for (const weight of weights) executable.write(weight.name, startingValues(weight, 1));
    const all = async (): Promise<number[][]> =>
      Promise.all(weights.map(async ({ name }) => [...(await executable.read(name))]));
    executable.write(names.hyper, [1e-2, 0.1, 0.001, 0]);
    fill(names.data('train', 'sum'), () => 1);
    fill(names.data('train', 'counted'), () => 1);
    const step = (first: number): void => {
      fill(names.data('train', 'pairs'), (i) => (i === 0 ? first : Math.sin(i)));
      executable.run('train');
    };
    step(0.5);
    const before = await all();
    step(Infinity);
    step(0.5);
    expect(await all()).toEqual(before);
    expect((await executable.read(names.loss))[0]).toSatisfy(Number.isFinite);
    expect((await executable.read(names.norm))[0]).toBeNaN();
    executable.write(names.norm, [0]);
    step(0.5);
    expect(await all()).not.toEqual(before);
    await executable.dispose();
  });
});
