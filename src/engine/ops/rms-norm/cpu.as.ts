// Kernels of rmsNorm and its gradient.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, laneSum, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/** (x, weight, y, rstd, N, eps): unit = row. */
export function rmsNorm(entry: usize, lo: i32, hi: i32): void {
  const weight = placeArg(entry, 1), N = intArg(entry, 4);
  for (let row = lo; row < hi; row++) {
    const x = placeArg(entry, 0) + floats(row * N), y = placeArg(entry, 2) + floats(row * N);
    let s = f32x4.splat(0);
    for (let j = 0; j < N; j += 4) {
      const v = loadPart(x + floats(j), N - j);
      s = madd(v, v, s);
    }
    const rstd: f32 = 1 / sqrt<f32>(laneSum(s) / <f32>N + realArg(entry, 5));
    f32.store(placeArg(entry, 3) + floats(row), rstd);
    const scale = f32x4.splat(rstd);
    for (let j = 0; j < N; j += 4) {
      const v = f32x4.mul(loadPart(x + floats(j), N - j), scale);
      storePart(y + floats(j), f32x4.mul(v, loadPart(weight + floats(j), N - j)), N - j);
    }
  }
}

/**
 * (x, weight, rstd, dy, dx, partials, rows, N, chunk, eps): with n = x rstd, dx = rstd (w dy - n mean(w dy n)); partials[p] = sum of dy n over rows of
 * chunk p. Unit = p.
 */
export function rmsNormGrad(entry: usize, lo: i32, hi: i32): void {
  const rows = intArg(entry, 6), N = intArg(entry, 7), chunk = intArg(entry, 8);
  for (let p = lo; p < hi; p++) {
    const partial = placeArg(entry, 5) + floats(p * N);
    memory.fill(partial, 0, floats(N));
    const end = min(rows, (p + 1) * chunk);
    for (let row = p * chunk; row < end; row++) gradRow(entry, row, N, partial);
  }
}

function gradRow(entry: usize, row: i32, N: i32, partial: usize): void {
  const x = placeArg(entry, 0) + floats(row * N), dy = placeArg(entry, 3) + floats(row * N), dx = placeArg(entry, 4) + floats(row * N);
  const weight = placeArg(entry, 1);
  const rstd = f32x4.splat(f32.load(placeArg(entry, 2) + floats(row)));
  let s = f32x4.splat(0);
  for (let j = 0; j < N; j += 4) {
    const w = N - j;
    const g = loadPart(dy + floats(j), w), n = f32x4.mul(loadPart(x + floats(j), w), rstd);
    const gn = f32x4.mul(g, n);
    storePart(partial + floats(j), f32x4.add(loadPart(partial + floats(j), w), gn), w);
    s = madd(gn, loadPart(weight + floats(j), w), s);
  }
  if (N == 1) {
    gradOfOne(entry, dy, dx, f32x4.extract_lane(rstd, 0));
    return;
  }
  const mean = f32x4.splat(laneSum(s) / <f32>N);
  for (let j = 0; j < N; j += 4) {
    const w = N - j;
    const n = f32x4.mul(loadPart(x + floats(j), w), rstd);
    const g = f32x4.mul(loadPart(dy + floats(j), w), loadPart(weight + floats(j), w));
    storePart(dx + floats(j), f32x4.mul(rstd, f32x4.sub(g, f32x4.mul(n, mean))), w);
  }
}

/** A row of one number is +-1 but for eps: the general form would cancel, 1 - n^2 = eps rstd^2 does not. */
function gradOfOne(entry: usize, dy: usize, dx: usize, rstd: f32): void {
  f32.store(dx, f32.load(dy) * f32.load(placeArg(entry, 1)) * realArg(entry, 9) * rstd * rstd * rstd);
}
