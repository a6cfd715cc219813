// Kernels of attention and its gradient: tiles of scores with keys as rows and a panel of queries as columns, so that a tile is the packed
// operand of the next product and maxima and sums go down the lanes. Scores exist for one tile at a time. Unit = head of a sample, and a
// pair of chunks of queries of the forward pass. `x` numbers the argument of T, behind which the other extents are.
import { intArg, placeArg, realArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_C, FROM_ZERO, multiplyPacked, openScratch, packPanels, packStrips, stripsOf } from '../../device/cpu/wasm/gemm.as';
import { expHeld, log4 } from '../../device/cpu/wasm/math.as';
import { packPanel } from '../../device/cpu/wasm/pack.as';
import { floats, laneSum, loadPart, storePart } from '../../device/cpu/wasm/simd.as';
import { PANEL } from '../../device/cpu/wasm/tile.as';

/** Queries of a chunk: eight panels. */
const QUERIES: i32 = 64;
/** A score that no query has. */
const NEVER: f32 = -1e30;

const SEES_NONE: i32 = 0;
const SEES_ALL: i32 = 1;
const SEES_SOME: i32 = 2;

// @ts-ignore: decorator
@inline function timeOf(entry: usize, x: i32): i32 { return intArg(entry, x); }
// @ts-ignore: decorator
@inline function rowsBefore(entry: usize, x: i32): i32 { return intArg(entry, x + 1); }
// @ts-ignore: decorator
@inline function headsOf(entry: usize, x: i32): i32 { return intArg(entry, x + 2); }
// @ts-ignore: decorator
@inline function keyWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 3); }
// @ts-ignore: decorator
@inline function valueWidth(entry: usize, x: i32): i32 { return intArg(entry, x + 4); }
// @ts-ignore: decorator
@inline function scaleOf(entry: usize, x: i32): f32 { return realArg(entry, x + 5); }
// @ts-ignore: decorator
@inline function keysOf(entry: usize, x: i32): i32 { return intArg(entry, x + 6); }
/** Floats from row to row of qkv, and of the past. */
// @ts-ignore: decorator
@inline function rowOf(entry: usize, x: i32): i32 { return headsOf(entry, x) * (2 * keyWidth(entry, x) + valueWidth(entry, x)); }
// @ts-ignore: decorator
@inline function pastRow(entry: usize, x: i32): i32 { return headsOf(entry, x) * (keyWidth(entry, x) + valueWidth(entry, x)); }

/** How full row j of the past of sample b is. */
// @ts-ignore: decorator
@inline function filledAt(entry: usize, x: i32, b: i32, j: i32): f32 {
  return f32.load(placeArg(entry, 2) + floats(b * rowsBefore(entry, x) + j));
}

/** Address of the keys (part 0) or values (part 1) of head h from row `at` on, counted over past and sequence, in tensors like qkv and past. */
function rowsAt(entry: usize, x: i32, qkv: usize, past: usize, b: i32, h: i32, at: i32, part: i32): usize {
  const dk = keyWidth(entry, x), dv = valueWidth(entry, x), heads = headsOf(entry, x), P = rowsBefore(entry, x), T = timeOf(entry, x);
  const column = part == 0 ? h * dk : heads * dk + h * dv;
  if (at < P) return past + floats((b * P + at) * pastRow(entry, x) + column);
  return qkv + floats((b * T + at - P) * rowOf(entry, x) + heads * dk + column);
}

// @ts-ignore: decorator
@inline function strideAt(entry: usize, x: i32, at: i32): i32 {
  return at < rowsBefore(entry, x) ? pastRow(entry, x) : rowOf(entry, x);
}

/** Rows of the block of keys that begins at `at`: all of the past, or all of the sequence up to row `end`. */
function blockRows(entry: usize, x: i32, at: i32, end: i32): i32 {
  const P = rowsBefore(entry, x);
  return max(0, min(keysOf(entry, x), (at < P ? P : P + end) - at));
}

