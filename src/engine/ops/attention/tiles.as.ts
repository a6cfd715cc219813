// What both passes of attention share: the arguments of an entry, rows of past and sequence, which queries see which keys, and panels of queries.
// `x` numbers the argument of T, behind which the other extents are.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { log4 } from '../../device/cpu/wasm/math.as';
import { packPanel } from '../../device/cpu/wasm/pack.as';
import { floats } from '../../device/cpu/wasm/simd.as';
import { PANEL } from '../../device/cpu/wasm/tile.as';

/** Queries of a chunk: eight panels. */
export const QUERIES: i32 = 64;
/** A score that no query has. */
export const NEVER: f32 = -1e30;

export const SEES_NONE: i32 = 0;
export const SEES_ALL: i32 = 1;
export const SEES_SOME: i32 = 2;

// @ts-ignore: decorator
@inline export function timeOf(entry: usize, x: i32): i32 { return intArg(entry, x); }
// @ts-ignore: decorator
@inline export function rowsBefore(entry: usize, x: i32): i32 { return intArg(entry, x + 1); }
// @ts-ignore: decorator
@inline export function headsOf(entry: usize, x: i32): i32 { return intArg(entry, x + 2); }
// @ts-ignore: decorator
@inline export function keyWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 3); }
// @ts-ignore: decorator
@inline export function valueWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 4); }
// @ts-ignore: decorator
@inline export function scaleOf(entry: usize, x: i32): f32 { return realArg(entry, x + 5); }
// @ts-ignore: decorator
@inline export function keysOf(entry: usize, x: i32): i32 { return intArg(entry, x + 6); }
/** Whether a score s becomes relu(s)^2 / n instead of a share by softmax; 1 / n takes the place of lse. */
// @ts-ignore: decorator
@inline export function isSquared(entry: usize, x: i32): bool { return intArg(entry, x + 7) != 0; }
/** Floats from row to row of qkv, and of the past. */
// @ts-ignore: decorator
@inline export function rowOf(entry: usize, x: i32): i32 { return headsOf(entry, x) * (2 * keyWidth(entry, x) + valueWidth(entry, x)); }
// @ts-ignore: decorator
@inline export function pastRow(entry: usize, x: i32): i32 { return headsOf(entry, x) * (keyWidth(entry, x) + valueWidth(entry, x)); }

/** How full row j of the past of sample b is. */
// @ts-ignore: decorator
@inline export function filledAt(entry: usize, x: i32, b: i32, j: i32): f32 {
  return f32.load(placeArg(entry, 2) + floats(b * rowsBefore(entry, x) + j));
}

/** Address of the keys (part 0) or values (part 1) of head h from row `at` on, counted over past and sequence, in tensors like qkv and past. */
export function rowsAt(entry: usize, x: i32, qkv: usize, past: usize, b: i32, h: i32, at: i32, part: i32): usize {
  const dk = keyWidth(entry, x), dv = valueWidth(entry, x), heads = headsOf(entry, x), P = rowsBefore(entry, x), T = timeOf(entry, x);
  const column = part == 0 ? h * dk : heads * dk + h * dv;
  if (at < P) return past + floats((b * P + at) * pastRow(entry, x) + column);
  return qkv + floats((b * T + at - P) * rowOf(entry, x) + heads * dk + column);
}

// @ts-ignore: decorator
@inline export function strideAt(entry: usize, x: i32, at: i32): i32 {
  return at < rowsBefore(entry, x) ? pastRow(entry, x) : rowOf(entry, x);
}

/** Rows of the block of keys that begins at `at`: all of the past, or all of the sequence up to row `end`. */
export function blockRows(entry: usize, x: i32, at: i32, end: i32): i32 {
  const P = rowsBefore(entry, x);
  return max(0, min(keysOf(entry, x), (at < P ? P : P + end) - at));
}

/** Which of `rows` keys from `at` on a panel of queries from t on sees. */
export function sightOf(entry: usize, x: i32, at: i32, rows: i32, t: i32): i32 {
  const P = rowsBefore(entry, x);
  if (at < P) return at + rows - 1 <= t ? SEES_NONE : at > t + PANEL - 1 ? SEES_ALL : SEES_SOME;
  const first = at - P;
  return first > t + PANEL - 1 ? SEES_NONE : first + rows - 1 <= t ? SEES_ALL : SEES_SOME;
}

/** Of four queries from t on: those that see key `at`. */
// @ts-ignore: decorator
@inline export function seesKey(at: i32, P: i32, t: i32): v128 {
  const query = i32x4.add(i32x4.splat(t), i32x4(0, 1, 2, 3));
  return at < P ? i32x4.lt_s(query, i32x4.splat(at)) : i32x4.ge_s(query, i32x4.splat(at - P));
}

/** Log of how full key `at` is, for all queries. */
export function fillOf(entry: usize, x: i32, b: i32, at: i32): v128 {
  return at < rowsBefore(entry, x) ? log4(f32x4.splat(filledAt(entry, x, b, at))) : f32x4.splat(0);
}

/** How full key `at` is for four queries from t on, 0 where it is not seen. */
export function fullFor(entry: usize, x: i32, b: i32, at: i32, t: i32, masked: bool): v128 {
  const P = rowsBefore(entry, x), full = f32x4.splat(at < P ? filledAt(entry, x, b, at) : 1);
  return masked ? v128.and(full, seesKey(at, P, t)) : full;
}

/** panel[width, 8] = factor x^T of up to 8 rows. */
export function packQueries(from: usize, stride: i32, rows: i32, width: i32, factor: f32, panel: usize): void {
  packPanel(from, 1, stride, width, min(PANEL, rows), panel);
  scaleAll(panel, width * PANEL, factor);
}

/** x times factor, n a multiple of 4. */
export function scaleAll(x: usize, n: i32, factor: f32): void {
  for (let i = 0; i < n; i += 4) v128.store(x + floats(i), f32x4.mul(v128.load(x + floats(i)), f32x4.splat(factor)));
}

/** out[row, width] = panel[width, row] factor[row] for the first `rows` columns of a panel; rows of out are `stride` floats apart. */
export function unpackQueries(panel: usize, rows: i32, width: i32, factor: usize, out: usize, stride: i32): void {
  for (let i = 0; i < min(PANEL, rows); i++) {
    const by = f32.load(factor + floats(i));
    for (let d = 0; d < width; d++) f32.store(out + floats(i * stride + d), f32.load(panel + floats(d * PANEL + i)) * by);
  }
}
