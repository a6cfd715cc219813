// The innermost loops of every matrix product: 5x8 and 4x8 tiles over packed operands. 10 accumulators, 2 loads of b, a and a product are
// what 16 vector registers hold; 6x8 spills in V8 and halves the speed. Both tiles add the same products in the same order, so the height
// of a strip does not change the result.
import { floats, madd } from './simd.as';

export const STRIP: i32 = 5;
export const PANEL: i32 = 8;

/**
 * C[5, 8] = init[5, 8] + sum_k a[k, 5] b[k, 8]. a and b packed k-major; rows of c and init are `ldc` and `ldi` bytes apart, so that
 * init is a bias (ldi 0), C itself, or zeros.
 */
export function tile5(a: usize, b: usize, K: i32, c: usize, ldc: usize, init: usize, ldi: usize): void {
  let p = init;
  let c00 = v128.load(p), c01 = v128.load(p, 16); p += ldi;
  let c10 = v128.load(p), c11 = v128.load(p, 16); p += ldi;
  let c20 = v128.load(p), c21 = v128.load(p, 16); p += ldi;
  let c30 = v128.load(p), c31 = v128.load(p, 16); p += ldi;
  let c40 = v128.load(p), c41 = v128.load(p, 16);
  const end = b + floats(K * PANEL);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
    a += 20;
    b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += ldc;
  v128.store(c, c10); v128.store(c, c11, 16); c += ldc;
  v128.store(c, c20); v128.store(c, c21, 16); c += ldc;
  v128.store(c, c30); v128.store(c, c31, 16); c += ldc;
  v128.store(c, c40); v128.store(c, c41, 16);
}

/** As tile5, with four rows. */
export function tile4(a: usize, b: usize, K: i32, c: usize, ldc: usize, init: usize, ldi: usize): void {
  let p = init;
  let c00 = v128.load(p), c01 = v128.load(p, 16); p += ldi;
  let c10 = v128.load(p), c11 = v128.load(p, 16); p += ldi;
  let c20 = v128.load(p), c21 = v128.load(p, 16); p += ldi;
  let c30 = v128.load(p), c31 = v128.load(p, 16);
  const end = b + floats(K * PANEL);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    a += 16;
    b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += ldc;
  v128.store(c, c10); v128.store(c, c11, 16); c += ldc;
  v128.store(c, c20); v128.store(c, c21, 16); c += ldc;
  v128.store(c, c30); v128.store(c, c31, 16);
}
