// Kernels that several families share: fill, copy, a fn b, scale x + shift, accumulate. Chunked over elements: no sum, so no order.
import { CHUNK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/** (to, n, value): n floats set to value. Unit = chunk. */
export function fill(entry: usize, lo: i32, hi: i32): void {
  const n = intArg(entry, 1);
  const value = f32x4.splat(realArg(entry, 2));
  const to = placeArg(entry, 0);
  const end = min(n, hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) storePart(to + floats(i), value, end - i);
}

/** (from, fromStride, to, toStride, bytes, limit): piece i of `bytes`, cut at `limit` bytes after `to`. Unit = piece. */
export function copy(entry: usize, lo: i32, hi: i32): void {
  const from = placeArg(entry, 0);
  const fromStride = placeArg(entry, 1);
  const to = placeArg(entry, 2);
  const toStride = placeArg(entry, 3);
  const bytes = placeArg(entry, 4);
  const limit = placeArg(entry, 5);
  for (let i = <usize>lo; i < <usize>hi; i++) {
    copyPiece(to + i * toStride, from + i * fromStride, min(bytes, limit - i * toStride));
  }
}

/** A call to copy a few words costs more than the words. */
function copyPiece(to: usize, from: usize, bytes: usize): void {
  if (bytes > 64) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 4) i32.store(to + i, i32.load(from + i));
}

// @ts-ignore: decorator
@inline function combine(fn: i32, a: v128, b: v128): v128 {
  if (fn == 0) return f32x4.add(a, b);
  if (fn == 1) return f32x4.sub(a, b);
  if (fn == 2) return f32x4.mul(a, b);
  if (fn == 3) return f32x4.div(a, b);
  return f32x4.max(a, b);
}

/** (a, b, y, n, period, fn): y_i = a_i fn b_(i mod period). Unit = chunk of n. */
export function binary(entry: usize, lo: i32, hi: i32): void {
  const a = placeArg(entry, 0);
  const b = placeArg(entry, 1);
  const y = placeArg(entry, 2);
  const period = intArg(entry, 4);
  const fn = intArg(entry, 5);
  const end = min(intArg(entry, 3), hi * CHUNK);
  if (period == 1) {
    binaryScalar(a, f32x4.splat(f32.load(b)), y, lo * CHUNK, end, fn);
    return;
  }
  for (let i = lo * CHUNK; i < end; ) {
    const column = i % period;
    const count = min(period - column, end - i);
    binaryRun(a + floats(i), b + floats(column), y + floats(i), count, fn);
    i += count;
  }
}

function binaryScalar(a: usize, b: v128, y: usize, start: i32, end: i32, fn: i32): void {
  for (let i = start; i < end; i += 4) {
    storePart(y + floats(i), combine(fn, loadPart(a + floats(i), end - i), b), end - i);
  }
}

function binaryRun(a: usize, b: usize, y: usize, count: i32, fn: i32): void {
  for (let i = 0; i < count; i += 4) {
    const left = loadPart(a + floats(i), count - i);
    storePart(y + floats(i), combine(fn, left, loadPart(b + floats(i), count - i)), count - i);
  }
}

/** (x, y, n, scale, shift): y = scale x + shift. Unit = chunk. */
export function affine(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0);
  const y = placeArg(entry, 1);
  const scale = f32x4.splat(realArg(entry, 3));
  const shift = f32x4.splat(realArg(entry, 4));
  const end = min(intArg(entry, 2), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    storePart(y + floats(i), madd(scale, loadPart(x + floats(i), end - i), shift), end - i);
  }
}

/** (variable, value, factor, n): variable += factor value. Unit = chunk. */
export function accumulate(entry: usize, lo: i32, hi: i32): void {
  const variable = placeArg(entry, 0);
  const value = placeArg(entry, 1);
  const factor = f32x4.splat(f32.load(placeArg(entry, 2)));
  const end = min(intArg(entry, 3), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    const sum = madd(factor, loadPart(value + floats(i), end - i), loadPart(variable + floats(i), end - i));
    storePart(variable + floats(i), sum, end - i);
  }
}
