// The gradient of matrixState in the embedded module: of scores, of queries and keys, of decays, for sixteen steps.
import { placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum } from '../../device/cpu/wasm/simd.as';
import {
  STEPS, DECAY_KEY, DECAY_NONE, timeOf, headsOf, keyWidth, columnsOf, kindOf, keyRoom, valueRoom, stepRow, placeOf, valuesAt, maskAt,
  afterSteps, keysAfter, smallProduct, acrossSteps, openSteps, fadeColumns, storeRow,
} from './steps.as';

// Places behind those of the steps: gradients of results and of values, of queries and keys, transposed values, gradients of scores, those of a step
// with itself, the gradient of the matrix behind, transposed too, and all transposed matrices before sixteen steps.
// @ts-ignore: decorator
@inline export function arrivingAt(entry: usize, x: i32): i32 { return afterSteps(entry, x); }
// @ts-ignore: decorator
@inline export function ofValues(entry: usize, x: i32): i32 { return arrivingAt(entry, x) + STEPS * valueRoom(entry, x); }
// @ts-ignore: decorator
@inline export function ofQueries(entry: usize, x: i32): i32 { return ofValues(entry, x) + STEPS * valueRoom(entry, x); }
// @ts-ignore: decorator
@inline export function ofKeys(entry: usize, x: i32): i32 { return ofQueries(entry, x) + STEPS * keyRoom(entry, x); }
// @ts-ignore: decorator
@inline export function valuesAcross(entry: usize, x: i32): i32 { return ofKeys(entry, x) + STEPS * keyRoom(entry, x); }
// @ts-ignore: decorator
@inline export function slopesAt(entry: usize, x: i32): i32 { return valuesAcross(entry, x) + STEPS * valueRoom(entry, x); }
// @ts-ignore: decorator
@inline export function ownAt(entry: usize, x: i32): i32 { return slopesAt(entry, x) + STEPS * STEPS; }
// @ts-ignore: decorator
@inline export function laterAt(entry: usize, x: i32): i32 { return ownAt(entry, x) + STEPS; }
// @ts-ignore: decorator
@inline export function laterAcross(entry: usize, x: i32): i32 { return laterAt(entry, x) + keyWidth(entry, x) * valueRoom(entry, x); }
// @ts-ignore: decorator
@inline export function statesAt(entry: usize, x: i32): i32 { return laterAcross(entry, x) + columnsOf(entry, x) * keyRoom(entry, x); }

/** Transposed matrices [columns, K] before each sixteen steps, and behind the last. */
export function matricesAcross(entry: usize, x: i32, unit: i32, start: usize, room: usize): void {
  const dk = keyWidth(entry, x), columns = columnsOf(entry, x), K = keyRoom(entry, x), V = valueRoom(entry, x), T = timeOf(entry, x);
  let state = room + floats(statesAt(entry, x));
  memory.fill(state, 0, floats(columns * K));
  for (let i = 0; i < dk && start != 0; i++) {
    for (let j = 0; j < columns; j++) f32.store(state + floats(j * K + i), f32.load(start + floats(i * columns + j)));
  }
  for (let t = 0; t < T; t += STEPS) {
    const count = min(STEPS, T - t), next = state + floats(columns * K);
    openSteps(entry, x, unit, t, count, room);
    fadeColumns(entry, x, room, state, next);
    smallProduct(columns, K, count, room + floats(valuesAt(entry, x)), 1, V, room + floats(keysAfter(entry, x)), K, next, K, true);
    state = next;
  }
}

/** Gradients of scores below the diagonal, times what is left between both steps unless keys fade apart; the diagonal itself apart. */
export function slopeSteps(entry: usize, x: i32, room: usize): void {
  const V = valueRoom(entry, x), columns = columnsOf(entry, x), across = room + floats(valuesAcross(entry, x));
  const slopes = room + floats(slopesAt(entry, x)), perKey = kindOf(entry, x) == DECAY_KEY;
  acrossSteps(room + floats(valuesAt(entry, x)), V, columns, across);
  smallProduct(STEPS, STEPS, columns, room + floats(arrivingAt(entry, x)), V, 1, across, STEPS, slopes, STEPS, false);
  for (let r = 0; r < STEPS; r++) {
    f32.store(room + floats(ownAt(entry, x) + r), f32.load(slopes + floats(r * STEPS + r)));
    for (let v = 0; v < STEPS; v += 4) {
      const at = slopes + floats(r * STEPS + v), lane = i32x4.add(i32x4.splat(v), i32x4(0, 1, 2, 3));
      let slope = v128.load(at);
      if (!perKey) slope = f32x4.mul(slope, v128.load(room + floats(maskAt(entry, x) + r * STEPS + v)));
      v128.store(at, v128.and(slope, i32x4.lt_s(lane, i32x4.splat(r))));
    }
  }
}

