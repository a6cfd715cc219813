// Transforms of tiles of 16 channels for longConvolution, in the embedded module. A tile holds n complex numbers of each channel, [n, 2, 16], so that
// channels are the lanes of every butterfly. Rows 0 … 2n - 1 are the real parts, then the imaginary parts, of numbers multiplied by w^j with
// w^n = i: a product of transforms is the product of two polynomials in which x^(2n) = -1. Transforms leave their results in the order of their
// last pass.
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

export const TILE: i32 = 16;
/** Floats, and bytes, of a number of all channels. */
export const PAIR: i32 = 2 * TILE;
const PAIR_BYTES: usize = 128;
/** Bytes from real to imaginary parts. */
const APART: usize = 64;
/** Blocks of this many numbers go through all passes before the next block does: they stay in the cache. */
const BLOCK: i32 = 256;

/** Bytes of n numbers. */
// @ts-ignore: decorator
@inline export function tileBytes(n: i32): usize {
  return <usize>n * PAIR_BYTES;
}

/** Lanes of a tile that hold channels, in whole vectors. */
// @ts-ignore: decorator
@inline export function widthOf(left: i32): i32 {
  return (min(left, TILE) + 3) & ~3;
}

// @ts-ignore: decorator
@inline function turnedRe(re: v128, im: v128, c: f32, s: f32): v128 {
  return f32x4.sub(f32x4.mul(re, f32x4.splat(c)), f32x4.mul(im, f32x4.splat(s)));
}

// @ts-ignore: decorator
@inline function turnedIm(re: v128, im: v128, c: f32, s: f32): v128 {
  return f32x4.add(f32x4.mul(im, f32x4.splat(c)), f32x4.mul(re, f32x4.splat(s)));
}

// @ts-ignore: decorator
@inline function put(p: usize, re: v128, im: v128): void {
  v128.store(p, re);
  v128.store(p + APART, im);
}

/** The same, turned by the number at w. */
// @ts-ignore: decorator
@inline function putTurned(p: usize, re: v128, im: v128, w: usize): void {
  const c = f32.load(w), s = f32.load(w, 4);
  put(p, turnedRe(re, im, c, s), turnedIm(re, im, c, s));
}

/** Four numbers q bytes apart become their sums of radix 4; with `w`, the last three turned. */
// @ts-ignore: decorator
@inline function four(p: usize, q: usize, w: usize): void {
  const p1 = p + q, p2 = p1 + q, p3 = p2 + q;
  const ar = v128.load(p), ai = v128.load(p + APART), cr = v128.load(p2), ci = v128.load(p2 + APART);
  const sumR = f32x4.add(ar, cr), sumI = f32x4.add(ai, ci), apartR = f32x4.sub(ar, cr), apartI = f32x4.sub(ai, ci);
  const br = v128.load(p1), bi = v128.load(p1 + APART), dr = v128.load(p3), di = v128.load(p3 + APART);
  const otherR = f32x4.add(br, dr), otherI = f32x4.add(bi, di), aroundR = f32x4.sub(di, bi), aroundI = f32x4.sub(br, dr);
  put(p, f32x4.add(sumR, otherR), f32x4.add(sumI, otherI));
  if (w == 0) {
    put(p1, f32x4.add(apartR, aroundR), f32x4.add(apartI, aroundI));
    put(p2, f32x4.sub(sumR, otherR), f32x4.sub(sumI, otherI));
    put(p3, f32x4.sub(apartR, aroundR), f32x4.sub(apartI, aroundI));
    return;
  }
  putTurned(p1, f32x4.add(apartR, aroundR), f32x4.add(apartI, aroundI), w);
  putTurned(p2, f32x4.sub(sumR, otherR), f32x4.sub(sumI, otherI), w + 8);
  putTurned(p3, f32x4.sub(apartR, aroundR), f32x4.sub(apartI, aroundI), w + 16);
}

/** Real or imaginary part of the number at p turned back by the one at w. */
// @ts-ignore: decorator
@inline function backRe(p: usize, w: usize): v128 {
  return w == 0 ? v128.load(p) : turnedRe(v128.load(p), v128.load(p + APART), f32.load(w), -f32.load(w, 4));
}
// @ts-ignore: decorator
@inline function backIm(p: usize, w: usize): v128 {
  return w == 0 ? v128.load(p + APART) : turnedIm(v128.load(p), v128.load(p + APART), f32.load(w), -f32.load(w, 4));
}

/** The way back of `four`, times 4. */
// @ts-ignore: decorator
@inline function fourBack(p: usize, q: usize, w: usize): void {
  const p1 = p + q, p2 = p1 + q, p3 = p2 + q, w2 = w == 0 ? 0 : w + 8, w3 = w == 0 ? 0 : w + 16;
  const zeroR = v128.load(p), zeroI = v128.load(p + APART), twoR = backRe(p2, w2), twoI = backIm(p2, w2);
  const sumR = f32x4.add(zeroR, twoR), sumI = f32x4.add(zeroI, twoI), apartR = f32x4.sub(zeroR, twoR), apartI = f32x4.sub(zeroI, twoI);
  const oneR = backRe(p1, w), oneI = backIm(p1, w), threeR = backRe(p3, w3), threeI = backIm(p3, w3);
  const otherR = f32x4.add(oneR, threeR), otherI = f32x4.add(oneI, threeI), aroundR = f32x4.sub(oneI, threeI), aroundI = f32x4.sub(threeR, oneR);
  put(p, f32x4.add(sumR, otherR), f32x4.add(sumI, otherI));
  put(p1, f32x4.add(apartR, aroundR), f32x4.add(apartI, aroundI));
  put(p2, f32x4.sub(sumR, otherR), f32x4.sub(sumI, otherI));
  put(p3, f32x4.sub(apartR, aroundR), f32x4.sub(apartI, aroundI));
}