/** Which of `rows` keys from `at` on a panel of queries from t on sees. */
function sightOf(entry: usize, x: i32, at: i32, rows: i32, t: i32): i32 {
  const P = rowsBefore(entry, x);
  if (at < P) return at + rows - 1 <= t ? SEES_NONE : at > t + PANEL - 1 ? SEES_ALL : SEES_SOME;
  const first = at - P;
  return first > t + PANEL - 1 ? SEES_NONE : first + rows - 1 <= t ? SEES_ALL : SEES_SOME;
}

/** Of four queries from t on: those that see key `at`. */
// @ts-ignore: decorator
@inline function seesKey(at: i32, P: i32, t: i32): v128 {
  const query = i32x4.add(i32x4.splat(t), i32x4(0, 1, 2, 3));
  return at < P ? i32x4.lt_s(query, i32x4.splat(at)) : i32x4.ge_s(query, i32x4.splat(at - P));
}

/** Log of how full key `at` is, for all queries. */
function fillOf(entry: usize, x: i32, b: i32, at: i32): v128 {
  return at < rowsBefore(entry, x) ? log4(f32x4.splat(filledAt(entry, x, b, at))) : f32x4.splat(0);
}

/** panel[width, 8] = factor x^T of up to 8 rows. */
function packQueries(from: usize, stride: i32, rows: i32, width: i32, factor: f32, panel: usize): void {
  packPanel(from, 1, stride, width, min(PANEL, rows), panel);
  scaleAll(panel, width * PANEL, factor);
}

/** x times factor, n a multiple of 4. */
function scaleAll(x: usize, n: i32, factor: f32): void {
  for (let i = 0; i < n; i += 4) v128.store(x + floats(i), f32x4.mul(v128.load(x + floats(i)), f32x4.splat(factor)));
}

/** out[row, width] = panel[width, row] factor[row] for the first `rows` columns of a panel; rows of out are `stride` floats apart. */
function unpackQueries(panel: usize, rows: i32, width: i32, factor: usize, out: usize, stride: i32): void {
  for (let i = 0; i < min(PANEL, rows); i++) {
    const by = f32.load(factor + floats(i));
    for (let d = 0; d < width; d++) f32.store(out + floats(i * stride + d), f32.load(panel + floats(d * PANEL + i)) * by);
  }
}

// Places in the scratch of the forward pass, in floats behind one another: queries, o^T, maxima, sums, scores, keys, values.
// @ts-ignore: decorator
@inline function forwardOut(entry: usize, x: i32): i32 { return QUERIES * keyWidth(entry, x); }
// @ts-ignore: decorator
@inline function forwardMost(entry: usize, x: i32): i32 { return forwardOut(entry, x) + QUERIES * valueWidth(entry, x); }
// @ts-ignore: decorator
@inline function forwardScores(entry: usize, x: i32): i32 { return forwardMost(entry, x) + 2 * QUERIES; }
// @ts-ignore: decorator
@inline function forwardKeys(entry: usize, x: i32): i32 { return forwardScores(entry, x) + keysOf(entry, x) * PANEL; }
// @ts-ignore: decorator
@inline function forwardValues(entry: usize, x: i32): i32 {
  return forwardKeys(entry, x) + ((keysOf(entry, x) + 3) & ~3) * keyWidth(entry, x);
}

