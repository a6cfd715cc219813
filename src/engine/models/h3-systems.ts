// The weights of H3's two state spaces, in steps: that of the last inputs, and S4D's for each pair of channels of a head.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import { affine, concat, exp, neg, reshape } from '../ops/functional.ts';
import { product, type Complex } from './complex-state.ts';
import { discretised, ofSystem, timeSteps } from './diagonal.ts';
import { initialiser } from './initialisers/registry.ts';
import type { MixerConfig } from './model.ts';
import { eachTimes } from './rows.ts';

export interface Sizes {
  readonly d: number;
  readonly heads: number;
  readonly pairs: number;
  readonly modes: number;
  readonly shift: number;
}

export function sizesOf({ hidden, values }: MixerConfig): Sizes {
  const d = Number(values['head']);
  return {
    d,
    heads: hidden / d,
    pairs: d * hidden,
    modes: Number(values['modes']),
    shift: Number(values['shift']),
  };
}

/** The state space of the last inputs, as tables [M, H] and [H]. */
export interface Shift {
  readonly into: ValueId;
  readonly out: ValueId;
  readonly skip: ValueId;
}

/** S4D's tables of each pair, [d d heads, N], `out` with the factor 2 of conjugate pairs; skip [d d heads]. */
export interface Pairs {
  readonly decay: Complex;
  readonly into: Complex;
  readonly out: Complex;
  readonly skip: ValueId;
}

export interface Weights {
  readonly shift: Shift;
  readonly pairs: Pairs;
}

function shiftOf(builder: GraphBuilder, { hidden }: MixerConfig, { shift }: Sizes): Shift {
  const [ones, zeros] = [initialiser('ones', {}), initialiser('zeros', {})];
  const first: Initialiser =
    shift === 1
      ? ones
      : {
          kind: 'stacked',
          parts: [
            { rows: 1, initialiser: ones },
            { rows: shift - 1, initialiser: zeros },
          ],
        };
  const read = initialiser('torch-linear', { fan: shift });
  return {
    into: builder.parameter('shiftIn', f32(shift, hidden), first, ofSystem),
    out: builder.parameter('shiftOut', f32(shift, hidden), read),
    skip: builder.parameter('shiftSkip', f32(hidden), initialiser('normal', { deviation: 1 })),
  };
}

/** Rows of [heads, …], once for each pair of channels of a head. */
const forPairs = (builder: GraphBuilder, x: ValueId, d: number): ValueId =>
  d === 1
    ? x
    : concat(
        builder,
        Array.from({ length: d * d }, () => x),
        0,
      );

function pairsOf(builder: GraphBuilder, { values }: MixerConfig, { d, heads, modes }: Sizes): Pairs {
  const weight = (name: string, start: Initialiser, options: object = ofSystem): ValueId =>
    builder.parameter(name, f32(heads, modes), start, options);
  const A = {
    re: neg(builder, exp(builder, weight('logDecay', initialiser('s4d-decay', {})))),
    im: weight('frequency', initialiser('s4d-lin', { modes })),
  };
  const B = { re: weight('inRe', initialiser('ones', {})), im: weight('inIm', initialiser('zeros', {})) };
  const read = (name: string): ValueId => affine(builder, weight(name, initialiser('complex-normal', {}), {}), 2);
  const dt = reshape(builder, eachTimes(builder, timeSteps(builder, heads, values), modes), [heads, modes]);
  const { decay, gain } = discretised(builder, A, dt, values);
  const each = ({ re, im }: Complex): Complex => ({ re: forPairs(builder, re, d), im: forPairs(builder, im, d) });
  const skip = builder.parameter('skip', f32(heads), initialiser('normal', { deviation: 1 }));
  return {
    decay: each(decay),
    into: each(product(builder, gain, B)),
    out: each({ re: read('outRe'), im: read('outIm') }),
    skip: forPairs(builder, skip, d),
  };
}

export function weightsOf(builder: GraphBuilder, config: MixerConfig): Weights {
  const sizes = sizesOf(config);
  return { shift: shiftOf(builder, config, sizes), pairs: pairsOf(builder, config, sizes) };
}
