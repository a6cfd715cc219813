// Modes of channels, as tables [H, N] or, over time, as numbers of a state [..., 2 H N] = real | imaginary: what an input adds to them, sums
// of them, and the filter that they are together.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, concat, longConvolution, modalKernel, mul, neg, reduceSum, reshape, split } from '../ops/functional.ts';
import { product, type Complex } from './complex-state.ts';
import { withSkip } from './implicit-filter.ts';
import { eachTimes } from './rows.ts';

/** [H, N] -> [H N]. */
export function flatModes(builder: GraphBuilder, { re, im }: Complex): Complex {
  const flat = (x: ValueId): ValueId => reshape(builder, x, [builder.shape(x).reduce((all, one) => all * one, 1)]);
  return { re: flat(re), im: flat(im) };
}

/** Re(sum over n of table_n h_n) of a state: [..., H]. */
export function modalSum(builder: GraphBuilder, h: ValueId, table: Complex): ValueId {
  const [hidden = 1, modes = 1] = builder.shape(table.re);
  const leading = builder.shape(h).slice(0, -1);
  const { re, im } = flatModes(builder, table);
  const weighted = mul(builder, h, concat(builder, [re, neg(builder, im)], 0));
  const sums = reduceSum(builder, reshape(builder, weighted, [...leading, 2 * hidden, modes]), 'last');
  const [one, other] = split(builder, sums, leading.length, [hidden, hidden]);
  return add(builder, one ?? sums, other ?? sums);
}

/** table_n u for every mode, from u [..., H]: [..., 2 H N]. */
export function spread(builder: GraphBuilder, u: ValueId, table: Complex): ValueId {
  const [, modes = 1] = builder.shape(table.re);
  const { re, im } = flatModes(builder, table);
  const wide = eachTimes(builder, u, modes);
  return concat(builder, [mul(builder, wide, re), mul(builder, wide, im)], builder.shape(u).length - 1);
}

/** u [B, T, H] through modes that begin at 0, as a filter: 2 Re(sum of out x) + skip u, the 2 of conjugate pairs being part of `out`. */
export function filtered(
  builder: GraphBuilder,
  u: ValueId,
  system: { readonly decay: Complex; readonly into: Complex; readonly out: Complex; readonly skip: ValueId },
): ValueId {
  const [, time = 1] = builder.shape(u);
  const { decay, into, out, skip } = system;
  const filter = modalKernel(builder, decay, product(builder, out, into), time);
  return longConvolution(builder, u, withSkip(builder, filter, skip), { rows: time, backwards: false });
}
