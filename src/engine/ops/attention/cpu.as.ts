// Kernels of attention and its gradient: tiles of scores with keys as rows and a panel of queries as columns, so that a tile is the packed
// operand of the next product and maxima and sums go down the lanes. Scores exist for one tile at a time. Unit = head of a sample, and a
// pair of chunks of queries of the forward pass.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_C, FROM_ZERO, multiplyPacked, openScratch, packStrips, stripsOf } from '../../device/cpu/wasm/gemm.as';
import { expHeld, log4 } from '../../device/cpu/wasm/math.as';
import { floats } from '../../device/cpu/wasm/simd.as';
import { PANEL } from '../../device/cpu/wasm/tile.as';
import { openChunk, backwardBlock, closeChunk } from './gradient.as';
import {
  QUERIES, NEVER, SEES_NONE, SEES_SOME, timeOf, rowsBefore, headsOf, keyWidth, valueWidth, scaleOf, keysOf, rowOf, filledAt, rowsAt,
  strideAt, blockRows, sightOf, seesKey, fillOf, fullFor, isSquared, packQueries, unpackQueries,
} from './tiles.as';

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

/** Scores s[rows, 8] of keys from `at` on become relu(s)^2; the rows that each query sees are counted. */
function squareScores(entry: usize, b: i32, at: i32, rows: i32, t: i32, masked: bool, scores: usize, total: usize): void {
  for (let half = 0; half < PANEL; half += 4) {
    let count = v128.load(total + floats(half));
    for (let r = 0; r < rows; r++) {
      const place = scores + floats(r * PANEL + half), full = fullFor(entry, 5, b, at + r, t + half, masked);
      const above = f32x4.pmax(v128.load(place), f32x4.splat(0));
      count = f32x4.add(count, full);
      v128.store(place, f32x4.mul(f32x4.mul(above, above), full));
    }
    v128.store(total + floats(half), count);
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
    if (isSquared(entry, x)) squareScores(entry, b, at, rows, t + i, sight == SEES_SOME, scores, most + floats(QUERIES + i));
    else foldScores(entry, x, b, at, rows, t + i, sight == SEES_SOME, scores, most + floats(i), most + floats(QUERIES + i), out);
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
      const sum = v128.load(total + floats(half)), by = f32x4.div(f32x4.splat(1), sum);
      v128.store(log + floats(half), isSquared(entry, x) ? by : f32x4.add(v128.load(log + floats(half)), log4(sum)));
      v128.store(total + floats(half), by);
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
 * (qkv, past, filled, o, lse, T, P, heads, dk, dv, scale, keys, squared, pairs): unit = a pair of chunks of queries of a head of a sample, one from the
 * beginning and one from the end, so that all units take as long.
 */
export function attention(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const pairs = intArg(entry, 13), T = timeOf(entry, 5), heads = headsOf(entry, 5);
  const chunks = (T + QUERIES - 1) / QUERIES;
  const work = scratch(thread);
  openScratch(work);
  for (let unit = lo; unit < hi; unit++) {
    const head = unit / pairs, first = unit % pairs, last = chunks - 1 - first;
    forwardChunk(entry, head / heads, head % heads, first * QUERIES, min(QUERIES, T - first * QUERIES), work);
    if (last != first) forwardChunk(entry, head / heads, head % heads, last * QUERIES, min(QUERIES, T - last * QUERIES), work);
  }
}

/** (qkv, past, filled, o, lse, dout, dqkv, dpast, T, P, heads, dk, dv, scale, keys, squared): unit = head of a sample. */
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
