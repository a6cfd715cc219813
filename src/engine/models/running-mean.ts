// The weighted mean of all values so far in one step, made of basic ops: what RWKV-4 and Aaren carry. Over time it is the op wkv.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, concat, max, mul, neg, type ScanStart, sigmoid, softplus, split, sub } from '../ops/functional.ts';
import { nothingYet } from '../ops/wkv/reference.ts';
import type { MixerConfig, StateSlot } from './model.ts';

/** The mean, and the logarithm of the sum of its weights. */
export const meanSlots = ({ hidden }: MixerConfig): readonly StateSlot[] => [
  { name: 'mean', shape: [hidden], start: 0 },
  { name: 'weight', shape: [hidden], start: nothingYet },
];

export interface Arriving {
  /** The logarithm of its weight, and the value, [B, H] each. */
  readonly key: ValueId;
  readonly value: ValueId;
}

export interface Carried {
  readonly mean: ValueId;
  readonly weight: ValueId;
}

/** The mean with a value of that weight added. */
export function meanWith(builder: GraphBuilder, { mean, weight }: Carried, { key, value }: Arriving): ValueId {
  const share = sigmoid(builder, sub(builder, key, weight));
  return add(builder, mean, mul(builder, share, sub(builder, value, mean)));
}

/** log(e^weight + e^key), where one of the two may be nothing. */
export function weightWith(builder: GraphBuilder, weight: ValueId, key: ValueId): ValueId {
  const apart = sub(builder, key, weight);
  const size = max(builder, apart, neg(builder, apart));
  return add(builder, max(builder, key, weight), softplus(builder, neg(builder, size)));
}

/** Start of the op from the states of a model, of which the first are mean and weight; null where there are none. */
export const startOf = (builder: GraphBuilder, given: readonly ValueId[] | null): ScanStart =>
  given && [concat(builder, given.slice(0, 2), 1)];

/** Both states of a model from that of the op after the last step [B, 2H]. */
export function lastMean(
  builder: GraphBuilder,
  [last]: readonly ValueId[],
  { hidden }: MixerConfig,
): readonly ValueId[] {
  if (last === undefined) throw new Error('running mean: its state after the last step is required');
  return split(builder, last, 1, [hidden, hidden]);
}
