// A differential equation as a recurrence: the order of each method, what it is a case of, golden trajectories with the constants as weights, and
// the network that lets its state be the answer.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { english } from '../core/say.ts';
import { f32, sizeOf } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { ValueId } from '../graph/graph.ts';
import { assign, mul, reduceSum } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import type { GoldenFile } from '../verify/golden.ts';
import { methods } from './integrator.ts';
import type { MixerConfig, ModelDef } from './model.ts';
import { models } from './registry.ts';
import { stackFields } from './stack-fields.ts';
import { refuseStack, type StackConfig } from './stack.ts';

const [batch, width, hidden] = [2, 3, 4];

type Numbers = Readonly<Record<string, readonly number[]>>;

interface Asked {
  readonly model: ModelDef;
  readonly implementation?: string;
  readonly values?: FieldValues;
  readonly shape: readonly [batch: number, time: number, width: number];
  readonly hidden: number;
  readonly x: readonly number[];
  readonly weights: (name: string, size: number) => readonly number[];
  /** Weights of the loss, for gradients. */
  readonly w?: readonly number[];
}

const configOf = ({ model, implementation, values, shape, hidden: H }: Asked): MixerConfig => ({
  width: shape[2],
  hidden: H,
  implementation: implementation ?? 'loop',
  layer: 0,
  layers: 1,
  longest: shape[1],
  values: { ...defaultsOf(model.fields), ...values },
});

