// Cells made from descriptions, as functions for authors of models: what goes in, an optional start, the result and the states of each step.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { call } from './call.ts';

type B = GraphBuilder;
type V = ValueId;

/** `y` [B, T, H] is what a step gives, `states` [B, T, k H] the state after it. */
export interface CellResult {
  readonly y: V;
  readonly states: V;
}

type CellKind = 'gilr' | 'gilrElu' | 'sru' | 'rgLru' | 'fixedScan' | 'fixedComplexScan' | 'wkv' | 'hgrnComplex';

function cell(b: B, kind: CellKind, inputs: readonly V[], start: V | null): CellResult {
  const given = start === null ? inputs : [...inputs, start];
  const [y, states = y] = call(b, kind, given, { initial: start !== null });
  return { y, states };
}

/** GILR from pre-activations u [B, T, 2H] = [g | v]; g keeps the old state. */
export const gilr = (b: B, u: V, h0: V | null, activation: 'tanh' | 'elu'): CellResult =>
  cell(b, activation === 'tanh' ? 'gilr' : 'gilrElu', [u], h0);

/** SRU from u [B, T, 4H] = [v | f | r | x] and the peepholes [H] of f and r. */
export const sru = (b: B, u: V, [f, r]: readonly [f: V, r: V], c0: V | null): CellResult =>
  cell(b, 'sru', [u, f, r], c0);

/** RG-LRU from u [B, T, 3H] = [x | i | r] and the rate of decay [H]. */
export const rgLru = (b: B, u: V, rate: V, h0: V | null): CellResult => cell(b, 'rgLru', [u, rate], h0);

/** h = a h + u over [B, T, H], with the same a [H] at every step. */
export const fixedScan = (b: B, u: V, a: V, h0: V | null): CellResult => cell(b, 'fixedScan', [u, a], h0);

/** The same over complex numbers, real | imaginary [B, T, 2H]. */
export const fixedComplexScan = (b: B, u: V, a: { readonly re: V; readonly im: V }, h0: V | null): CellResult =>
  cell(b, 'fixedComplexScan', [u, a.re, a.im], h0);

/** Means weighted by e^k from u [B, T, 2H] = [k | v]; both rates are [H]. States: mean | logarithm of the weights. */
export const wkv = (b: B, u: V, rates: { readonly decay: V; readonly bonus: V }, s0: V | null): CellResult =>
  cell(b, 'wkv', [u, rates.decay, rates.bonus], s0);

/** The complex HGRN cell from u [B, T, 3H] = [i real | i imaginary | f], its bound and rotation [H]. */
export const hgrnComplex = (
  b: B,
  u: V,
  turn: { readonly bound: V; readonly cos: V; readonly sin: V },
  h0: V | null,
): CellResult => cell(b, 'hgrnComplex', [u, turn.bound, turn.cos, turn.sin], h0);
