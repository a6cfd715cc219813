// The gradient of attention, a chunk of queries against a block of keys: scores are made again from queries, keys and lse.
import { placeArg } from '../../device/cpu/wasm/entry.as';
import { FROM_C, FROM_ZERO, multiplyPacked, packPanels, packStrips, stripsOf } from '../../device/cpu/wasm/gemm.as';
import { expHeld } from '../../device/cpu/wasm/math.as';
import { packPanel } from '../../device/cpu/wasm/pack.as';
import { floats, laneSum, loadPart, storePart } from '../../device/cpu/wasm/simd.as';
import { PANEL } from '../../device/cpu/wasm/tile.as';
import {
  QUERIES, SEES_NONE, SEES_SOME, timeOf, rowsBefore, headsOf, keyWidth, valueWidth, scaleOf, keysOf, rowOf, filledAt, rowsAt, strideAt,
  sightOf, seesKey, fillOf, fullFor, isSquared, packQueries, scaleAll, unpackQueries,
} from './tiles.as';

// Places in the scratch of the gradient, in floats behind one another: queries and gradients of results as columns, gradients of queries, both
// as rows, lse, delta, scores, their slopes, shares and gradients of scores as rows, a strip of those, keys, values, transposed keys.
// @ts-ignore: decorator
@inline function backOut(entry: usize, x: i32): i32 { return QUERIES * keyWidth(entry, x); }
// @ts-ignore: decorator
@inline function backDq(entry: usize, x: i32): i32 { return backOut(entry, x) + QUERIES * valueWidth(entry, x); }
// @ts-ignore: decorator
@inline function backRows(entry: usize, x: i32): i32 { return backDq(entry, x) + QUERIES * keyWidth(entry, x); }
// @ts-ignore: decorator
@inline function backOutRows(entry: usize, x: i32): i32 { return backRows(entry, x) + QUERIES * ((keyWidth(entry, x) + 7) & ~7); }
// @ts-ignore: decorator
@inline function backLse(entry: usize, x: i32): i32 { return backOutRows(entry, x) + QUERIES * ((valueWidth(entry, x) + 7) & ~7); }
// @ts-ignore: decorator
@inline function backScores(entry: usize, x: i32): i32 { return backLse(entry, x) + 2 * QUERIES; }
// @ts-ignore: decorator
@inline function backShares(entry: usize, x: i32): i32 { return backScores(entry, x) + 2 * keysOf(entry, x) * PANEL; }
// @ts-ignore: decorator
@inline function backStrip(entry: usize, x: i32): i32 { return backShares(entry, x) + 2 * keysOf(entry, x) * QUERIES; }
// @ts-ignore: decorator
@inline function backKeys(entry: usize, x: i32): i32 { return backStrip(entry, x) + keysOf(entry, x) * QUERIES; }
// @ts-ignore: decorator
@inline function backValues(entry: usize, x: i32): i32 { return backKeys(entry, x) + keysOf(entry, x) * keyWidth(entry, x); }
// @ts-ignore: decorator
@inline function backAcross(entry: usize, x: i32): i32 { return backValues(entry, x) + keysOf(entry, x) * valueWidth(entry, x); }

/** Everything about a chunk of queries that does not depend on keys. */
export function openChunk(entry: usize, b: i32, h: i32, t: i32, count: i32, room: usize): void {
  const x = 8, T = timeOf(entry, x), heads = headsOf(entry, x), dk = keyWidth(entry, x), dv = valueWidth(entry, x), row = rowOf(entry, x);
  const q = placeArg(entry, 0) + floats((b * T + t) * row + h * dk), outRow = heads * dv;
  const o = placeArg(entry, 3) + floats((b * T + t) * outRow + h * dv), dout = placeArg(entry, 5) + floats((b * T + t) * outRow + h * dv);
  for (let i = 0; i < count; i += PANEL) {
    packQueries(q + floats(i * row), row, count - i, dk, scaleOf(entry, x), room + floats(i * dk));
    packPanel(dout + floats(i * outRow), 1, outRow, dv, min(PANEL, count - i), room + floats(backOut(entry, x) + i * dv));
  }
  packPanels(q, row, 1, count, dk, room + floats(backRows(entry, x)));
  scaleAll(room + floats(backRows(entry, x)), count * ((dk + 7) & ~7), scaleOf(entry, x));
  packPanels(dout, outRow, 1, count, dv, room + floats(backOutRows(entry, x)));
  memory.fill(room + floats(backDq(entry, x)), 0, floats(QUERIES * dk));
  const lse = room + floats(backLse(entry, x));
  memory.fill(lse, 0, floats(2 * QUERIES));
  for (let i = 0; i < count; i++) {
    let sum = f32x4.splat(0);
    for (let d = 0; d < dv; d += 4) {
      const at = floats(i * outRow + d);
      sum = f32x4.add(sum, f32x4.mul(loadPart(o + at, dv - d), loadPart(dout + at, dv - d)));
    }
    f32.store(lse + floats(i), f32.load(placeArg(entry, 4) + floats((b * T + t + i) * heads + h)));
    f32.store(lse + floats(QUERIES + i), laneSum(sum));
  }
}

