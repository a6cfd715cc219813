// Kernels of longConvolution and its gradient in the embedded module: direct sums, and products of transforms (transform.as.ts).
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';
import { PAIR, TILE, backward, forward, product, readRows, tileBytes, widthOf, writeRows } from './transform.as';

/** (source, kernel, out, from, to, K, C, shift, direction): out_r = sum over l of kernel_l source_(r + shift + direction l). Unit = row of out. */
export function longRows(entry: usize, lo: i32, hi: i32): void {
  const kernel = placeArg(entry, 1), from = intArg(entry, 3), to = intArg(entry, 4), K = intArg(entry, 5), C = intArg(entry, 6);
  const direction = intArg(entry, 8);
  for (let unit = lo; unit < hi; unit++) {
    const source = placeArg(entry, 0) + floats((unit / to) * from * C), out = placeArg(entry, 2) + floats(unit * C);
    const at = (unit % to) + intArg(entry, 7);
    const begin = max(0, direction < 0 ? at - from + 1 : -at), end = min(K, direction < 0 ? at + 1 : from - at);
    for (let c = 0; c < C; c += 4) {
      let sum = f32x4.splat(0);
      for (let l = begin; l < end; l++) {
        const row = source + floats((at + direction * l) * C + c);
        sum = madd(loadPart(kernel + floats(l * C + c), C - c), loadPart(row, C - c), sum);
      }
      storePart(out + floats(c), sum, C - c);
    }
  }
}

/** (x, dy, dkernel, B, S, T, C, shift, direction): dkernel_l = sum over samples and rows of dy_r x_(r + shift + direction l). Unit = tap. */
export function longTaps(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), dy = placeArg(entry, 1);
  const B = intArg(entry, 3), S = intArg(entry, 4), T = intArg(entry, 5), C = intArg(entry, 6);
  for (let l = lo; l < hi; l++) {
    const out = placeArg(entry, 2) + floats(l * C), shift = intArg(entry, 7) + intArg(entry, 8) * l;
    const begin = max(0, -shift), end = min(T, S - shift);
    for (let c = 0; c < C; c += 4) {
      let sum = f32x4.splat(0);
      for (let b = 0; b < B; b++) {
        for (let r = begin; r < end; r++) {
          const row = x + floats((b * S + r + shift) * C + c);
          sum = madd(loadPart(dy + floats((b * T + r) * C + c), C - c), loadPart(row, C - c), sum);
        }
      }
      storePart(out + floats(c), sum, C - c);
    }
  }
}

/** Number `at` of e^(2 pi i at / 4n) from those of the first quarter. */
function quarterTurn(quarter: usize, n: i32, at: i32, out: usize): void {
  const p = quarter + (<usize>(at % n) << 4), c = f64.load(p), s = f64.load(p, 8), turns = at / n;
  f32.store(out, <f32>(turns == 0 ? c : turns == 1 ? -s : turns == 2 ? -c : s));
  f32.store(out, <f32>(turns == 0 ? s : turns == 1 ? c : turns == 2 ? -s : -c), 4);
}

/** (turns, n, cos, sin as doubles): w^j for the rows [n, 2], then for each pass over blocks of m its numbers W^j, W^2j, W^3j, W = e^(2 pi i / m). */
export function longTurns(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const turns = placeArg(entry, 0), n = intArg(entry, 1), quarter = scratch(thread);
  let c = f64.load(entry + 16 + 8), s = f64.load(entry + 16 + 16);
  f64.store(quarter, 1);
  f64.store(quarter, 0, 8);
  for (let length = 1; length < n; length *= 2) {
    for (let j = 0; j < length; j++) {
      const from = quarter + (<usize>j << 4), to = quarter + (<usize>(length + j) << 4);
      f64.store(to, f64.load(from) * c - f64.load(from, 8) * s);
      f64.store(to, f64.load(from) * s + f64.load(from, 8) * c, 8);
    }
    const both = c * s;
    c = c * c - s * s;
    s = both + both;
  }
  for (let j = 0; j < n; j++) quarterTurn(quarter, n, j, turns + floats(2 * j));
  let to = turns + floats(2 * n);
  for (let m = n; m >= 4; m >>= 2) {
    for (let j = 0; j < m >> 2; j++) {
      for (let i = 1; i < 4; i++, to += 8) quarterTurn(quarter, n, 4 * (n / m) * i * j, to);
    }
  }
}

/** (turns, kernel, spectrum, n, taps, C): unit = tile of channels. */
export function longSpectrum(entry: usize, lo: i32, hi: i32): void {
  const turns = placeArg(entry, 0), n = intArg(entry, 3), taps = intArg(entry, 4), C = intArg(entry, 5);
  for (let tile = lo; tile < hi; tile++) {
    const spectrum = placeArg(entry, 2) + <usize>tile * tileBytes(n), c = tile * TILE;
    readRows(spectrum, n, placeArg(entry, 1) + floats(c), <isize>floats(C), taps, turns, C - c);
    forward(spectrum, n, turns + floats(2 * n), widthOf(C - c));
  }
}

