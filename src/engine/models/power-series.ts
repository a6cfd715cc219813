// Filters as power series in one step of delay: products are long convolutions, and a series that begins with 1 has an inverse. Tensors are
// [taps, C], a series for each channel.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { affine, concat, constant, longConvolution, pad, reshape, slice } from '../ops/functional.ts';

/** The first taps of x times y, as many as x has. */
export function seriesProduct(builder: GraphBuilder, x: ValueId, y: ValueId): ValueId {
  const [taps = 1, C = 1] = builder.shape(x);
  const all = longConvolution(builder, reshape(builder, x, [1, taps, C]), y, { rows: taps, backwards: false });
  return reshape(builder, all, [taps, C]);
}

/** z x: one step later, as many taps. */
export function delayed(builder: GraphBuilder, x: ValueId): ValueId {
  const [taps = 1] = builder.shape(x);
  return taps === 1 ? affine(builder, x, 0) : pad(builder, slice(builder, x, 0, 0, taps - 1), 0, 1, taps);
}

/**
 * 1 / x for x_0 = 1, by Newton's doubling: if v is right for m taps and e = x v, the next m are those of -v e from m on.
 */
export function seriesInverse(builder: GraphBuilder, x: ValueId): ValueId {
  const [taps = 1, C = 1] = builder.shape(x);
  let found = constant(builder, [1, C], 1);
  for (let m = 1; m < taps; m *= 2) {
    const more = Math.min(m, taps - m);
    const error = seriesProduct(builder, slice(builder, x, 0, 0, m + more), found);
    const rest = seriesProduct(builder, slice(builder, error, 0, m, more), found);
    found = concat(builder, [found, affine(builder, rest, -1)], 0);
  }
  return found;
}