/** Of scores and gradients of shares, [rows, 8] each: shares and gradients of scores as rows, the latter as a panel too. */
function shareScores(entry: usize, b: i32, at: i32, rows: i32, t: i32, column: i32, masked: bool, room: usize): void {
  const x = 8, P = rowsBefore(entry, x), partly = masked || at < P;
  const scores = room + floats(backScores(entry, x)), slopes = scores + floats(keysOf(entry, x) * PANEL);
  const shares = room + floats(backShares(entry, x) + column), dscores = shares + floats(keysOf(entry, x) * QUERIES);
  for (let half = 0; half < PANEL; half += 4) {
    const lse = v128.load(room + floats(backLse(entry, x) + column + half));
    const delta = v128.load(room + floats(backLse(entry, x) + QUERIES + column + half));
    for (let r = 0; r < rows; r++) {
      const place = floats(r * PANEL + half), to = floats(r * QUERIES + half);
      let share = f32x4.sub(v128.load(scores + place), lse);
      if (partly && at < P) share = f32x4.add(share, fillOf(entry, x, b, at + r));
      share = expHeld(share);
      if (partly) {
        const empty = at < P && filledAt(entry, x, b, at + r) == 0;
        share = empty ? f32x4.splat(0) : masked ? v128.and(share, seesKey(at + r, P, t + half)) : share;
      }
      const dscore = f32x4.mul(share, f32x4.sub(v128.load(slopes + place), delta));
      v128.store(scores + place, dscore);
      v128.store(shares + to, share);
      v128.store(dscores + to, dscore);
    }
  }
}

/** The same by squared relu: the gradient of a score is 2 relu(s) / n times that of its share. */
function shareSquares(entry: usize, b: i32, at: i32, rows: i32, t: i32, column: i32, masked: bool, room: usize): void {
  const x = 8, scores = room + floats(backScores(entry, x)), slopes = scores + floats(keysOf(entry, x) * PANEL);
  const shares = room + floats(backShares(entry, x) + column), dscores = shares + floats(keysOf(entry, x) * QUERIES);
  for (let half = 0; half < PANEL; half += 4) {
    const by = v128.load(room + floats(backLse(entry, x) + column + half));
    for (let r = 0; r < rows; r++) {
      const place = floats(r * PANEL + half), to = floats(r * QUERIES + half);
      const above = f32x4.pmax(v128.load(scores + place), f32x4.splat(0));
      const part = f32x4.mul(f32x4.mul(above, by), fullFor(entry, x, b, at + r, t + half, masked));
      const dscore = f32x4.mul(f32x4.add(part, part), v128.load(slopes + place));
      v128.store(scores + place, dscore);
      v128.store(shares + to, f32x4.mul(part, above));
      v128.store(dscores + to, dscore);
    }
  }
}

/** A block of keys with all panels of a chunk; `first`: no chunk before it saw these keys. */
export function backwardBlock(entry: usize, b: i32, h: i32, at: i32, rows: i32, t: i32, count: i32, first: bool, work: usize): void {
  const x = 8, dk = keyWidth(entry, x), dv = valueWidth(entry, x), room = stripsOf(work), stride = strideAt(entry, x, at);
  const keys = room + floats(backKeys(entry, x)), values = room + floats(backValues(entry, x)), across = room + floats(backAcross(entry, x));
  const scores = room + floats(backScores(entry, x)), slopes = scores + floats(keysOf(entry, x) * PANEL);
  const shares = room + floats(backShares(entry, x)), dscores = shares + floats(keysOf(entry, x) * QUERIES);
  packStrips(rowsAt(entry, x, placeArg(entry, 0), placeArg(entry, 1), b, h, at, 0), stride, 1, rows, dk, keys);
  packStrips(rowsAt(entry, x, placeArg(entry, 0), placeArg(entry, 1), b, h, at, 0), 1, stride, dk, rows, across);
  packStrips(rowsAt(entry, x, placeArg(entry, 0), placeArg(entry, 1), b, h, at, 1), stride, 1, rows, dv, values);
  memory.fill(shares, 0, floats(2 * keysOf(entry, x) * QUERIES));
  for (let i = 0; i < count; i += PANEL) {
    const sight = sightOf(entry, x, at, rows, t + i);
    if (sight == SEES_NONE) continue;
    multiplyPacked(rows, PANEL, dk, keys, room + floats(i * dk), scores, PANEL, FROM_ZERO, 0, work);
    multiplyPacked(rows, PANEL, dv, values, room + floats(backOut(entry, x) + i * dv), slopes, PANEL, FROM_ZERO, 0, work);
    if (isSquared(entry, x)) shareSquares(entry, b, at, rows, t + i, i, sight == SEES_SOME, room);
    else shareScores(entry, b, at, rows, t + i, i, sight == SEES_SOME, room);
    multiplyPacked(dk, PANEL, rows, across, scores, room + floats(backDq(entry, x) + i * dk), PANEL, FROM_C, 0, work);
  }
  const strip = room + floats(backStrip(entry, x)), start = first ? FROM_ZERO : FROM_C;
  packStrips(dscores, QUERIES, 1, rows, count, strip);
  const dKeys = rowsAt(entry, x, placeArg(entry, 6), placeArg(entry, 7), b, h, at, 0);
  multiplyPacked(rows, dk, count, strip, room + floats(backRows(entry, x)), dKeys, stride, start, 0, work);
  packStrips(shares, QUERIES, 1, rows, count, strip);
  const dValues = rowsAt(entry, x, placeArg(entry, 6), placeArg(entry, 7), b, h, at, 1);
  multiplyPacked(rows, dv, count, strip, room + floats(backOutRows(entry, x)), dValues, stride, start, 0, work);
}

/** Gradients of the queries of a chunk, to rows of dqkv. */
export function closeChunk(entry: usize, dq: usize, count: i32, room: usize): void {
  const x = 8, dk = keyWidth(entry, x), row = rowOf(entry, x), factor = room + floats(backLse(entry, x));
  for (let i = 0; i < PANEL; i += 4) storePart(factor + floats(i), f32x4.splat(scaleOf(entry, x)), 4);
  for (let i = 0; i < count; i += PANEL) {
    unpackQueries(room + floats(backDq(entry, x) + i * dk), count - i, dk, factor, dq + floats(i * row), row);
  }
}