/** Bytes from row 0 to the place `first` of S, for a tensor that has the last `count` of these places. */
// @ts-ignore: decorator
@inline function placeOf(count: i32, S: i32, C: i32, backwards: bool, first: i32): usize {
  return floats((backwards ? S - 1 - first : first - (S - count)) * C);
}

/** Bytes from one place to the next. */
// @ts-ignore: decorator
@inline function stepOf(C: i32, backwards: bool): isize {
  return backwards ? -(<isize>floats(C)) : <isize>floats(C);
}

/** (turns, spectrum, x, y, n, S, T, C, backwards): unit = tile of a sample. */
export function longTransform(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const turns = placeArg(entry, 0), n = intArg(entry, 4), S = intArg(entry, 5), T = intArg(entry, 6), C = intArg(entry, 7);
  const backwards = intArg(entry, 8) != 0, passes = turns + floats(2 * n), step = stepOf(C, backwards);
  const tiles = (C + TILE - 1) / TILE, work = scratch(thread);
  for (let unit = lo; unit < hi; unit++) {
    const b = unit / tiles, c = (unit % tiles) * TILE, width = widthOf(C - c);
    const x = placeArg(entry, 2) + floats(b * S * C + c), y = placeArg(entry, 3) + floats(b * T * C + c);
    readRows(work, n, x + placeOf(S, S, C, backwards, 0), step, S, turns, C - c);
    forward(work, n, passes, width);
    product(work, work, placeArg(entry, 1) + <usize>(unit % tiles) * tileBytes(n), n, width, false);
    backward(work, n, passes, width);
    writeRows(work, n, y + placeOf(T, S, C, backwards, S - T), step, S - T, S, turns, C - c);
  }
}

/**
 * (turns, spectrum, x, dy, dx, products, n, S, T, C, backwards, B, groups): dx, and for every `groups`-th sample the sum of the products of the
 * transforms of x and of dy from its last row on, whose way back is dkernel. Unit = tile of a group.
 */
export function longTransformGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const turns = placeArg(entry, 0), n = intArg(entry, 6), S = intArg(entry, 7), T = intArg(entry, 8), C = intArg(entry, 9);
  const backwards = intArg(entry, 10) != 0, B = intArg(entry, 11), groups = intArg(entry, 12), passes = turns + floats(2 * n);
  const tiles = (C + TILE - 1) / TILE, work = scratch(thread), other = work + tileBytes(n);
  const step = stepOf(C, backwards), against = stepOf(C, !backwards);
  for (let unit = lo; unit < hi; unit++) {
    const c = (unit % tiles) * TILE, width = widthOf(C - c), products = placeArg(entry, 5) + <usize>unit * tileBytes(n);
    for (let b = unit / tiles; b < B; b += groups) {
      const x = placeArg(entry, 2) + floats(b * S * C + c), dx = placeArg(entry, 4) + floats(b * S * C + c);
      const dy = placeArg(entry, 3) + floats(b * T * C + c);
      readRows(work, n, dy + placeOf(T, S, C, backwards, S - 1), against, T, turns, C - c);
      forward(work, n, passes, width);
      readRows(other, n, x + placeOf(S, S, C, backwards, 0), step, S, turns, C - c);
      forward(other, n, passes, width);
      product(products, work, other, n, width, b >= groups);
      product(work, work, placeArg(entry, 1) + <usize>(unit % tiles) * tileBytes(n), n, width, false);
      backward(work, n, passes, width);
      writeRows(work, n, dx + placeOf(S, S, C, backwards, S - 1), against, 0, S, turns, C - c);
    }
  }
}

/** (turns, products, dkernel, n, S, K, C, taps, groups): the sums of all groups on their way back. Unit = tile of channels. */
export function longSpectrumGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const turns = placeArg(entry, 0), n = intArg(entry, 3), S = intArg(entry, 4), K = intArg(entry, 5), C = intArg(entry, 6);
  const taps = intArg(entry, 7), groups = intArg(entry, 8), tiles = (C + TILE - 1) / TILE, size = tileBytes(n), work = scratch(thread);
  for (let tile = lo; tile < hi; tile++) {
    const c = tile * TILE, left = C - c, dkernel = placeArg(entry, 2) + floats(c);
    for (let i = 0; i < n * PAIR; i += 4) {
      const at = placeArg(entry, 1) + <usize>tile * size + floats(i);
      let sum = v128.load(at);
      for (let group = 1; group < groups; group++) sum = f32x4.add(sum, v128.load(at + <usize>(group * tiles) * size));
      v128.store(work + floats(i), sum);
    }
    backward(work, n, turns + floats(2 * n), widthOf(left));
    writeRows(work, n, dkernel + floats((taps - 1) * C), -(<isize>floats(C)), S - taps, S, turns, left);
    for (let l = taps; l < K; l++) memory.fill(dkernel + floats(l * C), 0, floats(min(left, TILE)));
  }
}