/** Scores s[rows, 8] of keys from `at` on become e^(s - maximum); what was added up before them is scaled to the new maximum. */
function foldScores(
  entry: usize, x: i32, b: i32, at: i32, rows: i32, t: i32, masked: bool, scores: usize, most: usize, total: usize, out: usize,
): void {
  const P = rowsBefore(entry, x), dv = valueWidth(entry, x), partly = masked || at < P;
  for (let half = 0; half < PANEL; half += 4) {
    const before = v128.load(most + floats(half));
    let top = before;
    for (let r = 0; r < rows; r++) {
      const place = scores + floats(r * PANEL + half);
      let score = v128.load(place);
      if (partly) {
        if (at < P) score = f32x4.add(score, fillOf(entry, x, b, at + r));
        const empty = at < P && filledAt(entry, x, b, at + r) == 0;
        const sees = empty ? i32x4.splat(0) : masked ? seesKey(at + r, P, t + half) : i32x4.splat(-1);
        score = v128.bitselect(score, f32x4.splat(NEVER), sees);
        v128.store(place, score);
      }
      top = f32x4.pmax(top, score);
    }
    const fade = expHeld(f32x4.sub(before, top));
    let sum = f32x4.mul(v128.load(total + floats(half)), fade);
    for (let r = 0; r < rows; r++) {
      const place = scores + floats(r * PANEL + half);
      const score = v128.load(place);
      let share = expHeld(f32x4.sub(score, top));
      if (partly) share = v128.andnot(share, f32x4.eq(score, f32x4.splat(NEVER)));
      sum = f32x4.add(sum, share);
      v128.store(place, share);
    }
    v128.store(most + floats(half), top);
    v128.store(total + floats(half), sum);
    for (let d = 0; d < dv; d++) {
      const place = out + floats(d * PANEL + half);
      v128.store(place, f32x4.mul(v128.load(place), fade));
    }
  }
}

/** A block of keys for all panels of a chunk of `count` queries from t on. */
function forwardBlock(entry: usize, b: i32, h: i32, at: i32, rows: i32, t: i32, count: i32, work: usize): void {
  const x = 5, dk = keyWidth(entry, x), dv = valueWidth(entry, x);
  const room = stripsOf(work), keys = room + floats(forwardKeys(entry, x)), values = room + floats(forwardValues(entry, x));
  const scores = room + floats(forwardScores(entry, x)), most = room + floats(forwardMost(entry, x)), stride = strideAt(entry, x, at);
  packStrips(rowsAt(entry, x, placeArg(entry, 0), placeArg(entry, 1), b, h, at, 0), stride, 1, rows, dk, keys);
  packStrips(rowsAt(entry, x, placeArg(entry, 0), placeArg(entry, 1), b, h, at, 1), 1, stride, dv, rows, values);
  for (let i = 0; i < count; i += PANEL) {
    const sight = sightOf(entry, x, at, rows, t + i);
    if (sight == SEES_NONE) continue;
    const out = room + floats(forwardOut(entry, x) + i * dv);
    multiplyPacked(rows, PANEL, dk, keys, room + floats(i * dk), scores, PANEL, FROM_ZERO, 0, work);
    foldScores(entry, x, b, at, rows, t + i, sight == SEES_SOME, scores, most + floats(i), most + floats(QUERIES + i), out);
    multiplyPacked(dv, PANEL, rows, values, scores, out, PANEL, FROM_C, 0, work);
  }
}

/** Results of a chunk of `count` queries from t on. */
function forwardChunk(entry: usize, b: i32, h: i32, t: i32, count: i32, work: usize): void {
  const x = 5, T = timeOf(entry, x), P = rowsBefore(entry, x), heads = headsOf(entry, x), dk = keyWidth(entry, x), dv = valueWidth(entry, x);
  const room = stripsOf(work), most = room + floats(forwardMost(entry, x)), row = rowOf(entry, x);
  for (let i = 0; i < count; i += PANEL) {
    const from = placeArg(entry, 0) + floats((b * T + t + i) * row + h * dk);
    packQueries(from, row, count - i, dk, scaleOf(entry, x), room + floats(i * dk));
  }
  memory.fill(room + floats(forwardOut(entry, x)), 0, floats(QUERIES * dv));
  for (let i = 0; i < QUERIES; i++) {
    f32.store(most + floats(i), NEVER);
    f32.store(most + floats(QUERIES + i), 0);
  }
  let at = 0;
  while (at < P && (at <= t || filledAt(entry, x, b, at) == 0)) at++;
  for (let rows = blockRows(entry, x, at, t + count); rows > 0; rows = blockRows(entry, x, at, t + count)) {
    forwardBlock(entry, b, h, at, rows, t, count, work);
    at += rows;
  }
  for (let i = 0; i < count; i += PANEL) {
    const total = most + floats(QUERIES + i), log = most + floats(i);
    for (let half = 0; half < PANEL; half += 4) {
      const sum = v128.load(total + floats(half));
      v128.store(log + floats(half), f32x4.add(v128.load(log + floats(half)), log4(sum)));
      v128.store(total + floats(half), f32x4.div(f32x4.splat(1), sum));
    }
    const q = b * T + t + i;
    const o = placeArg(entry, 3) + floats((q * heads + h) * dv);
    unpackQueries(room + floats(forwardOut(entry, x) + i * dv), count - i, dv, total, o, heads * dv);
    for (let j = 0; j < min(PANEL, count - i); j++) {
      f32.store(placeArg(entry, 4) + floats((q + j) * heads + h), f32.load(log + floats(j)));
    }
  }
}

