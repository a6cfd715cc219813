// Kernels of matmul: the packed product, cut by rows or by columns, and two forms for few rows that read B without packing.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_BIAS, FROM_ZERO, gemm, openScratch, packWholePanel } from '../../device/cpu/wasm/gemm.as';
import { floats, laneSum, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';
import { PANEL } from '../../device/cpu/wasm/tile.as';
import { MATMUL_COLUMNS, MATMUL_ROWS } from '../../plan/opcodes.shared.ts';

/** (a, ars, acs, b, brs, bcs, c, bias, M, N, K, byColumns): unit = MATMUL_ROWS rows or MATMUL_COLUMNS columns of C [M, N]. */
export function matmul(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const ars = intArg(entry, 1), acs = intArg(entry, 2);
  const brs = intArg(entry, 4), bcs = intArg(entry, 5);
  const bias = placeArg(entry, 7);
  const N = intArg(entry, 9), K = intArg(entry, 10);
  const start = bias == 0 ? FROM_ZERO : FROM_BIAS;
  const a = placeArg(entry, 0), b = placeArg(entry, 3), c = placeArg(entry, 6);
  const work = scratch(thread);
  openScratch(work);
  if (intArg(entry, 11) != 0) {
    const from = lo * MATMUL_COLUMNS, n = min(N, hi * MATMUL_COLUMNS) - from;
    const shifted = bias == 0 ? bias : bias + floats(from);
    gemm(intArg(entry, 8), n, K, a, ars, acs, b + floats(from * bcs), brs, bcs, c + floats(from), N, start, shifted, work);
  } else {
    const from = lo * MATMUL_ROWS, m = min(intArg(entry, 8), hi * MATMUL_ROWS) - from;
    gemm(m, N, K, a + floats(from * ars), ars, acs, b, brs, bcs, c + floats(from * N), N, start, bias, work);
  }
}

/** (b, rs, cs, K, N, out): unit = panel of 8 columns, packed for products that use b many times. */
export function pack(entry: usize, lo: i32, hi: i32): void {
  for (let unit = lo; unit < hi; unit++) {
    packWholePanel(placeArg(entry, 0), intArg(entry, 1), intArg(entry, 2), intArg(entry, 3), intArg(entry, 4), unit * PANEL, placeArg(entry, 5));
  }
}

/** (a, ars, b, brs, c, bias, M, N, K): rows of a times rows of b, both along memory. Unit = 4 columns of C. */
export function matmulDot(entry: usize, lo: i32, hi: i32): void {
  const a = placeArg(entry, 0), ars = intArg(entry, 1);
  const b = placeArg(entry, 2), brs = intArg(entry, 3);
  const bias = placeArg(entry, 5);
  const M = intArg(entry, 6), N = intArg(entry, 7), K = intArg(entry, 8);
  for (let unit = lo; unit < hi; unit++) {
    const j = unit * 4, w = min(4, N - j);
    const start = bias == 0 ? f32x4.splat(0) : loadPart(bias + floats(j), w);
    for (let m = 0; m < M; m++) {
      const sums = dot4(a + floats(m * ars), b + floats(j * brs), floats(brs), w, K);
      storePart(placeArg(entry, 4) + floats(m * N + j), f32x4.add(start, sums), w);
    }
  }
}

/** Four products of a[K] with rows of b; rows beyond `w` repeat the last one and are not used. */
function dot4(a: usize, b: usize, brs: usize, w: i32, K: i32): v128 {
  const b1 = w > 1 ? brs : 0, b2 = w > 2 ? 2 * brs : b1, b3 = w > 3 ? 3 * brs : b2;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let k = 0; k < K; k += 4) {
    const p = b + floats(k), left = K - k;
    const x = loadPart(a + floats(k), left);
    s0 = madd(x, loadPart(p, left), s0);
    s1 = madd(x, loadPart(p + b1, left), s1);
    s2 = madd(x, loadPart(p + b2, left), s2);
    s3 = madd(x, loadPart(p + b3, left), s3);
  }
  return f32x4(laneSum(s0), laneSum(s1), laneSum(s2), laneSum(s3));
}

/** (a, ars, acs, b, brs, c, bias, M, N, K): rows of b, along memory, weighted by elements of a. Unit = 16 columns of C. */
export function matmulOuter(entry: usize, lo: i32, hi: i32): void {
  const a = placeArg(entry, 0), ars = intArg(entry, 1), acs = intArg(entry, 2);
  const b = placeArg(entry, 3), brs = intArg(entry, 4);
  const bias = placeArg(entry, 6);
  const M = intArg(entry, 7), N = intArg(entry, 8), K = intArg(entry, 9);
  for (let j = lo * 16; j < min(N, hi * 16); j += 4) {
    const w = N - j;
    const start = bias == 0 ? f32x4.splat(0) : loadPart(bias + floats(j), w);
    for (let m = 0; m < M; m++) {
      let sum = start, p = b + floats(j), q = a + floats(m * ars);
      for (let k = 0; k < K; k++) {
        sum = madd(f32x4.splat(f32.load(q)), loadPart(p, w), sum);
        p += floats(brs);
        q += floats(acs);
      }
      storePart(placeArg(entry, 5) + floats(m * N + j), sum, w);
    }
  }
}
