// The template of copies: pieces of a tensor that are moved from one spacing to another. Slicing, joining, padding and repeating are copies;
// no element is computed. Independent of devices.
import { sizeOf, type TensorType } from '../core/tensor.ts';

/** Where pieces begin in a tensor, in elements: the first one, and each from the one before. Stride 0 = one piece, again and again. */
export interface Spacing {
  /** Number of the input or output. */
  readonly tensor: number;
  readonly offset: number;
  readonly stride: number;
}

/** `count` pieces of `length` elements each, from an input to an output. Elements of an output that no copy reaches are 0. */
export interface Copy {
  readonly count: number;
  readonly length: number;
  readonly from: Spacing;
  readonly to: Spacing;
}

/** The copies of a node, in the order of their results. */
export type CopiesOf<A extends object> = (
  attrs: A,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
) => readonly Copy[];

/** A part of a tensor, cut along an axis: its pieces in the whole, and side by side in a tensor of its own. */
interface Cut {
  readonly count: number;
  readonly length: number;
  readonly inWhole: Omit<Spacing, 'tensor'>;
  readonly alone: Omit<Spacing, 'tensor'>;
}

export function cut(whole: TensorType, axis: number, start: number, size: number): Cut {
  const inner = sizeOf(whole.shape.slice(axis + 1));
  const length = size * inner;
  return {
    count: sizeOf(whole.shape.slice(0, axis)),
    length,
    inWhole: { offset: start * inner, stride: (whole.shape[axis] ?? 1) * inner },
    alone: { offset: 0, stride: length },
  };
}

/** Parts out of tensor 0, or (`joined`) into it, side by side along an axis. */
export function sideBySide(
  whole: TensorType,
  axis: number,
  sizes: readonly number[],
  direction: 'apart' | 'joined',
): readonly Copy[] {
  let start = 0;
  return sizes.map((size, tensor) => {
    const { count, length, inWhole, alone } = cut(whole, axis, start, size);
    start += size;
    const [of, part] = [
      { tensor: 0, ...inWhole },
      { tensor, ...alone },
    ];
    return direction === 'apart' ? { count, length, from: of, to: part } : { count, length, from: part, to: of };
  });
}

/** Whether the copies reach every element of this output. */
export function covers(copies: readonly Copy[], tensor: number, { shape }: TensorType): boolean {
  const all = copies.filter(({ to }) => to.tensor === tensor);
  return all.reduce((sum, { count, length }) => sum + count * length, 0) === sizeOf(shape);
}
