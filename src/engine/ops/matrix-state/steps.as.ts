// What both passes of matrixState share in the embedded module: the arguments of an entry, rows and products of small matrices in scratch, factors
// of decays, and scores of sixteen steps. `x` numbers the argument of T, behind which the other extents are.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { exp4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';

/** Steps that are computed together. */
export const STEPS: i32 = 16;

export const DECAY_NONE: i32 = 0;
export const DECAY_HEAD: i32 = 1;
export const DECAY_KEY: i32 = 2;

// @ts-ignore: decorator
@inline export function timeOf(entry: usize, x: i32): i32 { return intArg(entry, x); }
// @ts-ignore: decorator
@inline export function headsOf(entry: usize, x: i32): i32 { return intArg(entry, x + 1); }
// @ts-ignore: decorator
@inline export function keyWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 2); }
// @ts-ignore: decorator
@inline export function valueWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 3); }
// @ts-ignore: decorator
@inline export function columnsOf(entry: usize, x: i32): i32 { return intArg(entry, x + 4); }
// @ts-ignore: decorator
@inline export function kindOf(entry: usize, x: i32): i32 { return intArg(entry, x + 5); }
/** Widths in whole vectors. */
// @ts-ignore: decorator
@inline export function keyRoom(entry: usize, x: i32): i32 { return (keyWidth(entry, x) + 3) & ~3; }
// @ts-ignore: decorator
@inline export function valueRoom(entry: usize, x: i32): i32 { return (columnsOf(entry, x) + 3) & ~3; }
/** Row of a step of a head in tensors with a row for each head. */
// @ts-ignore: decorator
@inline export function stepRow(entry: usize, x: i32, unit: i32, t: i32): i32 {
  const heads = headsOf(entry, x);
  return ((unit / heads) * timeOf(entry, x) + t) * heads + (unit % heads);
}

// Places in scratch, in floats behind one another: queries, keys, factors, their products up to a step and behind it, queries times the one and
// keys times the other, transposed keys, values, scores, and what is left between two steps.
// @ts-ignore: decorator
@inline export function placeOf(entry: usize, x: i32, i: i32): i32 { return STEPS * keyRoom(entry, x) * i; }
// @ts-ignore: decorator
@inline export function valuesAt(entry: usize, x: i32): i32 { return placeOf(entry, x, 8); }
// @ts-ignore: decorator
@inline export function scoresAt(entry: usize, x: i32): i32 { return valuesAt(entry, x) + STEPS * valueRoom(entry, x); }
// @ts-ignore: decorator
@inline export function maskAt(entry: usize, x: i32): i32 { return scoresAt(entry, x) + STEPS * STEPS; }
// @ts-ignore: decorator
@inline export function afterSteps(entry: usize, x: i32): i32 { return maskAt(entry, x) + STEPS * STEPS; }
/** Queries times what is left of the matrix before, and keys times what is left of them behind. */
// @ts-ignore: decorator
@inline export function queriesBefore(entry: usize, x: i32): i32 { return kindOf(entry, x) == DECAY_NONE ? 0 : placeOf(entry, x, 5); }
// @ts-ignore: decorator
@inline export function keysAfter(entry: usize, x: i32): i32 { return placeOf(entry, x, kindOf(entry, x) == DECAY_NONE ? 1 : 6); }

