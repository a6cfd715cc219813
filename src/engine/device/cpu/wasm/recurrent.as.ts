// What the cells with a recurrent matrix share: groups of samples, and the gradient of that matrix as one product over all steps.
import { intArg, placeArg, scratch } from './entry.as';
import { FROM_C, FROM_ZERO, KC, MC, NC, multiplyPacked, openScratch, packStrips, stripsOf } from './gemm.as';
import { floats } from './simd.as';
import { PANEL } from './tile.as';
import { MATMUL_ROWS } from '../../../plan/opcodes.shared.ts';

/** Samples that go through time together, so that the packed matrix is read once for all of them. */
export const GROUP: i32 = 40;

/** First address after the strips of `rows` rows of K in a scratch: room for what a cell keeps from product to product. */
// @ts-ignore: decorator
@inline export function afterStrips(work: usize, rows: i32, K: i32): usize {
  return stripsOf(work) + floats(((rows + 3) & ~3) * min(KC, K));
}

/**
 * (dgates, lda, M, h, h0, T, H, rows, dw, ., ., ., ld): dw[M, H] = sum over all rows q = (sample, t) of dgates[q, :M]^T times the state before step t of that sample (h
 * one row of `ld` numbers up; h0 or 0 at t = 0). Unit = MATMUL_ROWS rows of dw. Blocks of KC rows in order, so bits do not depend on the split.
 */
export function recurrentWeightGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const lda = intArg(entry, 1), H = intArg(entry, 6), rows = intArg(entry, 7);
  const from = lo * MATMUL_ROWS, m = min(intArg(entry, 2), hi * MATMUL_ROWS) - from;
  const a = placeArg(entry, 0) + floats(from), dw = placeArg(entry, 8) + floats(from * H);
  const work = scratch(thread), strips = stripsOf(work);
  const panels = strips + floats(min(MC, (m + 3) & ~3) * min(KC, rows));
  openScratch(work);
  for (let j = 0; j < H; j += NC) {
    const nc = min(NC, H - j);
    for (let q = 0; q < rows; q += KC) {
      const kc = min(KC, rows - q);
      packStatesBefore(entry, q, kc, j, nc, panels);
      for (let i = 0; i < m; i += MC) {
        const mc = min(MC, m - i);
        packStrips(a + floats(q * lda + i), 1, lda, mc, kc, strips);
        multiplyPacked(mc, nc, kc, strips, panels, dw + floats(i * H + j), H, q > 0 ? FROM_C : FROM_ZERO, 0, work);
      }
    }
  }
}

/** Panels of columns [j, j + nc) of the states before steps [q, q + kc). */
function packStatesBefore(entry: usize, q: i32, kc: i32, j: i32, nc: i32, panels: usize): void {
  const h = placeArg(entry, 3), h0 = placeArg(entry, 4);
  const T = intArg(entry, 5), ld = intArg(entry, 12);
  for (let k = 0; k < kc; k++) {
    const row = q + k;
    let from: usize = 0;
    if (row % T != 0) from = h + floats((row - 1) * ld + j);
    else if (h0 != 0) from = h0 + floats((row / T) * ld + j);
    packRow(from, nc, panels + floats(k * PANEL), floats(kc * PANEL));
  }
}

/** One row into its place in each panel; from 0 = a row of zeros. */
function packRow(from: usize, n: i32, out: usize, panelStride: usize): void {
  let j = 0;
  for (; j + PANEL <= n; j += PANEL) {
    v128.store(out, from == 0 ? f32x4.splat(0) : v128.load(from + floats(j)));
    v128.store(out, from == 0 ? f32x4.splat(0) : v128.load(from + floats(j), 16), 16);
    out += panelStride;
  }
  if (j == n) return;
  for (let i = 0; i < PANEL; i++) f32.store(out + floats(i), from != 0 && j + i < n ? f32.load(from + floats(j + i)) : 0);
}
