// How a network ends: one or several linear layers, at each position, at the last one or on the mean over all.
import { f32, lastOf } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { affine, cumulativeSum, linear, rowOf } from '../ops/functional.ts';
import { tokenTable, type StackInput } from './embedding.ts';
import type { Place } from './parts/part.ts';
import { schemes } from './schemes.ts';

export interface HeadSpec {
  /** Omitted for the first: its weights are named `head` only. */
  readonly name?: string;
  /** Classes, or values. */
  readonly outputs: number;
  /** Over time; one step always answers. Omitted = `each`. */
  readonly at?: 'each' | 'last' | 'pooled';
}

/** x [B, T, d] -> [B, T, outputs], or [B, outputs] where a sequence has one answer; x [B, d] -> [B, outputs]. */
export function answer(
  builder: GraphBuilder,
  x: ValueId,
  head: HeadSpec,
  inputs: readonly StackInput[],
  place: Place,
): ValueId {
  const { at = 'each', name, outputs } = head;
  const here = at === 'each' || builder.shape(x).length === 2 ? x : pooled(builder, x, at);
  if (place.layout.head.direct === true) return here;
  return builder.scope(name === undefined ? 'head' : `head/${name}`, () => {
    const width = lastOf(builder.shape(x));
    const scheme = schemes[place.layout.start];
    const [only] = inputs;
    const { tied, bias: biased } = place.layout.head;
    const shared = tied && inputs.length === 1 && only?.kind === 'tokens' && only.vocabulary === outputs;
    const start = scheme.weight({ fan: width, outputs, layers: place.layers });
    const weight = shared
      ? tokenTable(builder, only, width, place)
      : builder.parameter('weight', f32(outputs, width), start);
    const bias = biased ? builder.parameter('bias', f32(outputs), scheme.bias(width), { decay: false }) : null;
    return linear(builder, here, weight, bias);
  });
}

function pooled(builder: GraphBuilder, x: ValueId, at: 'last' | 'pooled'): ValueId {
  const [, length = 1] = builder.shape(x);
  if (at === 'last') return rowOf(builder, x, length - 1);
  return affine(builder, cumulativeSum(builder, x).final[0], 1 / length);
}
