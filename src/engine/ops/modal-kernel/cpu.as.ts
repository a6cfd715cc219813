// Kernels of modalKernel and its gradient in the embedded module: channels are the lanes, a mode at a time. Powers are multiplied up in float for 32
// taps, each block of taps starts from a power kept in double precision. Unit = tile of 16 channels.
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, settle, storePart } from '../../device/cpu/wasm/simd.as';

const TILE: i32 = 16;
const BLOCK: i32 = 32;

/** Mode `n` of four channels from c on; 0 where there is none. */
function modeOf(values: usize, c: i32, n: i32, C: i32, N: i32): v128 {
  const p = values + floats(c * N + n);
  let x = f32x4.splat(0);
  x = f32x4.replace_lane(x, 0, f32.load(p));
  if (c + 1 < C) x = f32x4.replace_lane(x, 1, f32.load(p + floats(N)));
  if (c + 2 < C) x = f32x4.replace_lane(x, 2, f32.load(p + floats(2 * N)));
  if (c + 3 < C) x = f32x4.replace_lane(x, 3, f32.load(p + floats(3 * N)));
  return x;
}

function putMode(values: usize, x: v128, c: i32, n: i32, C: i32, N: i32): void {
  const p = values + floats(c * N + n);
  f32.store(p, f32x4.extract_lane(x, 0));
  if (c + 1 < C) f32.store(p + floats(N), f32x4.extract_lane(x, 1));
  if (c + 2 < C) f32.store(p + floats(2 * N), f32x4.extract_lane(x, 2));
  if (c + 3 < C) f32.store(p + floats(3 * N), f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline function timesRe(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f64x2.sub(f64x2.mul(ar, br), f64x2.mul(ai, bi));
}

// @ts-ignore: decorator
@inline function timesIm(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  return f64x2.add(f64x2.mul(ar, bi), f64x2.mul(ai, br));
}

// @ts-ignore: decorator
@inline function joined(low: v128, high: v128): v128 {
  return i8x16.shuffle(
    f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23,
  );
}

/** The last two lanes as the first two. */
// @ts-ignore: decorator
@inline function upper(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** One mode of four channels, added to (n > 0) or put into all rows. */
function addMode(entry: usize, c: i32, n: i32): void {
  const kernel = placeArg(entry, 4), rows = intArg(entry, 5), C = intArg(entry, 6), N = intArg(entry, 7);
  const ar = modeOf(placeArg(entry, 0), c, n, C, N), ai = modeOf(placeArg(entry, 1), c, n, C, N);
  let re = modeOf(placeArg(entry, 2), c, n, C, N), im = modeOf(placeArg(entry, 3), c, n, C, N);
  let atR0 = f64x2.promote_low_f32x4(re), atI0 = f64x2.promote_low_f32x4(im);
  let atR1 = f64x2.promote_low_f32x4(upper(re)), atI1 = f64x2.promote_low_f32x4(upper(im));
  let stepR0 = f64x2.promote_low_f32x4(ar), stepI0 = f64x2.promote_low_f32x4(ai);
  let stepR1 = f64x2.promote_low_f32x4(upper(ar)), stepI1 = f64x2.promote_low_f32x4(upper(ai));
  for (let power = 1; power < BLOCK; power *= 2) {
    const r0 = timesRe(stepR0, stepI0, stepR0, stepI0), r1 = timesRe(stepR1, stepI1, stepR1, stepI1);
    stepI0 = timesIm(stepR0, stepI0, stepR0, stepI0);
    stepI1 = timesIm(stepR1, stepI1, stepR1, stepI1);
    stepR0 = r0;
    stepR1 = r1;
  }
  for (let first = 0; first < rows; first += BLOCK) {
    re = settle(joined(atR0, atR1));
    im = settle(joined(atI0, atI1));
    const r0 = timesRe(atR0, atI0, stepR0, stepI0), r1 = timesRe(atR1, atI1, stepR1, stepI1);
    atI0 = timesIm(atR0, atI0, stepR0, stepI0);
    atI1 = timesIm(atR1, atI1, stepR1, stepI1);
    atR0 = r0;
    atR1 = r1;
    for (let l = first; l < min(rows, first + BLOCK); l++) {
      const out = kernel + floats(l * C + c);
      storePart(out, n == 0 ? re : f32x4.add(loadPart(out, C - c), re), C - c);
      const x = re;
      re = f32x4.sub(f32x4.mul(ar, x), f32x4.mul(ai, im));
      im = f32x4.add(f32x4.mul(ar, im), f32x4.mul(ai, x));
    }
  }
}

/** (a re, a im, c re, c im, kernel, rows, C, N). */
export function modalKernel(entry: usize, lo: i32, hi: i32): void {
  const C = intArg(entry, 6), N = intArg(entry, 7);
  for (let c = lo * TILE; c < min(C, hi * TILE); c += 4) {
    for (let n = 0; n < N; n++) addMode(entry, c, n);
  }
}

/** (a re, a im, c re, c im, dkernel, da re, da im, dc re, dc im, rows, C, N): polynomials in the conjugate of a, from their highest power down. */
export function modalKernelGrad(entry: usize, lo: i32, hi: i32): void {
  const dkernel = placeArg(entry, 4), rows = intArg(entry, 9), C = intArg(entry, 10), N = intArg(entry, 11);
  for (let c = lo * TILE; c < min(C, hi * TILE); c += 4) {
    for (let n = 0; n < N; n++) {
      const ar = modeOf(placeArg(entry, 0), c, n, C, N), ai = modeOf(placeArg(entry, 1), c, n, C, N);
      let re = f32x4.splat(0), im = re, slopeR = re, slopeI = re;
      for (let l = rows - 1; l >= 0; l--) {
        const x = re, y = im, slope = slopeR;
        slopeR = settle(f32x4.add(f32x4.add(f32x4.mul(ar, slope), f32x4.mul(ai, slopeI)), x));
        slopeI = settle(f32x4.add(f32x4.sub(f32x4.mul(ar, slopeI), f32x4.mul(ai, slope)), y));
        re = settle(f32x4.add(f32x4.add(f32x4.mul(ar, x), f32x4.mul(ai, y)), loadPart(dkernel + floats(l * C + c), C - c)));
        im = settle(f32x4.sub(f32x4.mul(ar, y), f32x4.mul(ai, x)));
      }
      const x = modeOf(placeArg(entry, 2), c, n, C, N), y = modeOf(placeArg(entry, 3), c, n, C, N);
      putMode(placeArg(entry, 5), f32x4.add(f32x4.mul(x, slopeR), f32x4.mul(y, slopeI)), c, n, C, N);
      putMode(placeArg(entry, 6), f32x4.sub(f32x4.mul(x, slopeI), f32x4.mul(y, slopeR)), c, n, C, N);
      putMode(placeArg(entry, 7), re, c, n, C, N);
      putMode(placeArg(entry, 8), im, c, n, C, N);
    }
  }
}
