// Weights with their own learning rate use it on every device, also after resuming from a checkpoint.
import { describe, expect, it } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import type { Pace } from '../graph/graph.ts';
import { opTable } from '../ops/registry.ts';
import { factorOf, type OptimiserDef } from './optimiser.ts';
import { adam, adamW } from './adam.ts';
import { sgd } from './sgd.ts';

const settings = { learningRate: 0.01, weightDecay: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, momentum: 0.9 };

/** Weight after three updates by gradients 1, 2, 3. */
async function after(
  optimiser: OptimiserDef,
  options: { readonly pace?: Pace; readonly decay?: boolean },
  learningRate = settings.learningRate,
): Promise<number> {
  const program = new ProgramBuilder(opTable);
  const weight = program.variable('w', f32(1), 'weight', options);
  const input = (name: string, ...shape: number[]) => program.variable(name, f32(...shape), 'input');
  program.entry('update', (builder) => {
    const [gradient, factor, hyper] = [input('g', 1), input('factor'), input('hyper', 4)].map((one) =>
      builder.read(one),
    );
    if (gradient === undefined || factor === undefined || hyper === undefined) throw new Error('three are expected');
    optimiser.update(builder, { weight, gradient, factor, hyper }, settings);
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  executable.write('w', [0.5]);
  executable.write('factor', [1]);
  const hyper = new Float64Array(4);
  for (const t of [1, 2, 3]) {
    hyper[0] = learningRate;
    optimiser.corrections(hyper, t, settings);
    executable.write('hyper', hyper);
    executable.write('g', [t]);
    executable.run('update');
  }
  const [value = NaN] = await executable.read('w');
  await executable.dispose();
  return value;
}

describe.each([adamW, adam, sgd])('$title', (optimiser) => {
  it('a weight of half the pace is updated as one of a run at half the rate', async () => {
    const half = await after(optimiser, { pace: { group: 'slow', factor: 0.5 } });
    expect(half).toBeCloseTo(await after(optimiser, {}, settings.learningRate / 2), 12);
    expect(half).not.toBeCloseTo(await after(optimiser, {}), 4);
  });

  it('a weight with a most keeps below it and follows the schedule in proportion', async () => {
    const pace = { group: 'state space', most: 0.001 };
    expect(await after(optimiser, { pace })).toBeCloseTo(await after(optimiser, {}, 0.001), 12);
    expect(await after(optimiser, { pace }, 0.002)).toBeCloseTo(await after(optimiser, {}, 0.0002), 12);
  });

  it('a weight without decay is not pulled to zero', async () => {
    expect(await after(optimiser, { decay: false })).toBeGreaterThan(await after(optimiser, {}));
  });
});

describe('paces', () => {
  it('are multiples of the rate of the run, and nothing where none is said', () => {
    expect(factorOf(undefined, 0.01)).toBe(1);
    expect(factorOf({ group: 'a', factor: 0.5 }, 0.01)).toBe(0.5);
    expect(factorOf({ group: 'a', most: 0.001 }, 0.01)).toBeCloseTo(0.1, 15);
    expect(factorOf({ group: 'a', most: 0.001 }, 0.0005)).toBe(1);
    expect(factorOf({ group: 'a', factor: 2, most: 0.001 }, 0.004)).toBe(0.25);
    expect(factorOf({ group: 'a', factor: 2, most: 0.001 }, 0)).toBe(2);
  });
});
