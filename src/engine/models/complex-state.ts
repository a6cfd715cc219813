// A state of complex numbers: carried as [B, 2, H], computed as real | imaginary [B, 2H].
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, div, mul, neg, reshape, split, square, sub } from '../ops/functional.ts';
import type { StateSlot } from './model.ts';

export interface Complex {
  readonly re: ValueId;
  readonly im: ValueId;
}

export const product = (builder: GraphBuilder, x: Complex, y: Complex): Complex => ({
  re: sub(builder, mul(builder, x.re, y.re), mul(builder, x.im, y.im)),
  im: add(builder, mul(builder, x.re, y.im), mul(builder, x.im, y.re)),
});

/** 1 / y, where y is nowhere 0. */
export function inverse(builder: GraphBuilder, { re, im }: Complex): Complex {
  const size = add(builder, square(builder, re), square(builder, im));
  return { re: div(builder, re, size), im: neg(builder, div(builder, im, size)) };
}

export const complexSlot = (hidden: number): StateSlot => ({ name: 'h', shape: [2, hidden], start: 0 });

/** Carried states as a scan takes them; null = the start of the sequence. */
export function asStart(builder: GraphBuilder, given: readonly ValueId[] | null): readonly ValueId[] | null {
  return given && given.map((state) => beside(builder, state));
}

/** [B, 2, H] -> [B, 2H]. */
function beside(builder: GraphBuilder, state: ValueId): ValueId {
  const [batch = 1, parts = 2, hidden = 1] = builder.shape(state);
  return reshape(builder, state, [batch, parts * hidden]);
}

/** [B, 2H] -> [B, 2, H], as a model hands it on. */
export function asState(builder: GraphBuilder, h: ValueId): ValueId {
  const [batch = 1, both = 2] = builder.shape(h);
  return reshape(builder, h, [batch, 2, both / 2]);
}

/** A carried state [B, 2, H] times `by`: [B, H] each. */
export function turned(builder: GraphBuilder, state: ValueId, by: Complex): Complex {
  const [, , hidden = 1] = builder.shape(state);
  const [re, im] = split(builder, beside(builder, state), 1, [hidden, hidden]);
  return product(builder, { re, im }, by);
}
