// A network that reads from both ends: what the second recurrence sees, symmetry, gradients, parameters, and where it is refused.
import { describe, expect, it } from 'vitest';
import { english } from '../core/say.ts';
import { f32, sizeOf } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import { assign, mul, reduceSum } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { findModel } from './registry.ts';
import { stackFields } from './stack-fields.ts';
import { refuseStack, stackParallel, type StackConfig } from './stack.ts';

const [batch, time, width] = [2, 6, 3];
const wave = (seed: number, size: number): number[] => Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + seed));
const x = wave(1, batch * time * width);

function configOf(kind: string, fields: FieldValues, at: 'each' | 'last' | 'pooled' = 'pooled'): StackConfig {
  const model = findModel(kind);
  if (model === null) throw new Error(`no model ${kind}`);
  const implementation = model.implementations[0]?.id ?? '';
  const shape = { stack: 'alone', layers: 1, d: width, expansion: 1, bidirectional: true };
  return {
    ...{ model, implementation, longest: time },
    inputs: [{ kind: 'features', width }],
    heads: [{ outputs: width, at }],
    values: { ...defaultsOf(stackFields), ...defaultsOf(model.fields), ...shape, ...fields },
  };
}

interface Found {
  readonly y: readonly number[];
  readonly weights: readonly string[];
  readonly gradients: ReadonlyMap<string, readonly number[]>;
}

type Weights = (name: string, size: number) => readonly number[];

/** y [B, T, D] of the network over positions (the head is left out by asking at each), and gradients of sum(y w). */
async function computed(config: StackConfig, input: readonly number[], weights: Weights): Promise<Found> {
  const program = new ProgramBuilder(opTable);
  const kept: string[] = [];
  program.entry('all', (builder) => {
    const read = builder.read(program.variable('x', f32(batch, time, width), 'input'));
    const { y } = stackParallel(builder, [read], null, config, null);
    const w = builder.read(program.variable('w', builder.type(y), 'input'));
    const variables = program.variables.filter(({ role }) => role === 'weight');
    const of = [read, ...variables.map((one) => builder.read(one))];
    const all = gradients(builder, reduceSum(builder, mul(builder, y, w), 'all'), of);
    const keep = (name: string, value: number): void => {
      assign(builder, builder.read(program.variable(name, builder.type(value), 'output')), value);
      kept.push(name);
    };
    keep('y', y);
    all.forEach((gradient, i) => {
      if (gradient !== null) keep(`d ${i === 0 ? 'x' : (variables[i - 1]?.name ?? '')}`, gradient);
    });
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  executable.write('x', input);
  executable.write('w', wave(5, sizeOf(executable.typeOf('w').shape)));
  const named = program.variables.filter(({ role }) => role === 'weight');
  for (const { name, type } of named) executable.write(name, weights(name, sizeOf(type.shape)));
  executable.run('all');
  const found = new Map<string, readonly number[]>();
  for (const name of kept) found.set(name, Array.from(await executable.read(name)));
  await executable.dispose();
  return { y: found.get('y') ?? [], weights: named.map(({ name }) => name), gradients: found };
}

const seedOf = (name: string): number => [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 7;
const own: Weights = (name, size) => wave(seedOf(name), size).map((value) => value / 2);
/** The weights of both directions exchanged. */
const exchanged: Weights = (name, size) =>
  own(name.includes('/backward/') ? name.replace('/backward/', '/') : name.replace(/(mixer)\//, '$1/backward/'), size);

const reversed = (values: readonly number[]): number[] =>
  Array.from({ length: values.length }, (_, i) => {
    const [b, t, h] = [Math.floor(i / (time * width)), Math.floor(i / width) % time, i % width];
    return values[(b * time + time - 1 - t) * width + h] ?? NaN;
  });

/** At each position, as a network whose answers are read one by one: only a test may look there. */
const everywhere = (kind: string, fields: FieldValues = {}): StackConfig => configOf(kind, fields, 'each');

const changedAtEnd = x.map((value, i) => (Math.floor(i / width) % time === time - 1 ? value + 1 : value));
const first = (y: readonly number[]): readonly number[] => y.slice(0, width);

describe.each(['minGru', 'gru', 'lru', 's6', 'elman'])('%s from both ends', (kind) => {
  it('knows the last input at its first position; from one end it does not', async () => {
    const both = [await computed(everywhere(kind), x, own), await computed(everywhere(kind), changedAtEnd, own)];
    expect(first(both[1]?.y ?? [])).not.toEqual(first(both[0]?.y ?? []));
    const one = everywhere(kind, { bidirectional: false });
    const causal = [await computed(one, x, own), await computed(one, changedAtEnd, own)];
    expect(first(causal[1]?.y ?? [])).toEqual(first(causal[0]?.y ?? []));
  });

  it('reads what fills up a short sequence in front after all that follows: its results there do not depend on it', async () => {
    const filled = x.map((value, i) => (Math.floor(i / width) % time < 2 ? 0 : value));
    const second = async (input: readonly number[]): Promise<readonly number[]> => {
      const both = await computed(everywhere(kind), input, own);
      const forward = await computed(everywhere(kind, { bidirectional: false }), input, own);
      return both.y.map((value, i) => value - (forward.y[i] ?? NaN));
    };
    const [without, withIt] = [await second(x), await second(filled)];
    withIt.forEach((value, i) => {
      if (Math.floor(i / width) % time >= 2) expect(value).toBeCloseTo(without[i] ?? NaN, 12);
    });
    expect(first(withIt)).not.toEqual(first(without));
  });

  it('gives the reversed result for the reversed sequence, when its directions exchange their weights', async () => {
    const { y } = await computed(everywhere(kind), x, own);
    const mirrored = await computed(everywhere(kind), reversed(x), exchanged);
    reversed(mirrored.y).forEach((value, i) => expect(value).toBeCloseTo(y[i] ?? NaN, 10));
  });

  it('has the weights of a second recurrence, each with the gradient that differences give', async () => {
    const config = everywhere(kind);
    const { weights, gradients: found } = await computed(config, x, own);
    const onlyOne = (await computed(everywhere(kind, { bidirectional: false }), x, own)).weights;
    expect(weights.filter((name) => !name.includes('/backward/'))).toEqual(onlyOne);
    const second = weights.filter((name) => name.includes('/backward/'));
    expect(second.length).toBeGreaterThan(0);
    const step = 1e-5;
    for (const name of second) {
      const lossAt = async (by: number): Promise<number> => {
        const moved: Weights = (of, size) =>
          own(of, size).map((value, i) => (of === name && i === 0 ? value + by : value));
        const { y } = await computed(config, x, moved);
        return y.reduce((sum, value, i) => sum + value * Math.sin(1.7 * i + 5), 0);
      };
      const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
      expect(found.get(`d ${name}`)?.[0] ?? 0).toBeCloseTo(slope, 5);
    }
  });
});

describe('a network that reads from both ends', () => {
  it('is refused where a task asks at positions, in words', () => {
    const refusal = refuseStack(configOf('minGru', {}, 'each'));
    expect(refusal && english(refusal)).toMatch(/needs a task with one answer for a whole sequence/);
    expect(refuseStack(configOf('minGru', { stack: 'paper' }, 'pooled'))).toBeNull();
    expect(refuseStack(configOf('minGru', { stack: 'paper' }, 'last'))).toBeNull();
  });

  it('is off in runs stored before the setting existed', async () => {
    const config = everywhere('minGru');
    const { bidirectional: _, ...old } = config.values;
    const { weights } = await computed({ ...config, values: old }, x, own);
    expect(weights.some((name) => name.includes('backward'))).toBe(false);
  });
});
