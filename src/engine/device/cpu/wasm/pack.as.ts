// Packing of matrix operands: B into panels of 8 columns, A into strips of 5 or 4 rows, both k-major, so that a tile reads each with one
// pointer. Matrices are addressed by row and column stride in elements, which covers transposition.
import { PANEL } from './tile.as';
import { floats } from './simd.as';

/** One panel: `w` (1 to 8) columns of b[K, w] to out[K, 8]; columns beyond w are 0. */
export function packPanel(b: usize, rs: i32, cs: i32, K: i32, w: i32, out: usize): void {
  if (w == PANEL && cs == 1) packRows(b, floats(rs), K, out);
  else if (w == PANEL && rs == 1) packColumns(b, cs, K, out);
  else packAny(b, rs, cs, K, w, PANEL, out);
}

function packRows(b: usize, stride: usize, K: i32, out: usize): void {
  for (let k = 0; k < K; k++) {
    v128.store(out, v128.load(b));
    v128.store(out, v128.load(b, 16), 16);
    b += stride;
    out += 32;
  }
}

/** Columns that lie along memory: transposed four by four. */
function packColumns(b: usize, cs: i32, K: i32, out: usize): void {
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    transpose4(b + floats(k), floats(cs), out);
    transpose4(b + floats(4 * cs + k), floats(cs), out + 16);
    out += 128;
  }
  if (k < K) packAny(b + floats(k), 1, cs, K - k, PANEL, PANEL, out);
}

// @ts-ignore: decorator
@inline function transpose4(p: usize, stride: usize, out: usize): void {
  const r0 = v128.load(p), r1 = v128.load(p + stride), r2 = v128.load(p + 2 * stride), r3 = v128.load(p + 3 * stride);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
  v128.store(out, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7), 32);
  v128.store(out, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5), 64);
  v128.store(out, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7), 96);
}

/** Any strides and any width, zeros up to `width`. */
function packAny(b: usize, rs: i32, cs: i32, K: i32, w: i32, width: i32, out: usize): void {
  for (let k = 0; k < K; k++) {
    for (let j = 0; j < width; j++) {
      f32.store(out + floats(j), j < w ? f32.load(b + floats(k * rs + j * cs)) : 0);
    }
    out += floats(width);
  }
}

/** One strip: `rows` of a[rows, K] to out[K, height]; rows beyond are 0. Height is 5 or 4. */
export function packStrip(a: usize, rs: i32, cs: i32, rows: i32, height: i32, K: i32, out: usize): void {
  if (rows < height) packAny(a, cs, rs, K, rows, height, out);
  else if (height == 5) packStrip5(a, floats(rs), floats(cs), K, out);
  else if (cs == 1) packStrip4Rows(a, rs, K, out);
  else packStrip4(a, floats(rs), floats(cs), K, out);
}

function packStrip5(a: usize, rs: usize, cs: usize, K: i32, out: usize): void {
  const r2 = 2 * rs, r3 = 3 * rs, r4 = 4 * rs;
  for (let k = 0; k < K; k++) {
    f32.store(out, f32.load(a));
    f32.store(out, f32.load(a + rs), 4);
    f32.store(out, f32.load(a + r2), 8);
    f32.store(out, f32.load(a + r3), 12);
    f32.store(out, f32.load(a + r4), 16);
    a += cs;
    out += 20;
  }
}

function packStrip4Rows(a: usize, rs: i32, K: i32, out: usize): void {
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const p = a + floats(k), s = floats(rs);
    const r0 = v128.load(p), r1 = v128.load(p + s), r2 = v128.load(p + 2 * s), r3 = v128.load(p + 3 * s);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
    v128.store(out, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7), 16);
    v128.store(out, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5), 32);
    v128.store(out, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7), 48);
    out += 64;
  }
  if (k < K) packAny(a + floats(k), 1, rs, K - k, 4, 4, out);
}

function packStrip4(a: usize, rs: usize, cs: usize, K: i32, out: usize): void {
  const r2 = 2 * rs, r3 = 3 * rs;
  for (let k = 0; k < K; k++) {
    f32.store(out, f32.load(a));
    f32.store(out, f32.load(a + rs), 4);
    f32.store(out, f32.load(a + r2), 8);
    f32.store(out, f32.load(a + r3), 12);
    a += cs;
    out += 16;
  }
}