/** Sums and differences of pairs of neighbours: their own way back, times 2. */
function pairs(tile: usize, n: i32, width: i32): void {
  for (let j = 0; j < n; j += 2) {
    const p = tile + tileBytes(j);
    for (let v: usize = 0; v < floats(width); v += 16) {
      const ar = v128.load(p + v), ai = v128.load(p + v + APART);
      const br = v128.load(p + v + PAIR_BYTES), bi = v128.load(p + v + PAIR_BYTES + APART);
      put(p + v, f32x4.add(ar, br), f32x4.add(ai, bi));
      put(p + v + PAIR_BYTES, f32x4.sub(ar, br), f32x4.sub(ai, bi));
    }
  }
}

/** One pass over blocks of m of n numbers. */
function passThere(tile: usize, n: i32, m: i32, turns: usize, width: i32): void {
  const q = tileBytes(m >> 2);
  for (let block = 0; block < n; block += m) {
    for (let j = 0; j < m >> 2; j++) {
      const p = tile + tileBytes(block + j), w = m == 4 ? 0 : turns + floats(6 * j);
      for (let v: usize = 0; v < floats(width); v += 16) four(p + v, q, w);
    }
  }
}

function passBack(tile: usize, n: i32, m: i32, turns: usize, width: i32): void {
  const q = tileBytes(m >> 2);
  for (let block = 0; block < n; block += m) {
    for (let j = 0; j < m >> 2; j++) {
      const p = tile + tileBytes(block + j), w = m == 4 ? 0 : turns + floats(6 * j);
      for (let v: usize = 0; v < floats(width); v += 16) fourBack(p + v, q, w);
    }
  }
}

/** n numbers of a tile to their transform; `turns` are those of blocks of n and smaller ones. */
export function forward(tile: usize, n: i32, turns: usize, width: i32): void {
  if (n > BLOCK) {
    const part = n >> 2;
    passThere(tile, n, n, turns, width);
    for (let i = 0; i < 4; i++) forward(tile + tileBytes(i * part), part, turns + floats(6 * part), width);
    return;
  }
  let m = n;
  for (; m >= 4; m >>= 2) passThere(tile, n, m, turns + floats(2 * (n - m)), width);
  if (m == 2) pairs(tile, n, width);
}

/** The way back of `forward`, times n. */
export function backward(tile: usize, n: i32, turns: usize, width: i32): void {
  if (n > BLOCK) {
    const part = n >> 2;
    for (let i = 0; i < 4; i++) backward(tile + tileBytes(i * part), part, turns + floats(6 * part), width);
    passBack(tile, n, n, turns, width);
    return;
  }
  let m = n;
  while (m > 4) m >>= 2;
  if (m == 2) pairs(tile, n, width);
  for (m = m == 2 ? 8 : 4; m <= n; m <<= 2) passBack(tile, n, m, turns + floats(2 * (n - m)), width);
}

/** Rows from `first` on, `step` bytes apart, as numbers of a tile, turned by w^j; rows beyond `count` are 0. */
export function readRows(tile: usize, n: i32, first: usize, step: isize, count: i32, turns: usize, left: i32): void {
  for (let j = 0; j < n; j++) {
    const p = tile + tileBytes(j), c = f32.load(turns + floats(2 * j)), s = f32.load(turns + floats(2 * j), 4);
    for (let v = 0; v < min(left, TILE); v += 4) {
      let re = f32x4.splat(0), im = re;
      if (j < count) re = loadPart(first + <usize>(<isize>j * step) + floats(v), left - v);
      if (j + n < count) im = loadPart(first + <usize>(<isize>(j + n) * step) + floats(v), left - v);
      put(p + floats(v), turnedRe(re, im, c, s), turnedIm(re, im, c, s));
    }
  }
}

/** Rows `from` … `to` - 1 of a tile that came back, to where the first of them belongs. */
export function writeRows(tile: usize, n: i32, first: usize, step: isize, from: i32, to: i32, turns: usize, left: i32): void {
  for (let row = from; row < to; row++) {
    const j = row % n, p = tile + tileBytes(j);
    const c = f32.load(turns + floats(2 * j)) / <f32>n, s = f32.load(turns + floats(2 * j), 4) / <f32>n;
    // The real part of (re + i im) (c - i s), or its imaginary part.
    const byRe = f32x4.splat(row < n ? c : -s), byIm = f32x4.splat(row < n ? s : c);
    const out = first + <usize>(<isize>(row - from) * step);
    for (let v = 0; v < min(left, TILE); v += 4) {
      const at = p + floats(v);
      storePart(out + floats(v), madd(v128.load(at), byRe, f32x4.mul(v128.load(at + APART), byIm)), left - v);
    }
  }
}

/** out = a b, or out + a b, for n numbers of a tile. */
export function product(out: usize, a: usize, b: usize, n: i32, width: i32, added: bool): void {
  for (let j = 0; j < n; j++) {
    for (let v: usize = 0; v < floats(width); v += 16) {
      const at = tileBytes(j) + v;
      const ar = v128.load(a + at), ai = v128.load(a + at + APART), br = v128.load(b + at), bi = v128.load(b + at + APART);
      let re = f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi)), im = f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br));
      if (added) {
        re = f32x4.add(re, v128.load(out + at));
        im = f32x4.add(im, v128.load(out + at + APART));
      }
      put(out + at, re, im);
    }
  }
}
