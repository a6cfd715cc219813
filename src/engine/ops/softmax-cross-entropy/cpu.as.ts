// Kernels of softmaxCrossEntropy and its gradient.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { expHeld, log1p4 } from '../../device/cpu/wasm/math.as';
import { floats, laneMax, laneSum, loadPart, loadPartOr, storePart } from '../../device/cpu/wasm/simd.as';

function rowMax(x: usize, V: i32): f32 {
  let top = f32x4.splat(-Infinity);
  for (let j = 0; j < V; j += 4) top = f32x4.max(top, loadPartOr(x + floats(j), V - j, -Infinity));
  return laneMax(top);
}

/** Sum of e^(x - top) over a row except one entry equal to `top`: used with log(1 + …) to keep the loss of a confident prediction accurate. */
function othersSum(x: usize, V: i32, top: f32): f32 {
  const m = f32x4.splat(top);
  let s = f32x4.splat(0), equal: i32 = 0;
  for (let j = 0; j < V; j += 4) {
    const v = loadPartOr(x + floats(j), V - j, -Infinity);
    const same = f32x4.eq(v, m);
    equal += <i32>popcnt(<u32>i32x4.bitmask(same));
    s = f32x4.add(s, v128.andnot(expHeld(f32x4.sub(v, m)), same));
  }
  return laneSum(s) + <f32>max(equal - 1, 0);
}

// @ts-ignore: decorator
@inline function logOnePlus(x: f32): f32 {
  return f32x4.extract_lane(log1p4(f32x4.splat(x)), 0);
}

function rowMean(x: usize, V: i32): f32 {
  let s = f32x4.splat(0);
  for (let j = 0; j < V; j += 4) s = f32x4.add(s, loadPart(x + floats(j), V - j));
  return laneSum(s) / <f32>V;
}

/** (logits, targets, lse, partials, rows, V, chunk, smoothing): partials[p] = (loss, rows counted) of chunk p, both float64. Unit = p. */
export function crossEntropy(entry: usize, lo: i32, hi: i32): void {
  const rows = intArg(entry, 4), V = intArg(entry, 5), chunk = intArg(entry, 6);
  const smoothing = realArg(entry, 7);
  for (let p = lo; p < hi; p++) {
    const end = min(rows, (p + 1) * chunk);
    let loss: f64 = 0, count: f64 = 0;
    for (let row = p * chunk; row < end; row++) {
      const x = placeArg(entry, 0) + floats(row * V);
      const top = rowMax(x, V), others = othersSum(x, V, top);
      const log = logOnePlus(others);
      f32.store(placeArg(entry, 2) + floats(row), top + log);
      const target = i32.load(placeArg(entry, 1) + floats(row));
      if (target < 0) continue;
      let rowLoss = log + (top - f32.load(x + floats(min(target, V - 1))));
      if (smoothing != 0) rowLoss = (1 - smoothing) * rowLoss + smoothing * (log + (top - rowMean(x, V)));
      loss += <f64>rowLoss;
      count += 1;
    }
    const partial = placeArg(entry, 3) + (<usize>p << 4);
    f64.store(partial, loss);
    f64.store(partial, count, 8);
  }
}

/** (partials, n, loss, count, mean): the sum of the partials in order, divided by the rows counted when `mean`. One unit. */
export function crossEntropyFinish(entry: usize): void {
  const partials = placeArg(entry, 0);
  const n = intArg(entry, 1);
  let loss: f64 = 0, count: f64 = 0;
  for (let p = 0; p < n; p++) {
    loss += f64.load(partials + (<usize>p << 4));
    count += f64.load(partials + (<usize>p << 4), 8);
  }
  f32.store(placeArg(entry, 2), <f32>(intArg(entry, 4) != 0 && count > 0 ? loss / count : loss));
  f32.store(placeArg(entry, 3), <f32>count);
}

/** (targets, n, count): how many of the n targets are not negative. One unit. */
export function countTargets(entry: usize): void {
  const targets = placeArg(entry, 0), n = intArg(entry, 1);
  let ignored: i32 = 0;
  for (let i = 0; i < n; i++) ignored += <i32>(<u32>i32.load(targets + floats(i)) >> 31);
  f32.store(placeArg(entry, 2), <f32>(n - ignored));
}

/** (logits, targets, lse, count, dloss, dlogits, V, smoothing, mean): unit = row. */
export function crossEntropyGrad(entry: usize, lo: i32, hi: i32): void {
  const V = intArg(entry, 6), smoothing = realArg(entry, 7);
  const dloss = f32.load(placeArg(entry, 4));
  const factor: f32 = intArg(entry, 8) != 0 ? dloss / max<f32>(f32.load(placeArg(entry, 3)), 1) : dloss;
  const scale = f32x4.splat(factor), spread = f32x4.splat(smoothing / <f32>V);
  for (let row = lo; row < hi; row++) {
    const x = placeArg(entry, 0) + floats(row * V), d = placeArg(entry, 5) + floats(row * V);
    const target = i32.load(placeArg(entry, 1) + floats(row));
    if (target < 0) {
      memory.fill(d, 0, floats(V));
      continue;
    }
    const hit = min(target, V - 1);
    const wrong = exponentials(x, d, V, rowMax(x, V), hit);
    const inverse: f32 = 1 / (wrong + f32.load(d + floats(hit)));
    const share = f32x4.splat(inverse);
    for (let j = 0; j < V; j += 4) {
      const p = f32x4.mul(loadPart(d + floats(j), V - j), share);
      storePart(d + floats(j), f32x4.mul(f32x4.sub(p, spread), scale), V - j);
    }
    f32.store(d + floats(hit), (smoothing - smoothing / <f32>V - wrong * inverse) * factor);
  }
}

/** d = e^(x - top); returns the sum without entry `hit`, so that p - 1 of a confident prediction does not cancel. */
function exponentials(x: usize, d: usize, V: i32, top: f32, hit: i32): f32 {
  const m = f32x4.splat(top);
  let s = f32x4.splat(0);
  for (let j = 0; j < V; j += 4) {
    const e = expHeld(f32x4.sub(loadPartOr(x + floats(j), V - j, -Infinity), m));
    storePart(d + floats(j), e, V - j);
    const lane = hit - j;
    const self = i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(lane));
    s = f32x4.add(s, v128.andnot(e, self));
  }
  return laneSum(s);
}
