// Kernel of dropout: Philox 4x32-10 for four blocks at a time, the same words as core/philox.ts.
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, storePart } from '../../device/cpu/wasm/simd.as';
import { CHUNK } from '../../plan/opcodes.shared.ts';

/** Elements of four blocks. */
// @ts-ignore: decorator
@inline const GROUP: i32 = 16;

/** Low 32 bits of two vectors of 64-bit products. */
// @ts-ignore: decorator
@inline function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * (x, counter, y, n, threshold, scale, stream, first, perSample): y = x scale where the word of the element reaches the threshold, else 0. counter =
 * seed low, seed high, step low, step high, sample. x starts with element number k = first + sample perSample; number k takes word k mod 4 of
 * block floor(k / 4). Unit = chunk.
 */
export function dropout(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), y = placeArg(entry, 2);
  const end = min(intArg(entry, 3), hi * CHUNK);
  const threshold = i32x4.splat(intArg(entry, 4)), scale = f32x4.splat(realArg(entry, 5));
  const sample: i64 = i64.load32_u(placeArg(entry, 1), 16);
  let number = <i64>intArg(entry, 7) + sample * <i64>intArg(entry, 8) + <i64>(lo * CHUNK);
  let i = lo * CHUNK;
  while (i < end) {
    const skip = <i32>(number & 3), taken = min(GROUP - skip, end - i);
    maskGroup(entry, <i32>(number >> 2), skip, x + floats(i), y + floats(i), taken, threshold, scale);
    i += taken;
    number += <i64>taken;
  }
}

/** Blocks `block` to `block` + 3: words c0 … c3, one lane a block; ten rounds; then the lanes are turned into elements, the first `skip` left out. */
function maskGroup(entry: usize, block: i32, skip: i32, x: usize, y: usize, left: i32, threshold: v128, scale: v128): void {
  const counter = placeArg(entry, 1);
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  let k0 = i32.load(counter), k1 = intArg(entry, 6) ^ i32.load(counter, 4);
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
  const w0 = v128.shuffle<i32>(t0, t1, 0, 1, 4, 5);
  if (skip != 0) {
    const count = min(4 - skip, left);
    mask4(wordsFrom(w0, skip), x, y, count, threshold, scale);
    x -= floats(skip);
    y -= floats(skip);
    left += skip;
  } else {
    mask4(w0, x, y, left, threshold, scale);
  }
  if (left > 4) mask4(v128.shuffle<i32>(t0, t1, 2, 3, 6, 7), x + 16, y + 16, left - 4, threshold, scale);
  if (left > 8) mask4(v128.shuffle<i32>(t2, t3, 0, 1, 4, 5), x + 32, y + 32, left - 8, threshold, scale);
  if (left > 12) mask4(v128.shuffle<i32>(t2, t3, 2, 3, 6, 7), x + 48, y + 48, left - 12, threshold, scale);
}

/** Words `skip` to 3 in the first lanes. */
// @ts-ignore: decorator
@inline function wordsFrom(words: v128, skip: i32): v128 {
  const bytes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.swizzle(words, i8x16.add(bytes, i8x16.splat(<i8>(skip << 2))));
}

// @ts-ignore: decorator
@inline function mask4(words: v128, x: usize, y: usize, left: i32, threshold: v128, scale: v128): void {
  const kept = i32x4.ge_u(words, threshold);
  storePart(y, v128.and(f32x4.mul(loadPart(x, left), scale), kept), left);
}