/** Four rows of c[.., N] = (c +) a[.., K] b[K, N] at columns n to n + 8 (wide) or n + 4. */
function fourRows(
  K: i32, a: usize, row: usize, column: usize, b: usize, ldb: usize, c: usize, ldc: usize, more: bool, wide: bool,
): void {
  const c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, w0 = s0, w1 = s0, w2 = s0, w3 = s0;
  if (more) {
    s0 = v128.load(c), s1 = v128.load(c1), s2 = v128.load(c2), s3 = v128.load(c3);
    if (wide) w0 = v128.load(c, 16), w1 = v128.load(c1, 16), w2 = v128.load(c2, 16), w3 = v128.load(c3, 16);
  }
  for (let k = 0; k < K; k++) {
    const y = v128.load(b);
    const x0 = v128.load32_splat(a), x1 = v128.load32_splat(a + row), x2 = v128.load32_splat(a + 2 * row), x3 = v128.load32_splat(a + 3 * row);
    s0 = f32x4.add(f32x4.mul(x0, y), s0);
    s1 = f32x4.add(f32x4.mul(x1, y), s1);
    s2 = f32x4.add(f32x4.mul(x2, y), s2);
    s3 = f32x4.add(f32x4.mul(x3, y), s3);
    if (wide) {
      const z = v128.load(b, 16);
      w0 = f32x4.add(f32x4.mul(x0, z), w0);
      w1 = f32x4.add(f32x4.mul(x1, z), w1);
      w2 = f32x4.add(f32x4.mul(x2, z), w2);
      w3 = f32x4.add(f32x4.mul(x3, z), w3);
    }
    a += column;
    b += ldb;
  }
  v128.store(c, s0), v128.store(c1, s1), v128.store(c2, s2), v128.store(c3, s3);
  if (wide) v128.store(c, w0, 16), v128.store(c1, w1, 16), v128.store(c2, w2, 16), v128.store(c3, w3, 16);
}

function oneRow(K: i32, a: usize, column: usize, b: usize, ldb: usize, c: usize, more: bool): void {
  let sum = more ? v128.load(c) : f32x4.splat(0);
  for (let k = 0; k < K; k++) {
    sum = f32x4.add(f32x4.mul(v128.load32_splat(a), v128.load(b)), sum);
    a += column;
    b += ldb;
  }
  v128.store(c, sum);
}

/** c[M, N] = (c +) a[M, K] b[K, N]; element (m, k) of a is at m row + k column; N whole vectors; all distances in floats. */
export function smallProduct(
  M: i32, N: i32, K: i32, a: usize, row: i32, column: i32, b: usize, ldb: i32, c: usize, ldc: i32, more: bool,
): void {
  const byRow = floats(row), byColumn = floats(column), nextB = floats(ldb), nextC = floats(ldc);
  for (let n = 0; n < N; n += 8) {
    const wide = n + 8 <= N, from = b + floats(n);
    let m = 0;
    for (; m + 4 <= M; m += 4) {
      const to = c + floats(m * ldc + n), left = a + floats(m * row);
      if (wide) fourRows(K, left, byRow, byColumn, from, nextB, to, nextC, more, true);
      else fourRows(K, left, byRow, byColumn, from, nextB, to, nextC, more, false);
    }
    for (; m < M; m++) {
      const to = c + floats(m * ldc + n), left = a + floats(m * row);
      oneRow(K, left, byColumn, from, nextB, to, more);
      if (wide) oneRow(K, left, byColumn, from + 16, nextB, to + 16, more);
    }
  }
}

/** Rows of x, each filled up with zeros to `wide` columns, and rows of zeros up to `all`. */
export function takeRows(x: usize, ld: i32, rows: i32, width: i32, wide: i32, all: i32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < wide; i += 4) {
      const left = width - i;
      v128.store(out + floats(r * wide + i), left > 0 ? loadPart(x + floats(r * ld + i), left) : f32x4.splat(0));
    }
  }
  memory.fill(out + floats(rows * wide), 0, floats((all - rows) * wide));
}

/** out[width, 16] from x[16, wide]. */
export function acrossSteps(x: usize, wide: i32, width: i32, out: usize): void {
  for (let i = 0; i < width; i++) {
    for (let r = 0; r < STEPS; r++) f32.store(out + floats(i * STEPS + r), f32.load(x + floats(r * wide + i)));
  }
}

