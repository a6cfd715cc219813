// A ring of the last inputs as a state: the earlier inputs a convolution or a window over time needs, so that a sequence can be cut anywhere.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { isLookedUp } from '../ops/by-table.ts';
import { add, concat, constant, linear, slice } from '../ops/functional.ts';
import type { StateSlot } from './model.ts';

/** The last `count` inputs of `width` channels, oldest first; zeros before the first step. */
export const ringSlot = (name: string, count: number, width: number): StateSlot => ({
  name,
  shape: [count, width],
  start: 0,
  ring: true,
});

/** x [B, T, D] and the `count` inputs before it [B, count, D] -> the last `count` inputs after it. */
export function lastInputs(builder: GraphBuilder, x: ValueId, before: ValueId | null, count: number): ValueId {
  const [batch = 1, time = 1, width = 1] = builder.shape(x);
  const seen = time >= count ? x : concat(builder, [before ?? constant(builder, [batch, count, width], 0), x], 1);
  const length = time >= count ? time : count + time;
  return slice(builder, seen, 1, length - count, count);
}

/** x [B, T, D] one step late: the input before (zeros where there is none), then all but the last. */
export function oneLater(builder: GraphBuilder, x: ValueId, before: ValueId | null): ValueId {
  const [batch = 1, time = 1, width = 1] = builder.shape(x);
  const first = before ?? constant(builder, [batch, 1, width], 0);
  return time === 1 ? first : concat(builder, [first, slice(builder, x, 1, 0, time - 1)], 1);
}

/**
 * [x | the input before] weight^T + bias for x [B, T, D], weight [N, 2D]. Rows from a table are multiplied there, so that each half of the weight gives
 * its own result, one of them a step late; others are put side by side for one product.
 */
export function linearOfTwo(
  builder: GraphBuilder,
  x: ValueId,
  before: ValueId | null,
  weight: ValueId,
  bias: ValueId | null,
): ValueId {
  if (!isLookedUp(builder, x))
    return linear(builder, concat(builder, [x, oneLater(builder, x, before)], 2), weight, bias);
  const [, , width = 1] = builder.shape(x);
  const half = (start: number): ValueId => slice(builder, weight, 1, start, width);
  const late = before === null ? null : linear(builder, before, half(width));
  return add(builder, linear(builder, x, half(0), bias), oneLater(builder, linear(builder, x, half(width)), late));
}
