// States of every shape use the same code for steps and chunks: complex [2, N, H], a cache that fills up. Mixers with
// several outputs, and weights with a pace, go through networks, updates and checkpoints.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { loadDevice } from '../device/registry.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import type { ModelDef } from '../models/model.ts';
import { restoreRun, saveRun } from '../training/checkpoint.ts';
import { buildProgram } from '../training/program.ts';
import { setUpRun, type RunSetup } from '../training/setup.ts';
import { modelCases } from './check-model.ts';
import type { DeviceUnderTest } from './check-op.ts';
import { failures } from './compare.ts';
import { cached } from './mixers/cached.ts';
import { s4d } from './mixers/s4d.ts';
import { checkRecurrence } from './recurrence.ts';
import { smallSpec } from './small-run.ts';

const cpu = await loadDevice('cpu');
const devices: readonly DeviceUnderTest[] = [{ device: cpu, options: { threads: 1, module: 'wasm' } }];

/** A cache of one row ignores earlier positions. */
const casesOf = (model: ModelDef) => modelCases(model).filter(({ x }) => model !== cached || (x.shape[1] ?? 1) > 1);

describe.each([s4d, cached])('$title', (model) => {
  it.each(casesOf(model).map((one) => [one.name, one] as const))('%s', async (_, recurrence) => {
    const groups = await checkRecurrence(recurrence, devices);
    expect(failures(groups.flatMap(({ comparisons }) => comparisons))).toEqual([]);
  });
});

function setupOf(model: ModelDef, training: Record<string, number | string>): RunSetup {
  const setup = unwrap(setUpRun(smallSpec({ training }), null));
  const implementation = model.implementations[0]?.id ?? '';
  return { ...setup, stack: { ...setup.stack, model, implementation } };
}

describe('weights with a pace', () => {
  it.each(['adamw', 'sgd'])(
    '%s: their updates say the rate and have no decay; all others are as they were',
    (optimiser) => {
      const program = buildProgram(setupOf(s4d, { optimiser, learningRate: 0.01, weightDecay: 0.1 }));
      const graph = program.entries.find(({ name }) => name === 'train');
      const updates = (graph?.nodes ?? []).filter(({ op }) => op === 'adam' || op === 'sgd');
      const paced = new Map(
        updates.map(({ inputs, attrs }) => [graph?.values[inputs[0] ?? -1]?.variable, attrs as Record<string, number>]),
      );
      const slow = ['logStep', 'logDecay', 'frequency'].map((name) => `layer0/mixer/${name}`);
      for (const name of slow) expect(paced.get(name)).toMatchObject({ pace: 0.1, weightDecay: 0 });
      for (const [name, attrs] of paced) if (!slow.includes(name ?? '')) expect(attrs).not.toHaveProperty('pace');
      expect(paced.get('layer0/mixer/readRe')).toMatchObject({ weightDecay: 0.1 });
      expect(program.variables.find(({ name }) => name === slow[0])?.pace).toEqual({
        group: 'state space',
        most: 1e-3,
      });
    },
  );

  it('a checkpoint goes on bit for bit', async () => {
    const setup = setupOf(s4d, { learningRate: 0.01 });
    const program = buildProgram(setup);
    const whole = await referenceDevice.compile(program, { threads: 1 });
    const weights = program.variables.filter(({ role }) => role === 'weight');
    for (const weight of weights) whole.write(weight.name, startingValues(weight, 1));
    const steps = async (executable: typeof whole, from: number, to: number): Promise<void> => {
      const hyper = new Float64Array(4);
      for (let t = from; t <= to; t++) {
        hyper[0] = 0.01;
        setup.optimiser.corrections(hyper, t, setup.training);
        executable.write('hyper', hyper);
        executable.run('train');
      }
      await Promise.resolve();
    };
    await steps(whole, 1, 2);
    const cursor = { step: 2, activeSeconds: 0, wallSeconds: 0, learningRate: null, best: null, sinceBest: 0 };
    const bytes = await saveRun(whole, program, cursor, 2);
    await steps(whole, 3, 4);
    const resumed = await referenceDevice.compile(program, { threads: 1 });
    expect(unwrap(restoreRun(resumed, program, bytes))).toBe(2);
    await steps(resumed, 3, 4);
    for (const { name } of weights) expect(await resumed.read(name)).toEqual(await whole.read(name));
    await whole.dispose();
    await resumed.dispose();
  });
});
