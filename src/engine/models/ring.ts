// A ring of the last inputs as a state: the earlier inputs a convolution or a window over time needs, so that a sequence can be cut anywhere.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { concat, constant, slice } from '../ops/functional.ts';
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