/**
 * (qkv, past, filled, o, lse, T, P, heads, dk, dv, scale, keys, pairs): unit = a pair of chunks of queries of a head of a sample, one from the
 * beginning and one from the end, so that all units take as long.
 */
export function attention(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const pairs = intArg(entry, 12), T = timeOf(entry, 5), heads = headsOf(entry, 5);
  const chunks = (T + QUERIES - 1) / QUERIES;
  const work = scratch(thread);
  openScratch(work);
  for (let unit = lo; unit < hi; unit++) {
    const head = unit / pairs, first = unit % pairs, last = chunks - 1 - first;
    forwardChunk(entry, head / heads, head % heads, first * QUERIES, min(QUERIES, T - first * QUERIES), work);
    if (last != first) forwardChunk(entry, head / heads, head % heads, last * QUERIES, min(QUERIES, T - last * QUERIES), work);
  }
}

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
function openChunk(entry: usize, b: i32, h: i32, t: i32, count: i32, room: usize): void {
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

/** A block of keys with all panels of a chunk; `first`: no chunk before it saw these keys. */
function backwardBlock(entry: usize, b: i32, h: i32, at: i32, rows: i32, t: i32, count: i32, first: bool, work: usize): void {
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
    shareScores(entry, b, at, rows, t + i, i, sight == SEES_SOME, room);
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

/** (qkv, past, filled, o, lse, dout, dqkv, dpast, T, P, heads, dk, dv, scale, keys): unit = head of a sample. */
export function attentionGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = 8, T = timeOf(entry, x), P = rowsBefore(entry, x), heads = headsOf(entry, x), dk = keyWidth(entry, x), row = rowOf(entry, x);
  const work = scratch(thread), room = stripsOf(work);
  openScratch(work);
  for (let unit = lo; unit < hi; unit++) {
    const b = unit / heads, h = unit % heads;
    for (let t = 0; t < T; t += QUERIES) {
      const count = min(QUERIES, T - t);
      openChunk(entry, b, h, t, count, room);
      let at = 0;
      for (let rows = blockRows(entry, x, at, t + count); rows > 0; rows = blockRows(entry, x, at, t + count)) {
        const first = at < P ? t == 0 : at - P >= t;
        if (first || at >= P || at + rows - 1 > t) backwardBlock(entry, b, h, at, rows, t, count, first, work);
        at += rows;
      }
      closeChunk(entry, placeArg(entry, 6) + floats((b * T + t) * row + h * dk), count, room);
    }
  }
}

/** Gradients of the queries of a chunk, to rows of dqkv. */
function closeChunk(entry: usize, dq: usize, count: i32, room: usize): void {
  const x = 8, dk = keyWidth(entry, x), row = rowOf(entry, x), factor = room + floats(backLse(entry, x));
  for (let i = 0; i < PANEL; i += 4) storePart(factor + floats(i), f32x4.splat(scaleOf(entry, x)), 4);
  for (let i = 0; i < count; i += PANEL) {
    unpackQueries(room + floats(backDq(entry, x) + i * dk), count - i, dk, factor, dq + floats(i * row), row);
  }
}
