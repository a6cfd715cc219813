// A long convolution of any shape is the direct sum, whichever rows are wanted; needs memory in proportion to the length; refuses rows that x lacks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { cpuDevice } from '../../device/cpu/index.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { gradients } from '../../graph/gradient.ts';
import type { Program } from '../../graph/graph.ts';
import { checkOp } from '../../verify/check-op.ts';
import { normal, small } from '../cases.ts';
import { assign, longConvolution, mul, reduceSum } from '../functional.ts';
import { opTable } from '../registry.ts';
import { isTransformed, longSizes, transformLength } from './sizes.ts';

const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 1, max: 140 }),
  wanted: fc.integer({ min: 1, max: 140 }),
  taps: fc.integer({ min: 1, max: 160 }),
  channels: fc.integer({ min: 1, max: 3 }),
  backwards: fc.boolean(),
});

describe('any shape', () => {
  it('on the cpu is the direct sum, forward and backward', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ batch, rows, wanted, taps, channels, backwards }) => {
        const attrs = { rows: Math.min(wanted, rows), backwards };
        const test = { name: 'drawn', attrs, inputs: [normal(batch, rows, channels), small(taps, channels)] };
        const { failures } = await checkOp(
          'longConvolution',
          [test],
          [{ device: cpuDevice, options: { threads: 2, module: 'wasm' } }],
        );
        expect(failures).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('what wraps around in a transform misses all rows that are wanted', () => {
    fc.assert(
      fc.property(shapes, ({ rows, wanted, taps, channels }) => {
        const T = Math.min(wanted, rows);
        const sizes = longSizes(f32(1, rows, channels), f32(taps, channels), { rows: T, backwards: false });
        const around = 2 * transformLength(sizes);
        // The last place of a product of x and the kernel, of dy and the kernel, and of dy and x, against the first one that is read.
        expect(rows + sizes.taps - 2 - around).toBeLessThan(rows - T);
        expect(T + sizes.taps - 2 - around).toBeLessThan(0);
        expect(T + rows - 2 - around).toBeLessThan(rows - sizes.taps);
        expect(around).toBeGreaterThanOrEqual(rows);
      }),
    );
  });

  it('whole sequences are transformed, single steps are not', () => {
    const of = (rows: number, wanted: number) =>
      isTransformed(longSizes(f32(1, rows, 4), f32(rows, 4), { rows: wanted, backwards: false }));
    expect(of(128, 128)).toBe(true);
    expect(of(16_384, 16_384)).toBe(true);
    expect(of(16_384, 1)).toBe(false);
  });
});

function layer(T: number): Program {
  const program = new ProgramBuilder(opTable);
  const C = 128;
  program.entry('step', (b) => {
    const read = (name: string, ...shape: number[]) => b.read(program.variable(name, f32(...shape), 'input'));
    const wanted = [read('x', 1, T, C), read('kernel', T, C)] as const;
    const y = longConvolution(b, wanted[0], wanted[1], { rows: T, backwards: false });
    const loss = reduceSum(b, mul(b, y, read('dy', 1, T, C)), 'all');
    gradients(b, loss, wanted).forEach((found, i) => {
      if (found === null) throw new Error('a gradient of every input is expected');
      assign(b, b.read(program.variable(`d${i}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

it('memory, forward and backward, grows with the length', () => {
  const total = (T: number): number => cpuDevice.plan(layer(T), { threads: 2, module: 'wasm' }).total;
  const [one, two, four] = [4096, 8192, 16_384].map(total) as [number, number, number];
  expect((four - two) / (two - one)).toBeCloseTo(2, 1);
});

it('refuses more rows than x has', () => {
  const make = (rows: number) => () =>
    new ProgramBuilder(opTable).entry('step', (b) => {
      const read = (name: string, ...of: number[]) => b.read(b.program.variable(name, f32(...of), 'input'));
      longConvolution(b, read('x', 2, 5, 3), read('kernel', 9, 3), { rows, backwards: false });
    });
  expect(make(5)).not.toThrow();
  expect(make(6)).toThrow('longConvolution: rows of x [2, 5, 3] must be from 1 to 5, got 6');
  expect(make(0)).toThrow('got 0');
});