/** Values, or their gradients, with the column of sums behind them: 1, or the numbers at `sums`. */
export function takeValues(entry: usize, x: i32, tensor: usize, sums: usize, unit: i32, t: i32, count: i32, out: usize): void {
  const heads = headsOf(entry, x), dv = valueWidth(entry, x), V = valueRoom(entry, x), row = stepRow(entry, x, unit, t);
  takeRows(tensor + floats(row * dv), heads * dv, count, dv, V, STEPS, out);
  if (columnsOf(entry, x) == dv) return;
  for (let r = 0; r < count; r++) f32.store(out + floats(r * V + dv), sums == 0 ? 1 : f32.load(sums + floats(row + r * heads)));
}

/** Logarithms of four rows of a head at a step. */
// @ts-ignore: decorator
@inline function logsAt(entry: usize, x: i32, row: i32, i: i32): v128 {
  const decay = placeArg(entry, 3);
  if (kindOf(entry, x) == DECAY_HEAD) return v128.load32_splat(decay + floats(row));
  const dk = keyWidth(entry, x);
  return loadPart(decay + floats(row * dk + i), dk - i);
}

function takeDecays(entry: usize, x: i32, unit: i32, t: i32, count: i32, room: usize): void {
  const K = keyRoom(entry, x), heads = headsOf(entry, x), row = stepRow(entry, x, unit, t);
  for (let i = 0; i < K; i += 4) {
    let product = f32x4.splat(1);
    for (let r = 0; r < STEPS; r++) {
      const at = room + floats(r * K + i);
      const factor = r < count ? exp4(logsAt(entry, x, row + r * heads, i)) : f32x4.splat(1);
      product = f32x4.mul(product, factor);
      v128.store(at + floats(placeOf(entry, x, 2)), factor);
      v128.store(at + floats(placeOf(entry, x, 3)), product);
      v128.store(at + floats(placeOf(entry, x, 5)), f32x4.mul(v128.load(at), product));
    }
    product = f32x4.splat(1);
    for (let r = STEPS - 1; r >= 0; r--) {
      const at = room + floats(r * K + i);
      v128.store(at + floats(placeOf(entry, x, 4)), product);
      v128.store(at + floats(placeOf(entry, x, 6)), f32x4.mul(v128.load(at + floats(placeOf(entry, x, 1))), product));
      product = f32x4.mul(product, v128.load(at + floats(placeOf(entry, x, 2))));
    }
  }
}

export function openSteps(entry: usize, x: i32, unit: i32, t: i32, count: i32, room: usize): void {
  const heads = headsOf(entry, x), dk = keyWidth(entry, x), K = keyRoom(entry, x), row = stepRow(entry, x, unit, t);
  takeRows(placeArg(entry, 0) + floats(row * dk), heads * dk, count, dk, K, STEPS, room);
  takeRows(placeArg(entry, 1) + floats(row * dk), heads * dk, count, dk, K, STEPS, room + floats(placeOf(entry, x, 1)));
  takeValues(entry, x, placeArg(entry, 2), 0, unit, t, count, room + floats(valuesAt(entry, x)));
  if (kindOf(entry, x) != DECAY_NONE) takeDecays(entry, x, unit, t, count, room);
}

