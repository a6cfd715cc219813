// Matrix products on packed operands: C = A B + (nothing, a bias row, or C). The order of additions for one element depends on K only, so any
// split of rows or columns gives the same bits. Layout of the scratch: zero line | tile for edges | strips of A | panels of B.
import { PANEL, STRIP, tile4, tile5 } from './tile.as';
import { packPanel, packStrip } from './pack.as';
import { floats } from './simd.as';

/** Extent of K that is packed at a time: a panel of 8 KiB stays in the first-level cache. */
export const KC: i32 = 256;
/** Rows of A packed at a time. */
export const MC: i32 = 100;
/** Columns of B packed at a time. */
export const NC: i32 = 512;

/** What the accumulators start from. */
export const FROM_ZERO: i32 = 0;
export const FROM_BIAS: i32 = 1;
export const FROM_C: i32 = 2;

const EDGE: usize = 64;
const STRIPS: usize = 64 + 192;

/** Where strips of A are in a scratch. */
// @ts-ignore: decorator
@inline export function stripsOf(work: usize): usize {
  return work + STRIPS;
}

/** Where panels of B are in a scratch that has room for MC rows of KC. */
// @ts-ignore: decorator
@inline export function panelsOf(work: usize): usize {
  return work + STRIPS + floats(MC * KC);
}

/** Must be called once on a scratch before products use it. */
// @ts-ignore: decorator
@inline export function openScratch(work: usize): void {
  memory.fill(work, 0, STRIPS);
}

/** Height of the strip that starts at row `i` of `rows`: fives first, then as many fours as are needed. */
// @ts-ignore: decorator
@inline function stripHeight(rows: i32, i: i32): i32 {
  const strips = (rows + STRIP - 1) / STRIP;
  const fives = strips - min(strips * STRIP - rows, strips);
  return i < fives * STRIP ? STRIP : STRIP - 1;
}

/** Packs a[rows, K] into strips. */
export function packStrips(a: usize, rs: i32, cs: i32, rows: i32, K: i32, out: usize): void {
  for (let i = 0; i < rows; ) {
    const height = stripHeight(rows, i);
    packStrip(a + floats(i * rs), rs, cs, min(height, rows - i), height, K, out);
    out += floats(height * K);
    i += height;
  }
}

/** Packs b[K, N] into panels. */
export function packPanels(b: usize, rs: i32, cs: i32, K: i32, N: i32, out: usize): void {
  for (let j = 0; j < N; j += PANEL) {
    packPanel(b + floats(j * cs), rs, cs, K, min(PANEL, N - j), out);
    out += floats(PANEL * K);
  }
}

/** C[rows, N] from strips and panels over K of at most KC. `ldc` in elements. `bias` is read for FROM_BIAS only. */
export function multiplyPacked(
  rows: i32, N: i32, K: i32, strips: usize, panels: usize, c: usize, ldc: i32, from: i32, bias: usize, work: usize,
): void {
  for (let j = 0; j < N; j += PANEL) {
    const panel = panels + floats(j * K);
    let strip = strips;
    for (let i = 0; i < rows; ) {
      const height = stripHeight(rows, i);
      const target = c + floats(i * ldc + j);
      let init = work, ldi: usize = 0;
      if (from == FROM_C) { init = target; ldi = floats(ldc); }
      else if (from == FROM_BIAS) init = bias + floats(j);
      const r = min(height, rows - i), w = min(PANEL, N - j);
      if (r < height || w < PANEL) edge(height, r, w, K, strip, panel, target, floats(ldc), init, ldi, work + EDGE);
      else if (height == STRIP) tile5(strip, panel, K, target, floats(ldc), init, ldi);
      else tile4(strip, panel, K, target, floats(ldc), init, ldi);
      strip += floats(height * K);
      i += height;
    }
  }
}

/** A tile that extends beyond C: computed in a buffer with the arithmetic of a full tile, then the part inside is copied. */
function edge(
  height: i32, rows: i32, w: i32, K: i32, strip: usize, panel: usize, c: usize, ldc: usize, init: usize, ldi: usize, buffer: usize,
): void {
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < w; q++) f32.store(buffer + floats(r * PANEL + q), f32.load(init + <usize>r * ldi + floats(q)));
  }
  if (height == STRIP) tile5(strip, panel, K, buffer, 32, buffer, 32);
  else tile4(strip, panel, K, buffer, 32, buffer, 32);
  for (let r = 0; r < rows; r++) {
    for (let q = 0; q < w; q++) f32.store(c + <usize>r * ldc + floats(q), f32.load(buffer + floats(r * PANEL + q)));
  }
}

/**
 * C[M, N] = A[M, K] B[K, N] + start, packing as it goes. Strides in elements: A (ars, acs), B (brs, bcs), C (ldc, 1).
 * `work` = scratch of STRIPS + MC KC + KC NC floats (less where M, K, N are smaller), opened.
 */
export function gemm(
  M: i32, N: i32, K: i32, a: usize, ars: i32, acs: i32, b: usize, brs: i32, bcs: i32, c: usize, ldc: i32, start: i32, bias: usize, work: usize,
): void {
  const strips = stripsOf(work);
  const panels = strips + floats(min(MC, (M + 3) & ~3) * min(KC, K));
  for (let j = 0; j < N; j += NC) {
    const nc = min(NC, N - j);
    for (let k = 0; k < K; k += KC) {
      const kc = min(KC, K - k);
      packPanels(b + floats(k * brs + j * bcs), brs, bcs, kc, nc, panels);
      const from = k > 0 ? FROM_C : start;
      for (let i = 0; i < M; i += MC) {
        const mc = min(MC, M - i);
        packStrips(a + floats(i * ars + k * acs), ars, acs, mc, kc, strips);
        multiplyPacked(mc, nc, kc, strips, panels, c + floats(i * ldc + j), ldc, from, bias + floats(j), work);
      }
    }
  }
}

/** Product with a B packed once by `packWhole`: for recurrences. rows <= MC. */
export function gemmPacked(
  rows: i32, N: i32, K: i32, a: usize, ars: i32, packed: usize, c: usize, ldc: i32, start: i32, bias: usize, work: usize,
): void {
  const strips = stripsOf(work);
  const columns = (N + PANEL - 1) & ~(PANEL - 1);
  for (let k = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    packStrips(a + floats(k), ars, 1, rows, kc, strips);
    multiplyPacked(rows, N, kc, strips, packed + floats(k * columns), c, ldc, k > 0 ? FROM_C : start, bias, work);
  }
}

/** Panel `j` of all of b[K, N], in the layout that `gemmPacked` reads: blocks of KC one after the other, each N rounded up to 8 wide. */
export function packWholePanel(b: usize, rs: i32, cs: i32, K: i32, N: i32, j: i32, out: usize): void {
  const columns = (N + PANEL - 1) & ~(PANEL - 1);
  for (let k = 0; k < K; k += KC) {
    const kc = min(KC, K - k);
    const panel = out + floats(k * columns + j * kc);
    packPanel(b + floats(k * rs + j * cs), rs, cs, kc, min(PANEL, N - j), panel);
  }
}