/** Adds what steps give each other where every key fades at a rate of its own. */
function slopeKeys(entry: usize, x: i32, room: usize): void {
  const K = keyRoom(entry, x), factors = room + floats(placeOf(entry, x, 2)), slopes = room + floats(slopesAt(entry, x));
  for (let i = 0; i < K; i += 4) {
    for (let c = 0; c < STEPS; c++) {
      let left = v128.load(room + floats(placeOf(entry, x, 1) + c * K + i));
      for (let r = c + 1; r < STEPS; r++) {
        left = f32x4.mul(left, v128.load(factors + floats(r * K + i)));
        const at = room + floats(ofQueries(entry, x) + r * K + i);
        v128.store(at, f32x4.add(f32x4.mul(v128.load32_splat(slopes + floats(r * STEPS + c)), left), v128.load(at)));
      }
    }
    for (let r = 1; r < STEPS; r++) {
      let left = v128.load(room + floats(r * K + i));
      for (let c = r - 1; c >= 0; c--) {
        left = f32x4.mul(left, v128.load(factors + floats((c + 1) * K + i)));
        const at = room + floats(ofKeys(entry, x) + c * K + i);
        v128.store(at, f32x4.add(f32x4.mul(v128.load32_splat(slopes + floats(r * STEPS + c)), left), v128.load(at)));
      }
    }
  }
}

/** Gradients of queries and keys without what a step gives itself, which is nothing to its decay. */
export function slopeRows(entry: usize, x: i32, count: i32, state: usize, room: usize): void {
  const K = keyRoom(entry, x), V = valueRoom(entry, x), columns = columnsOf(entry, x), kind = kindOf(entry, x);
  const dq = room + floats(ofQueries(entry, x)), dk = room + floats(ofKeys(entry, x)), slopes = room + floats(slopesAt(entry, x));
  memory.fill(dq, 0, floats(2 * STEPS * K));
  smallProduct(count, K, columns, room + floats(arrivingAt(entry, x)), V, 1, state, K, dq, K, false);
  smallProduct(count, K, columns, room + floats(valuesAt(entry, x)), V, 1, room + floats(laterAcross(entry, x)), K, dk, K, false);
  if (kind != DECAY_NONE) {
    for (let i = 0; i < count * K; i += 4) {
      const at = floats(i);
      v128.store(dq + at, f32x4.mul(v128.load(dq + at), v128.load(room + floats(placeOf(entry, x, 3)) + at)));
      v128.store(dk + at, f32x4.mul(v128.load(dk + at), v128.load(room + floats(placeOf(entry, x, 4)) + at)));
    }
  }
  if (kind == DECAY_KEY) {
    slopeKeys(entry, x, room);
    return;
  }
  smallProduct(count, K, count, slopes, STEPS, 1, room + floats(placeOf(entry, x, 1)), K, dq, K, true);
  smallProduct(count, K, count, slopes, 1, STEPS, room, K, dk, K, true);
}

/** Logarithms of decays: what later steps need of a row, S dS behind the steps, and from there q dq - k dk of each step. */
export function slopeDecays(entry: usize, x: i32, unit: i32, t: i32, count: i32, next: usize, ddecay: usize, room: usize): void {
  const K = keyRoom(entry, x), width = keyWidth(entry, x), columns = columnsOf(entry, x), heads = headsOf(entry, x);
  const kind = kindOf(entry, x), row = stepRow(entry, x, unit, t), later = room + floats(laterAcross(entry, x));
  if (kind == DECAY_NONE) return;
  for (let i = 0; i < width; i += 4) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < columns; j++) {
      sum = f32x4.add(f32x4.mul(v128.load(next + floats(j * K + i)), v128.load(later + floats(j * K + i))), sum);
    }
    for (let r = count - 1; r >= 0; r--) {
      const at = room + floats(r * K + i);
      const ofQuery = f32x4.mul(v128.load(at), v128.load(at + floats(ofQueries(entry, x))));
      const ofKey = f32x4.mul(v128.load(at + floats(placeOf(entry, x, 1))), v128.load(at + floats(ofKeys(entry, x))));
      sum = f32x4.add(sum, f32x4.sub(ofQuery, ofKey));
      if (kind == DECAY_KEY) storeRow(ddecay + floats((row + r * heads) * width), i, width, sum);
      else {
        const to = ddecay + floats(row + r * heads);
        f32.store(to, (i == 0 ? 0 : f32.load(to)) + laneSum(sum));
      }
    }
  }
}

/** Gradients of queries and keys to memory, with what a step gives itself. */
export function giveRows(entry: usize, x: i32, unit: i32, t: i32, count: i32, room: usize): void {
  const K = keyRoom(entry, x), width = keyWidth(entry, x), heads = headsOf(entry, x), row = stepRow(entry, x, unit, t);
  for (let r = 0; r < count; r++) {
    const own = v128.load32_splat(room + floats(ownAt(entry, x) + r)), to = floats((row + r * heads) * width);
    for (let i = 0; i < width; i += 4) {
      const at = room + floats(r * K + i);
      const key = v128.load(at + floats(placeOf(entry, x, 1)));
      storeRow(placeArg(entry, 8) + to, i, width, f32x4.add(f32x4.mul(own, key), v128.load(at + floats(ofQueries(entry, x)))));
      storeRow(placeArg(entry, 9) + to, i, width, f32x4.add(f32x4.mul(own, v128.load(at)), v128.load(at + floats(ofKeys(entry, x)))));
    }
  }
}