/** y [B, T, H], and d of the loss for every weight and for x. */
async function resultOf(asked: Asked): Promise<Numbers> {
  const program = new ProgramBuilder(opTable);
  const names: string[] = [];
  program.entry('all', (builder: GraphBuilder) => {
    const keep = (name: string, value: ValueId): void => {
      assign(builder, builder.read(program.variable(name, builder.type(value), 'output')), value);
      names.push(name);
    };
    const x = builder.read(program.variable('x', f32(...asked.shape), 'input'));
    const { y } = asked.model.parallel(builder, x, null, configOf(asked));
    keep('y', y);
    if (asked.w === undefined) return;
    const w = builder.read(program.variable('w', builder.type(y), 'input'));
    const weights = program.variables.filter(({ role }) => role === 'weight');
    const of = [x, ...weights.map((weight) => builder.read(weight))];
    gradients(builder, reduceSum(builder, mul(builder, y, w), 'all'), of).forEach((gradient, i) => {
      if (gradient !== null) keep(`d ${i === 0 ? 'x' : (weights[i - 1]?.name ?? '')}`, gradient);
    });
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  executable.write('x', asked.x);
  if (asked.w !== undefined) executable.write('w', asked.w);
  for (const { name, type, role } of program.variables)
    if (role === 'weight') executable.write(name, asked.weights(name, sizeOf(type.shape)));
  executable.run('all');
  const found: Record<string, readonly number[]> = {};
  for (const name of names) found[name] = Array.from(await executable.read(name));
  await executable.dispose();
  return found;
}

const wave = (seed: number, size: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + seed));
const some = (name: string, size: number): readonly number[] => wave(name.length, size).map((value) => 0.6 * value);

describe('an ODE recurrence', () => {
  const shape = [batch, 6, width] as const;
  const x = wave(0, batch * 6 * width);
  const at = (model: ModelDef, implementation: string, values: FieldValues, weights = some) =>
    resultOf({ model, implementation, values, shape, hidden, x, weights });
  const expectSame = (a: Numbers, b: Numbers): void =>
    a['y']?.forEach((value, i) => expect(value).toBeCloseTo(b['y']?.[i] ?? NaN, 12));

  it('with steps of 1 of Euler is the network of Elman', async () => {
    const ours = await at(models.ode, 'loop', { clock: 'fixed' });
    const named: Readonly<Record<string, string>> = { weightIh: 'weight', weightHh: 'recurrent', biasIh: 'bias' };
    const elman = await at(models.elman, 'loop', {}, (name, size) =>
      named[name] === undefined ? Array.from({ length: size }, () => 0) : some(named[name], size),
    );
    expectSame(ours, elman);
  });

  it('with a gate as clock and the relaxation is minGRU', async () => {
    const ours = await at(models.ode, 'loop', { flow: 'relaxation' });
    expectSame(ours, await at(models.minGru, 'loop', { candidate: 'identity' }));
  });

  it('relaxes exactly with a gate: e^-dt is left, and dt is the softplus of what the gate reads', async () => {
    // One long step of the gate, and its time in many small ones of Runge-Kutta 4.
    const gate = await at(models.ode, 'loop', { flow: 'relaxation', clock: 'gate' });
    const time = await at(models.ode, 'loop', { flow: 'relaxation', clock: 'time', method: 'rk4', substeps: 16 });
    gate['y']?.forEach((value, i) => expect(Math.abs(value - (time['y']?.[i] ?? NaN))).toBeLessThan(1e-6));
  });

  it.each(methods)('%s: its kernel is its loop for every clock and number of steps', async (method) => {
    for (const clock of ['gate', 'time', 'learned', 'fixed'])
      for (const substeps of [1, 3]) {
        const values = { flow: 'relaxation', method, clock, substeps };
        expectSame(await at(models.ode, 'fused', values), await at(models.ode, 'loop', values));
      }
  });
});

/** Trajectories of two species: the model's, from x0 as the first input and nothing after it. */
const trajectoryOf = (
  x0: readonly number[],
  time: number,
  values: FieldValues,
  constants: Numbers,
  w?: readonly number[],
): Promise<Numbers> => {
  const B = x0.length / 2;
  const x = Array.from({ length: B * time * 2 }, (_, i) => {
    const [row, place] = [Math.floor(i / (2 * time)), i % (2 * time)];
    return place < 2 ? (x0[2 * row + place] ?? 0) : 0;
  });
  const weights = (name: string): readonly number[] => (constants[name] ?? []).map(Math.log);
  const asked = {
    model: models.ode,
    values: { flow: 'species', ...values },
    shape: [B, time, 2] as const,
    hidden: 2,
    x,
  };
  return resultOf({ ...asked, weights, ...(w === undefined ? {} : { w }) });
};

describe('two species', () => {
  const { cases } = JSON.parse(readFileSync('tests/golden/ode_rnn.json', 'utf8')) as GoldenFile;

  it.each(cases.map((one) => [one.name, one] as const))('golden %s with its constants as weights', async (_, one) => {
    const { config, inputs, params, outputs, w, grads } = one;
    // Time in units of h: rates and harms are h times as large, and a position is one step.
    const h = Number(config['h']);
    const scaled = (name: string): readonly number[] => (params[name]?.data ?? []).map((value) => h * value);
    const constants = { rate: scaled('r'), limit: params['iN']?.data ?? [], harm: scaled('a') };
    const time = Number(config['steps']) + 1;
    const method = String(config['method']);
    const found = await trajectoryOf(inputs['x0']?.data ?? [], time, { method }, constants, w['x']?.data ?? []);
    const near = (got: readonly number[] | undefined, want: readonly number[]): void => {
      const scale = Math.max(...want.map(Math.abs));
      want.forEach((value, i) => expect(Math.abs((got?.[i] ?? NaN) - value)).toBeLessThan(1e-8 * scale));
    };
    near(found['y'], outputs['x']?.data ?? []);
    // d of a logarithm is the constant times d of it.
    for (const [ours, theirs] of [
      ['rate', 'r'],
      ['limit', 'iN'],
      ['harm', 'a'],
    ] as const)
      near(
        found[`d ${ours}`],
        (grads[theirs]?.data ?? []).map((value, i) => value * (params[theirs]?.data[i] ?? NaN)),
      );
    const first = (found['d x'] ?? []).filter((_value, i) => i % (2 * time) < 2);
    near(first, grads['x0']?.data ?? []);
  });

  const nature = { rate: [0.1, 0.3], limit: [0.002, 0.003], harm: [1e-4, 2e-4] };
  const lastOf = async (values: FieldValues): Promise<readonly number[]> =>
    (await trajectoryOf([100, 150], 11, values, nature))['y']?.slice(-2) ?? [];

  it.each([
    ['euler', 1],
    ['midpoint', 2],
    ['rk4', 4],
  ] as const)('the error of %s falls with the step to the power %i', async (method, order) => {
    const exact = await lastOf({ method: 'rk4', substeps: 64 });
    const errors: number[] = [];
    for (const substeps of [2, 4, 8]) {
      const [a = NaN, b = NaN] = await lastOf({ method, substeps });
      errors.push(Math.hypot(a - (exact[0] ?? NaN), b - (exact[1] ?? NaN)));
    }
    const slopes = errors.slice(1).map((error, i) => Math.log2((errors[i] ?? NaN) / error));
    for (const slope of slopes) expect(Math.abs(slope - order)).toBeLessThan(0.15);
  });

  it("gives all counts with ten of Euler's steps a day", async () => {
    const { y = [] } = await trajectoryOf([100, 150], 43, { substeps: 10 }, nature);
    const counts = [0, 10, 15, 30, 36, 40, 42].map((day) => y.slice(2 * day, 2 * day + 2).map(Math.round));
    expect(counts.map(([a]) => a)).toEqual([100, 165, 197, 280, 305, 318, 324]);
    expect(counts.map(([, b]) => b)).toEqual([150, 283, 290, 276, 269, 266, 264]);
  });

  it('are never fewer than none, however long a step', async () => {
    const { y = [] } = await trajectoryOf([5000, 1], 20, { method: 'rk4' }, { ...nature, rate: [2, 3] });
    expect(y.every((value) => value >= 0 && value < 1e6)).toBe(true);
  });
});

describe('a recurrence alone', () => {
  const config: StackConfig = {
    model: models.ode,
    implementation: 'loop',
    values: { ...defaultsOf(stackFields), ...defaultsOf(models.ode.fields), stack: 'alone', d: 2 },
    inputs: [{ kind: 'features', width: 2 }],
    heads: [{ outputs: 2 }],
    longest: 5,
  };
  const said = (other: Partial<StackConfig>): string => {
    const problem = refuseStack({ ...config, ...other });
    return problem === null ? '' : english(problem);
  };

  it('takes tasks whose numbers are as many as its width, and refuses others in words', () => {
    expect(said({})).toBe('');
    expect(said({ inputs: [{ kind: 'features', width: 3 }] })).toContain('as many at a position as the width, 2');
    expect(said({ inputs: [{ kind: 'tokens', vocabulary: 2 }] })).toContain('and no tokens');
    expect(said({ heads: [{ outputs: 4 }] })).toContain('as many values at a position as the width, 2');
  });
});
