// Cells of the zoo made from descriptions, as functions for authors of models (docs/user/zoo.md): as the recurrences in functional.ts, each gives
// { y, final } and takes its start as a list.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { call } from './call.ts';
import { scanOf, type ScanResult, type ScanStart } from './functional.ts';

type B = GraphBuilder;
type V = ValueId;

type CellKind =
  | 'qrnn'
  | 'hgrn'
  | 'gilr'
  | 'gilrElu'
  | 'sru'
  | 'rgLru'
  | 'fixedScan'
  | 'fixedComplexScan'
  | 'wkv'
  | 'hgrnComplex'
  | 'stabiliser';

function cell(b: B, kind: CellKind, inputs: readonly V[], start: ScanStart): ScanResult {
  const [y, states = y] = call(b, kind, [...inputs, ...(start ?? [])], { initial: start !== null });
  return scanOf(b, y, states);
}

/** QRNN fo-pooling from pre-activations u [B, T, 3H] = [z | f | o]: h; its state is c. */
export const qrnn = (b: B, u: V, start: ScanStart): ScanResult => cell(b, 'qrnn', [u], start);

/** The real HGRN cell from pre-activations u [B, T, 2H] = [i | f] and the lower bound [H] of its forget gate: h. */
export const hgrn = (b: B, u: V, bound: V, start: ScanStart): ScanResult => cell(b, 'hgrn', [u, bound], start);

/** GILR from pre-activations u [B, T, 2H] = [g | v]; g keeps the old state. */
export const gilr = (b: B, u: V, start: ScanStart, activation: 'tanh' | 'elu'): ScanResult =>
  cell(b, activation === 'tanh' ? 'gilr' : 'gilrElu', [u], start);

/** SRU from u [B, T, 4H] = [v | f | r | x] and the peepholes [H] of f and r: h; its state is c. */
export const sru = (b: B, u: V, [f, r]: readonly [f: V, r: V], start: ScanStart): ScanResult =>
  cell(b, 'sru', [u, f, r], start);

/** RG-LRU from u [B, T, 3H] = [x | i | r] and the rate of decay [H]. */
export const rgLru = (b: B, u: V, rate: V, start: ScanStart): ScanResult => cell(b, 'rgLru', [u, rate], start);

/** h = a h + u over [B, T, H], with the same a [H] at every step. */
export const fixedScan = (b: B, u: V, a: V, start: ScanStart): ScanResult => cell(b, 'fixedScan', [u, a], start);

/** The same over complex numbers, real | imaginary [B, T, 2H]. */
export const fixedComplexScan = (b: B, u: V, a: { readonly re: V; readonly im: V }, start: ScanStart): ScanResult =>
  cell(b, 'fixedComplexScan', [u, a.re, a.im], start);

/** Means weighted by e^k from u [B, T, 2H] = [k | v]; both rates are [H]. Its state is mean | logarithm of the weights [B, 2H]. */
export const wkv = (b: B, u: V, rates: { readonly decay: V; readonly bonus: V }, start: ScanStart): ScanResult =>
  cell(b, 'wkv', [u, rates.decay, rates.bonus], start);

/** The complex HGRN cell from u [B, T, 3H] = [i real | i imaginary | f], its bound and rotation [H]: real | imaginary [B, T, 2H]. */
export const hgrnComplex = (
  b: B,
  u: V,
  turn: { readonly bound: V; readonly cos: V; readonly sin: V },
  start: ScanStart,
): ScanResult => cell(b, 'hgrnComplex', [u, turn.bound, turn.cos, turn.sin], start);

/** S6's scan from x [B, T, 2D] = [u | dt], bc [B, T, 2N] = [B | C] and system [D, N + 1] = [A | skip]; states are [B, D, N]. */
export const selectiveScan = (b: B, x: V, bc: V, system: V, start: ScanStart): ScanResult => {
  const [y, final] = call(b, 'selectiveScan', [x, bc, system, ...(start ?? [])], { initial: start !== null });
  return { y, final: [final] };
};

/** The largest logarithm so far of u [B, T, 2H] = [i | f], and both in units of it: [B, T, 3H] = decay | gain | unit. */
export const stabiliser = (b: B, u: V, start: ScanStart): ScanResult => cell(b, 'stabiliser', [u], start);

/** S4D's filter from u [B, T, H] and system [H, 6N + 1] = [a | b | c, real and imaginary | skip]; states are [B, 2, H, N]. */
export const diagonalScan = (b: B, u: V, system: V, start: ScanStart): ScanResult => {
  const [y, final] = call(b, 'diagonalScan', [u, system, ...(start ?? [])], { initial: start !== null });
  return { y, final: [final] };
};
