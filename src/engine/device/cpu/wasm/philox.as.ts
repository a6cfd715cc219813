// Random words of kernels: Philox 4x32-10 for four blocks at a time, the same words as core/philox.ts.
import { floats } from './simd.as';

/** Low and high 32 bits of two vectors of 64-bit products. */
// @ts-ignore: decorator
@inline function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * Draws the words `first` to `first` + n into `to`, which has room for 15 more; returns the address of the first. Word k is word k mod 4 of block
 * floor(k / 4). counter = seed low, seed high, step low, step high.
 */
export function drawWords(to: usize, counter: usize, stream: i32, first: i64, n: i32): usize {
  const skip = <i32>(first & 3);
  const block = <i32>(first >> 2);
  for (let i = 0; i < n + skip; i += 16) drawBlocks(to + floats(i), counter, stream, block + (i >> 2));
  return to + floats(skip);
}

/** Blocks `block` to `block` + 3: words c0 … c3, one lane a block; ten rounds; then block by block. */
function drawBlocks(to: usize, counter: usize, stream: i32, block: i32): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  let k0 = i32.load(counter), k1 = stream ^ i32.load(counter, 4);
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), c1 = i32x4.splat(0);
  let c2 = i32x4.splat(i32.load(counter, 8)), c3 = i32x4.splat(i32.load(counter, 12));
  for (let round = 0; round < 10; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0), b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1), d = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(highWords(c, d), c1), i32x4.splat(k0));
    c1 = lowWords(c, d);
    c2 = v128.xor(v128.xor(highWords(a, b), c3), i32x4.splat(k1));
    c3 = lowWords(a, b);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  const t0 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(t0, t1, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<i32>(t0, t1, 2, 3, 6, 7), 16);
  v128.store(to, v128.shuffle<i32>(t2, t3, 0, 1, 4, 5), 32);
  v128.store(to, v128.shuffle<i32>(t2, t3, 2, 3, 6, 7), 48);
}
