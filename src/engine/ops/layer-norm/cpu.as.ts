// Kernels of layerNorm and its gradient.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/** The first `left` lanes of `v`, the others 0: x - mean must not count beyond the row. */
// @ts-ignore: decorator
@inline function inside(v: v128, left: i32): v128 {
  if (left >= 4) return v;
  return v128.bitselect(v, f32x4.splat(0), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left)));
}

/** (x, weight, bias, y, mean, rstd, N, eps): unit = row. Variance from the differences to the mean, so it does not cancel. */
export function layerNorm(entry: usize, lo: i32, hi: i32): void {
  const weight = placeArg(entry, 1), bias = placeArg(entry, 2), N = intArg(entry, 6);
  for (let row = lo; row < hi; row++) {
    const x = placeArg(entry, 0) + floats(row * N), y = placeArg(entry, 3) + floats(row * N);
    let s = f32x4.splat(0);
    for (let j = 0; j < N; j += 4) s = f32x4.add(s, loadPart(x + floats(j), N - j));
    const mean = laneSum(s) / <f32>N;
    const rstd: f32 = 1 / sqrt<f32>(squares(x, N, mean) / <f32>N + realArg(entry, 7));
    f32.store(placeArg(entry, 4) + floats(row), mean);
    f32.store(placeArg(entry, 5) + floats(row), rstd);
    const center = f32x4.splat(mean), scale = f32x4.splat(rstd);
    for (let j = 0; j < N; j += 4) {
      const w = N - j;
      const n = f32x4.mul(f32x4.sub(loadPart(x + floats(j), w), center), scale);
      storePart(y + floats(j), madd(n, loadPart(weight + floats(j), w), loadPart(bias + floats(j), w)), w);
    }
  }
}

function squares(x: usize, N: i32, mean: f32): f32 {
  const center = f32x4.splat(mean);
  let s = f32x4.splat(0);
  for (let j = 0; j < N; j += 4) {
    const d = inside(f32x4.sub(loadPart(x + floats(j), N - j), center), N - j);
    s = madd(d, d, s);
  }
  return laneSum(s);
}

/**
 * (x, weight, mean, rstd, dy, dx, partials, rows, N, chunk): with n = (x - mean) rstd and d = w dy, dx = rstd (d - mean(d) - n mean(d n));
 * partials[p] [2, N] = sums of dy n and of dy over rows of chunk p. Unit = p.
 */
export function layerNormGrad(entry: usize, lo: i32, hi: i32): void {
  const rows = intArg(entry, 7), N = intArg(entry, 8), chunk = intArg(entry, 9);
  for (let p = lo; p < hi; p++) {
    const partial = placeArg(entry, 6) + floats(p * 2 * N);
    memory.fill(partial, 0, floats(2 * N));
    const end = min(rows, (p + 1) * chunk);
    for (let row = p * chunk; row < end; row++) gradRow(entry, row, N, partial);
  }
}

function gradRow(entry: usize, row: i32, N: i32, partial: usize): void {
  const x = placeArg(entry, 0) + floats(row * N), dy = placeArg(entry, 4) + floats(row * N), dx = placeArg(entry, 5) + floats(row * N);
  const weight = placeArg(entry, 1), partialBias = partial + floats(N);
  const center = f32x4.splat(f32.load(placeArg(entry, 2) + floats(row)));
  const rstd = f32x4.splat(f32.load(placeArg(entry, 3) + floats(row)));
  let sum = f32x4.splat(0), along = f32x4.splat(0);
  for (let j = 0; j < N; j += 4) {
    const w = N - j;
    const g = loadPart(dy + floats(j), w), n = f32x4.mul(f32x4.sub(loadPart(x + floats(j), w), center), rstd);
    storePart(partial + floats(j), madd(g, n, loadPart(partial + floats(j), w)), w);
    storePart(partialBias + floats(j), f32x4.add(loadPart(partialBias + floats(j), w), g), w);
    const d = f32x4.mul(g, loadPart(weight + floats(j), w));
    sum = f32x4.add(sum, d);
    along = madd(d, n, along);
  }
  const meanD = f32x4.splat(laneSum(sum) / <f32>N), meanDN = f32x4.splat(laneSum(along) / <f32>N);
  for (let j = 0; j < N; j += 4) {
    const w = N - j;
    const n = f32x4.mul(f32x4.sub(loadPart(x + floats(j), w), center), rstd);
    const d = f32x4.mul(loadPart(dy + floats(j), w), loadPart(weight + floats(j), w));
    storePart(dx + floats(j), f32x4.mul(rstd, f32x4.sub(f32x4.sub(d, meanD), f32x4.mul(n, meanDN))), w);
  }
}
