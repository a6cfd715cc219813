// Kernels of softmaxCrossEntropy and its gradient.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { expHeld, log4 } from '../../device/cpu/wasm/math.as';
import { floats, laneMax, laneSum, loadPart, loadPartOr, storePart } from '../../device/cpu/wasm/simd.as';

/** log sum exp of a row, shifted by its largest entry. */
function logSumExp(x: usize, V: i32): f32 {
  let top = f32x4.splat(-Infinity);
  for (let j = 0; j < V; j += 4) top = f32x4.max(top, loadPartOr(x + floats(j), V - j, -Infinity));
  const largest = laneMax(top), shift = f32x4.splat(largest);
  let s = f32x4.splat(0);
  for (let j = 0; j < V; j += 4) {
    s = f32x4.add(s, expHeld(f32x4.sub(loadPartOr(x + floats(j), V - j, -Infinity), shift)));
  }
  return largest + f32x4.extract_lane(log4(f32x4.splat(laneSum(s))), 0);
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
      const lse = logSumExp(x, V);
      f32.store(placeArg(entry, 2) + floats(row), lse);
      const target = i32.load(placeArg(entry, 1) + floats(row));
      if (target < 0) continue;
      let rowLoss = lse - f32.load(x + floats(min(target, V - 1)));
      if (smoothing != 0) rowLoss = (1 - smoothing) * rowLoss + smoothing * (lse - rowMean(x, V));
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
    const shift = f32x4.splat(f32.load(placeArg(entry, 2) + floats(row)));
    for (let j = 0; j < V; j += 4) {
      const share = expHeld(f32x4.sub(loadPart(x + floats(j), V - j), shift));
      storePart(d + floats(j), f32x4.mul(f32x4.sub(share, spread), scale), V - j);
    }
    const hit = d + floats(min(target, V - 1));
    f32.store(hit, f32.load(hit) - (1 - smoothing) * factor);
  }
}
