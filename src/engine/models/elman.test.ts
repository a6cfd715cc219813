// The Elman network with each of its activations is the recurrence written out; only tanh has forms of its own.
import { describe, expect, it } from 'vitest';
import { itemAt } from '../core/item.ts';
import { english } from '../core/say.ts';
import { f32, sizeOf } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { assign } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf } from '../spec/fields.ts';
import { elman } from './elman.ts';
import type { MixerConfig } from './model.ts';

const [batch, time, width, hidden] = [2, 5, 3, 4];
const functions: Readonly<Record<string, (x: number) => number>> = {
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  none: (x) => x,
};

const configOf = (activation: string, implementation: string): MixerConfig => ({
  ...{ width, hidden, implementation, layer: 0, layers: 1, longest: time },
  values: { ...defaultsOf(elman.fields), activation },
});

const wave = (seed: number, size: number): number[] => Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + seed));
const sizes = { weightIh: hidden * width, weightHh: hidden * hidden, biasIh: hidden, biasHh: hidden } as const;
const weights = Object.fromEntries(Object.entries(sizes).map(([name, size], i) => [name, wave(i, size)]));
const weight = (name: keyof typeof sizes, at: number): number => itemAt(weights[name] ?? [], at);
const x = wave(9, batch * time * width);

async function computed(activation: string): Promise<number[]> {
  const program = new ProgramBuilder(opTable);
  program.entry('all', (builder) => {
    const input = builder.read(program.variable('x', f32(batch, time, width), 'input'));
    const { y } = elman.parallel(builder, input, null, configOf(activation, 'loop'));
    assign(builder, builder.read(program.variable('y', builder.type(y), 'output')), y);
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  executable.write('x', x);
  for (const { name, type, role } of program.variables)
    if (role === 'weight')
      executable.write(name, itemAt([weights[name]], 0) ?? new Array(sizeOf(type.shape)).fill(NaN));
  executable.run('all');
  const y = Array.from(await executable.read('y'));
  await executable.dispose();
  return y;
}

function writtenOut(activate: (x: number) => number): number[] {
  const y: number[] = [];
  for (let b = 0; b < batch; b++) {
    let h = new Array<number>(hidden).fill(0);
    for (let t = 0; t < time; t++) {
      const before = h;
      h = before.map((_, i) => {
        let sum = weight('biasIh', i) + weight('biasHh', i);
        for (let d = 0; d < width; d++)
          sum += weight('weightIh', i * width + d) * itemAt(x, (b * time + t) * width + d);
        for (let j = 0; j < hidden; j++) sum += weight('weightHh', i * hidden + j) * itemAt(before, j);
        return activate(sum);
      });
      y.push(...h);
    }
  }
  return y;
}

describe('Elman', () => {
  it.each(Object.keys(functions))('with %s is its recurrence written out', async (activation) => {
    const expected = writtenOut(functions[activation] ?? Math.tanh);
    const found = await computed(activation);
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(itemAt(expected, i), 10));
  });

  it('refuses an activation where only tanh has a form, and says what computes it', () => {
    const refusal = elman.refuse?.(configOf('relu', 'fused'));
    expect(refusal && english(refusal)).toBe(
      'Elman RNN: implementation fused needs the activation tanh, got relu; loop computes every activation',
    );
    for (const activation of Object.keys(functions)) expect(elman.refuse?.(configOf(activation, 'loop'))).toBeNull();
    expect(elman.refuse?.(configOf('tanh', 'fused'))).toBeNull();
  });
});
