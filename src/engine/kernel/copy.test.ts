// Copies against the definition: what is cut out of a tensor and put back is at the same places, and no copy reaches outside its tensors.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TensorType } from '../core/tensor.ts';
import { sizeOf } from '../core/tensor.ts';
import { padCopies, sliceCopies } from '../ops/slice/kernel.ts';
import { concatCopies, splitCopies } from '../ops/split/kernel.ts';
import { covers, type Copy } from './copy.ts';

const seed = 14;
const f32 = (shape: readonly number[]): TensorType => ({ shape, dtype: 'f32' });

/** Copies done one element after the other, from numbers that say where they were. */
function moved(copies: readonly Copy[], inputs: readonly number[][], outputs: readonly TensorType[]): number[][] {
  const made = outputs.map(({ shape }) => Array.from({ length: sizeOf(shape) }, () => 0));
  for (const { count, length, from, to } of copies) {
    for (let piece = 0; piece < count; piece++) {
      for (let i = 0; i < length; i++) {
        const value = inputs[from.tensor]?.[from.offset + piece * from.stride + i];
        const place = to.offset + piece * to.stride + i;
        const target = made[to.tensor];
        if (value === undefined || target === undefined || place >= target.length)
          throw new Error('a copy must stay within its tensors');
        target[place] = value;
      }
    }
  }
  return made;
}

const numbered = ({ shape }: TensorType, from = 1): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => from + i);

/** A tensor, an axis, and sizes that its extent is cut into. */
const cuts = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.nat(3),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([shape, at, sizes]) => {
    const axis = at % shape.length;
    return {
      x: f32(
        shape.with(
          axis,
          sizes.reduce((sum, one) => sum + one, 0),
        ),
      ),
      axis,
      sizes,
    };
  });

describe('copies', () => {
  test('split takes a tensor apart, concat joins the parts to the same tensor', () => {
    fc.assert(
      fc.property(cuts, ({ x, axis, sizes }) => {
        const parts = sizes.map((size) => f32(x.shape.with(axis, size)));
        const apart = moved(splitCopies({ axis, sizes }, [x], parts), [numbered(x)], parts);
        expect(apart.flat().sort((a, b) => a - b)).toEqual(numbered(x));
        expect(moved(concatCopies({ axis }, parts, [x]), apart, [x])).toEqual([numbered(x)]);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('slice is the same part as that of split, pad puts it back between zeros', () => {
    fc.assert(
      fc.property(cuts, fc.nat(3), ({ x, axis, sizes }, at) => {
        const index = at % sizes.length;
        const [length = 1, start] = [sizes[index], sizes.slice(0, index).reduce((sum, one) => sum + one, 0)];
        const parts = sizes.map((size) => f32(x.shape.with(axis, size)));
        const part = f32(x.shape.with(axis, length));
        const apart = moved(splitCopies({ axis, sizes }, [x], parts), [numbered(x)], parts);
        const slice = moved(sliceCopies({ axis, start, length }, [x], [part]), [numbered(x)], [part]);
        expect(slice).toEqual([apart[index]]);
        const size = x.shape[axis] ?? 1;
        const copies = padCopies({ axis, start, size }, [part], [x]);
        const kept = new Set(slice[0]);
        expect(moved(copies, slice, [x])).toEqual([numbered(x).map((value) => (kept.has(value) ? value : 0))]);
        expect(covers(copies, 0, x)).toBe(length === size);
      }),
      { seed, numRuns: 200 },
    );
  });
});
