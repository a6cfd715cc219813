// Kernel of attentionStep: one query of a head over the rows of a cache, which gets the row of this position first. Unit = head of a sample.
import { intArg, placeArg, realArg, scratch } from '../../device/cpu/wasm/entry.as';
import { expHeld } from '../../device/cpu/wasm/math.as';
import { floats, laneSum, loadPart, loadPartOr, madd, storePart } from '../../device/cpu/wasm/simd.as';
import { turnsAt } from '../rotary/cpu.as';

/** Pairs (2i, 2i + 1) of x turned. */
function turnPairs(x: usize, pairs: i32, cosines: usize, sines: usize): void {
  for (let i = 0; i < pairs; i++) {
    const p = x + floats(2 * i), a = f32.load(p), b = f32.load(p, 4);
    const c = f32.load(cosines + floats(i)), s = f32.load(sines + floats(i));
    f32.store(p, a * c - b * s);
    f32.store(p, a * s + b * c, 4);
  }
}

/** scores[rows] of a query over keys that are `ld` bytes apart; their maximum, NaN if one is NaN. */
function scoreRows(q: usize, keys: usize, ld: usize, rows: i32, dk: i32, scores: usize): f32 {
  let most: f32 = -Infinity;
  for (let j = 0; j < rows; j++) {
    let sum = f32x4.splat(0);
    for (let d = 0; d < dk; d += 4) sum = madd(v128.load(q + floats(d)), loadPart(keys + floats(d), dk - d), sum);
    const score = laneSum(sum);
    if (!(score <= most)) most = score;
    f32.store(scores + floats(j), score);
    keys += ld;
  }
  return most;
}

/** Scores become shares of one; 0 in the vector behind the last. */
function shareOut(scores: usize, rows: i32, most: f32): void {
  let total = f32x4.splat(0);
  for (let j = 0; j < rows; j += 4) {
    const p = scores + floats(j), score = loadPartOr(p, rows - j, -Infinity);
    let share = expHeld(f32x4.sub(score, f32x4.splat(most)));
    if (rows - j < 4) share = v128.bitselect(share, f32x4.splat(0), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rows - j)));
    v128.store(p, share);
    total = f32x4.add(total, share);
  }
  const factor = f32x4.splat(1 / laneSum(total));
  for (let j = 0; j < rows; j += 4) v128.store(scores + floats(j), f32x4.mul(v128.load(scores + floats(j)), factor));
}

/** o[dv] = sum of rows of values, each times its share. */
function sumRows(shares: usize, values: usize, ld: usize, rows: i32, dv: i32, o: usize): void {
  for (let d = 0; d < dv; d += 8) {
    let one = f32x4.splat(0), two = f32x4.splat(0), row = values + floats(d);
    const rest = dv - d, both = rest > 4;
    for (let j = 0; j < rows; j++) {
      const share = v128.load32_splat(shares + floats(j));
      one = madd(share, loadPart(row, rest), one);
      if (both) two = madd(share, loadPart(row + 16, rest - 4), two);
      row += ld;
    }
    storePart(o + floats(d), one, rest);
    if (both) storePart(o + floats(d + 4), two, rest - 4);
  }
}

/** (qkv, cache, position, o, P, heads, dk, dv, scale, pairs, ratio low, ratio high): unit = head of a sample. */
export function attentionStep(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const P = intArg(entry, 4), heads = intArg(entry, 5), dk = intArg(entry, 6), dv = intArg(entry, 7), pairs = intArg(entry, 9);
  const N = heads * (2 * dk + dv), M = heads * (dk + dv), ld = floats(M), scale = f32x4.splat(realArg(entry, 8));
  const ratio = f64.load(entry + 16 + 40);
  const cosines = scratch(thread), sines = cosines + floats((pairs + 3) & ~3), q = sines + floats((pairs + 3) & ~3);
  const scores = q + floats((dk + 3) & ~3);
  for (let unit = lo; unit < hi; unit++) {
    const b = unit / heads, h = unit % heads, where = f32.load(placeArg(entry, 2) + floats(b));
    const position = where > 0 ? (where < 2e9 ? <i32>where : 2000000000) : 0, rows = min(P, position + 1);
    const x = placeArg(entry, 0) + floats(b * N), cache = placeArg(entry, 1) + <usize>(b * P) * ld;
    const keys = cache + floats(h * dk), values = cache + floats(heads * dk + h * dv), here = <usize>(position % P) * ld;
    for (let d = 0; d < dk; d += 4) v128.store(q + floats(d), loadPart(x + floats(h * dk + d), dk - d));
    memory.copy(keys + here, x + floats((heads + h) * dk), floats(dk));
    memory.copy(values + here, x + floats(2 * heads * dk + h * dv), floats(dv));
    if (pairs > 0) {
      turnsAt(position, pairs, ratio, cosines, sines);
      turnPairs(q, pairs, cosines, sines);
      turnPairs(keys + here, pairs, cosines, sines);
    }
    for (let d = 0; d < dk; d += 4) v128.store(q + floats(d), f32x4.mul(v128.load(q + floats(d)), scale));
    shareOut(scores, rows, scoreRows(q, keys, ld, rows, dk, scores));
    sumRows(scores, values, ld, rows, dv, placeArg(entry, 3) + floats((b * heads + h) * dv));
  }
}
