// What the parts of a block are made of: norms, dropout, linear layers.
import { streamOf } from '../core/philox.ts';
import { f32, lastOf, sizeOf } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { isLookedUp } from '../ops/by-table.ts';
import { affine, constant, dropout, layerNorm, linear, rmsNorm, split } from '../ops/functional.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Layout, NormLayout } from './layout.ts';
import { schemes } from './schemes.ts';

/** Training: the dropout counter i32 [5]. Null = evaluation and sampling, where nothing is dropped. */
export type Mode = { readonly counter: ValueId } | null;

const plain = { decay: false } as const;

/** x / rms(x) w, LayerNorm, or nothing; in its own scope. */
export function norm(builder: GraphBuilder, x: ValueId, layout: NormLayout): ValueId {
  const { kind } = layout;
  if (kind === 'none') return x;
  return builder.scope('norm', () => {
    const width = lastOf(builder.shape(x));
    const weight = normWeight(builder, width, layout);
    if (kind === 'rmsNorm') return rmsNorm(builder, x, weight, layout.eps);
    const bias = layout.bias
      ? builder.parameter('bias', f32(width), initialiser('zeros', {}), plain)
      : constant(builder, [width], 0);
    return layerNorm(builder, x, weight, bias, layout.eps);
  });
}

function normWeight(builder: GraphBuilder, width: number, { weight }: NormLayout): ValueId {
  if (weight === 'none') return constant(builder, [width], 1);
  const start = initialiser(weight === 'offset' ? 'zeros' : 'ones', {});
  const learned = builder.parameter('weight', f32(width), start, plain);
  return weight === 'offset' ? affine(builder, learned, 1, 1) : learned;
}

/** Drops with `rate` in training. The stream is the place in the network, so that no two places share a mask. */
export function dropped(builder: GraphBuilder, x: ValueId, rate: number, mode: Mode): ValueId {
  if (mode === null || rate === 0) return x;
  return dropout(builder, x, mode.counter, rate, streamOf(`${builder.path}/dropout`));
}

interface Dense {
  readonly bias: boolean;
  /** It ends a residual branch. */
  readonly end?: boolean;
}

interface DensePlace {
  readonly layout: Layout;
  readonly layers: number;
}

/** W and b of a dense layer, started as the layout says. */
function denseWeights(
  builder: GraphBuilder,
  inputs: number,
  outputs: number,
  { bias, end = false }: Dense,
  { layout, layers }: DensePlace,
): { readonly weight: ValueId; readonly bias: ValueId | null } {
  const scheme = schemes[layout.start];
  const start = (end ? scheme.end : scheme.weight)({ fan: inputs, outputs, layers });
  const weight = builder.parameter('weight', f32(outputs, inputs), start);
  return { weight, bias: bias ? builder.parameter('bias', f32(outputs), scheme.bias(inputs), plain) : null };
}

/** y = W x + b in a scope of its own. */
export const dense = (
  builder: GraphBuilder,
  name: string,
  x: ValueId,
  outputs: number,
  form: Dense,
  place: DensePlace,
): ValueId =>
  builder.scope(name, () => {
    const { weight, bias } = denseWeights(builder, lastOf(builder.shape(x)), outputs, form, place);
    return linear(builder, x, weight, bias);
  });

/**
 * The halves of such a y [..., 2 width]. Where there are many more rows of x than of W, its halves are multiplied apart: to part W takes less than to part y, and its
 * gradient to be joined.
 */
export const denseHalves = (
  builder: GraphBuilder,
  name: string,
  x: ValueId,
  width: number,
  form: Dense,
  place: DensePlace,
): readonly [ValueId, ValueId] =>
  builder.scope(name, () => {
    const shape = builder.shape(x);
    const inputs = lastOf(shape);
    const { weight, bias } = denseWeights(builder, inputs, 2 * width, form, place);
    const few = sizeOf(shape) / inputs <= 4 * width;
    if (few || builder.program.asWritten || isLookedUp(builder, x))
      return split(builder, linear(builder, x, weight, bias), shape.length - 1, [width, width]);
    const [first, second] = split(builder, weight, 0, [width, width]);
    if (bias === null) return [linear(builder, x, first), linear(builder, x, second)];
    const [firstBias, secondBias] = split(builder, bias, 0, [width, width]);
    return [linear(builder, x, first, firstBias), linear(builder, x, second, secondBias)];
  });
