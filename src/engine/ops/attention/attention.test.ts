// Attention needs memory in proportion to the length, forward and backward; and what cannot be attention is refused by name.
import { describe, expect, it } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { cpuDevice } from '../../device/cpu/index.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { gradients } from '../../graph/gradient.ts';
import type { Program } from '../../graph/graph.ts';
import { assign, attention, linear, mul, reduceSum } from '../functional.ts';
import { opTable } from '../registry.ts';

const [D, heads] = [128, 4];
const attrs = { heads, keyWidth: D / heads, scale: (D / heads) ** -0.5 };

/** A layer with its projections, forward and backward: gradients of the input and both weights. */
function layer(T: number): Program {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => {
    const read = (name: string, ...shape: number[]) => b.read(program.variable(name, f32(...shape), 'input'));
    const wanted = [read('x', 1, T, D), read('in', 3 * D, D), read('out', D, D)] as const;
    const [x, into, out] = wanted;
    const y = linear(b, attention(b, linear(b, x, into), attrs, null), out);
    const loss = reduceSum(b, mul(b, y, read('dy', 1, T, D)), 'all');
    gradients(b, loss, wanted).forEach((found, i) => {
      if (found === null) throw new Error('a gradient of every input is expected');
      assign(b, b.read(program.variable(`d${i}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

describe('memory of a layer of attention, forward and backward', () => {
  const total = (T: number, threads = 2): number => cpuDevice.plan(layer(T), { threads, module: 'wasm' }).total;

  it('is at most 40 numbers for each number of its input, at 16,384 positions', () => {
    expect(total(16_384)).toBeLessThanOrEqual(40 * 16_384 * D * 4);
  });

  it('grows with the length, not with its square', () => {
    const [one, two, four] = [4096, 8192, 16_384].map((T) => total(T)) as [number, number, number];
    expect((four - two) / (two - one)).toBeCloseTo(2, 2);
  });
});

describe('shapes', () => {
  const make = (shape: readonly number[], past?: readonly number[]) => () =>
    new ProgramBuilder(opTable).entry('step', (b) => {
      const read = (name: string, of: readonly number[]) => b.read(b.program.variable(name, f32(...of), 'input'));
      const before =
        past === undefined ? null : { rows: read('past', past), filled: read('filled', [...past.slice(0, 2), 1]) };
      attention(b, read('qkv', shape), { heads: 2, keyWidth: 3, scale: 1 }, before);
    });

  it('says what queries, keys and values must look like', () => {
    expect(make([2, 5, 16])).not.toThrow();
    expect(make([2, 5, 12])).toThrow('attention: qkv must be [B, T, 12 + a multiple of 2], got [2, 5, 12]');
    expect(make([2, 5, 17])).toThrow('a multiple of 2');
    expect(make([2, 5, 16], [2, 4, 10])).toThrow('past must have at least as many rows as the sequence (5), got 4');
    expect(make([2, 5, 16], [2, 5, 11])).toThrow('attention: past must be [B, P, 10]');
  });
});