/** scores[t, s] = q_t k_s times what is left at t of step s; 0 where s is later. Lanes are keys. */
export function scoreSteps(entry: usize, x: i32, room: usize): void {
  const dk = keyWidth(entry, x), K = keyRoom(entry, x), kind = kindOf(entry, x);
  const across = room + floats(placeOf(entry, x, 7)), scores = room + floats(scoresAt(entry, x)), factors = room + floats(placeOf(entry, x, 2));
  acrossSteps(room + floats(placeOf(entry, x, 1)), K, dk, across);
  if (kind == DECAY_KEY) {
    memory.fill(scores, 0, floats(STEPS * STEPS));
    for (let i = 0; i < dk; i++) {
      for (let v = 0; v < STEPS; v += 4) {
        const keys = v128.load(across + floats(i * STEPS + v)), lane = i32x4.add(i32x4.splat(v), i32x4(0, 1, 2, 3));
        let left = f32x4.splat(0);
        for (let r = v; r < STEPS; r++) {
          left = f32x4.mul(left, v128.load32_splat(factors + floats(r * K + i)));
          if (r < v + 4) left = v128.bitselect(keys, left, i32x4.eq(lane, i32x4.splat(r)));
          const at = scores + floats(r * STEPS + v);
          v128.store(at, f32x4.add(f32x4.mul(v128.load32_splat(room + floats(r * K + i)), left), v128.load(at)));
        }
      }
    }
    return;
  }
  smallProduct(STEPS, STEPS, dk, room, K, 1, across, STEPS, scores, STEPS, false);
  for (let v = 0; v < STEPS; v += 4) {
    const lane = i32x4.add(i32x4.splat(v), i32x4(0, 1, 2, 3));
    let left = f32x4.splat(0);
    for (let r = 0; r < STEPS; r++) {
      if (kind == DECAY_HEAD) left = f32x4.mul(left, v128.load32_splat(factors + floats(r * K)));
      left = v128.bitselect(f32x4.splat(1), left, i32x4.eq(lane, i32x4.splat(r)));
      const at = scores + floats(r * STEPS + v);
      v128.store(room + floats(maskAt(entry, x) + r * STEPS + v), left);
      v128.store(at, f32x4.mul(v128.load(at), left));
    }
  }
}

/** Matrix [dk, V] from rows of `columns` numbers in memory; 0 = all zeros. */
export function takeMatrix(entry: usize, x: i32, from: usize, matrix: usize): void {
  const dk = keyWidth(entry, x), columns = columnsOf(entry, x), V = valueRoom(entry, x);
  takeRows(from, columns, from == 0 ? 0 : dk, columns, V, dk, matrix);
}

export function giveMatrix(entry: usize, x: i32, matrix: usize, to: usize): void {
  const columns = columnsOf(entry, x), V = valueRoom(entry, x);
  for (let i = 0; i < keyWidth(entry, x); i++) memory.copy(to + floats(i * columns), matrix + floats(i * V), floats(columns));
}

/** Rows of a matrix [dk, V] times what is left of them after all steps. */
export function fadeRows(entry: usize, x: i32, room: usize, matrix: usize): void {
  if (kindOf(entry, x) == DECAY_NONE) return;
  const V = valueRoom(entry, x), left = room + floats(placeOf(entry, x, 3) + (STEPS - 1) * keyRoom(entry, x));
  for (let i = 0; i < keyWidth(entry, x); i++) {
    const by = v128.load32_splat(left + floats(i));
    for (let j = 0; j < V; j += 4) {
      const at = matrix + floats(i * V + j);
      v128.store(at, f32x4.mul(v128.load(at), by));
    }
  }
}

/** The same of a transposed one [columns, K]. */
export function fadeColumns(entry: usize, x: i32, room: usize, from: usize, to: usize): void {
  const K = keyRoom(entry, x), fades = kindOf(entry, x) != DECAY_NONE, left = room + floats(placeOf(entry, x, 3) + (STEPS - 1) * K);
  for (let j = 0; j < columnsOf(entry, x); j++) {
    for (let i = 0; i < K; i += 4) {
      const number = v128.load(from + floats(j * K + i));
      v128.store(to + floats(j * K + i), fades ? f32x4.mul(number, v128.load(left + floats(i))) : number);
    }
  }
}

/** Columns of results of `count` rows [.., V] from step t on to a tensor of values. */
export function giveValues(entry: usize, x: i32, unit: i32, t: i32, count: i32, rows: usize, tensor: usize): void {
  const dv = valueWidth(entry, x), V = valueRoom(entry, x), heads = headsOf(entry, x), row = stepRow(entry, x, unit, t);
  for (let r = 0; r < count; r++) memory.copy(tensor + floats((row + r * heads) * dv), rows + floats(r * V), floats(dv));
}

/** `width` numbers from a row in whole vectors. */
export function storeRow(to: usize, i: i32, width: i32, x: v128): void {
  storePart(to + floats(i), x, width - i);
}
