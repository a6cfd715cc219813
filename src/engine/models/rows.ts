// Numbers repeated along another extent, by ops that every device has and whose gradients are exact sums.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { constant, cumulativeSum, matmul, pad, reshape } from '../ops/functional.ts';

/** x [..., N], each number `count` times beside itself: [..., N count]. */
export function eachTimes(builder: GraphBuilder, x: ValueId, count: number): ValueId {
  if (count === 1) return x;
  const shape = builder.shape(x);
  const size = shape.reduce((all, one) => all * one, 1);
  const wide = matmul(builder, reshape(builder, x, [size, 1]), constant(builder, [1, count], 1));
  return reshape(builder, wide, [...shape.slice(0, -1), (shape.at(-1) ?? 1) * count]);
}

/** A row [B, 1, N] at each of `count` rows. */
export const overRows = (builder: GraphBuilder, row: ValueId, count: number): ValueId =>
  count === 1 ? row : cumulativeSum(builder, pad(builder, row, 1, 0, count)).y;
