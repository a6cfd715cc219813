// Kernels of causalConv and its gradient. Rows of [B, T, C] are the units and channels the lanes, so the taps of a channel are turned
// once into rows of taps, [K, C], in the thread's scratch.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/** weight [C, K] to taps [K, C]. */
function turnTaps(weight: usize, C: i32, K: i32, taps: usize): void {
  for (let k = 0; k < K; k++) {
    for (let c = 0; c < C; c++) f32.store(taps + floats(k * C + c), f32.load(weight + floats(c * K + k)));
  }
}

/** Row at time `t` (from -(K-1) on) of sample `b`: in x, in the context before it, or 0 where there is none. */
// @ts-ignore: decorator
@inline function rowAt(x: usize, context: usize, b: i32, t: i32, T: i32, C: i32, K: i32): usize {
  if (t >= 0) return x + floats((b * T + t) * C);
  return context == 0 ? 0 : context + floats((b * (K - 1) + t + K - 1) * C);
}

/** (x, weight, bias, context, y, T, C, K): unit = row of y. */
export function causalConv(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = placeArg(entry, 0), bias = placeArg(entry, 2), context = placeArg(entry, 3);
  const T = intArg(entry, 5), C = intArg(entry, 6), K = intArg(entry, 7);
  const taps = scratch(thread);
  turnTaps(placeArg(entry, 1), C, K, taps);
  for (let row = lo; row < hi; row++) {
    const y = placeArg(entry, 4) + floats(row * C);
    memory.copy(y, bias, floats(C));
    for (let k = 0; k < K; k++) {
      const source = rowAt(x, context, row / T, (row % T) - (K - 1) + k, T, C, K);
      if (source != 0) addProduct(y, source, taps + floats(k * C), C);
    }
  }
}

/** y += a b over n elements. */
function addProduct(y: usize, a: usize, b: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const w = n - j;
    storePart(y + floats(j), madd(loadPart(a + floats(j), w), loadPart(b + floats(j), w), loadPart(y + floats(j), w)), w);
  }
}

/**
 * (weight, dy, out, T, C, K, first, span): gradient of the inputs at times [first, first + span) of each sample, out [B, span, C]:
 * out[t] = sum_k weight[k] dy[t + K - 1 - k]. first 0 = dx, first -(K-1) = dcontext. Unit = row of out.
 */
export function causalConvGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const dy = placeArg(entry, 1);
  const T = intArg(entry, 3), C = intArg(entry, 4), K = intArg(entry, 5), first = intArg(entry, 6), span = intArg(entry, 7);
  const taps = scratch(thread);
  turnTaps(placeArg(entry, 0), C, K, taps);
  for (let row = lo; row < hi; row++) {
    const out = placeArg(entry, 2) + floats(row * C);
    memory.fill(out, 0, floats(C));
    for (let k = 0; k < K; k++) {
      const t = first + (row % span) + K - 1 - k;
      if (t >= 0 && t < T) addProduct(out, dy + floats(((row / span) * T + t) * C), taps + floats(k * C), C);
    }
  }
}

/**
 * (x, dy, context, partials, rows, T, C, K, chunk): partials[p] [K + 1, C] = sums over rows of chunk p of dy[t] x[t - (K-1) + k] for each k, and
 * of dy. Unit = p.
 */
export function causalConvWeightGrad(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), context = placeArg(entry, 2);
  const rows = intArg(entry, 4), T = intArg(entry, 5), C = intArg(entry, 6), K = intArg(entry, 7), chunk = intArg(entry, 8);
  for (let p = lo; p < hi; p++) {
    const partial = placeArg(entry, 3) + floats(p * (K + 1) * C);
    memory.fill(partial, 0, floats((K + 1) * C));
    const end = min(rows, (p + 1) * chunk);
    for (let row = p * chunk; row < end; row++) {
      const dy = placeArg(entry, 1) + floats(row * C);
      for (let k = 0; k < K; k++) {
        const source = rowAt(x, context, row / T, (row % T) - (K - 1) + k, T, C, K);
        if (source != 0) addProduct(partial + floats(k * C), dy, source, C);
      }
      addRow(partial + floats(K * C), dy, C);
    }
  }
}

function addRow(sum: usize, x: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    storePart(sum + floats(j), f32x4.add(loadPart(sum + floats(j), n - j), loadPart(x + floats(j), n - j)), n - j);
  }
}

/** (partials, count, dweight, dbias, C, K): adds the partials in order; dweight [C, K]. Unit = channel. */
export function causalConvFinish(entry: usize, lo: i32, hi: i32): void {
  const count = intArg(entry, 1), C = intArg(entry, 4), K = intArg(entry, 5);
  for (let c = lo; c < hi; c++) {
    for (let k = 0; k <= K; k++) {
      let sum: f32 = 0;
      for (let p = 0; p < count; p++) sum += f32.load(placeArg(entry, 0) + floats((p * (K + 1) + k) * C + c));
      f32.store(k < K ? placeArg(entry, 2) + floats(c * K + k) : placeArg(entry, 3) + floats(c), sum);
    }
  }
}
