// Kernels that several families share: fill and copy.
import { CHUNK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg, realArg } from '../../device/cpu/wasm/entry.as';
import { floats, storePart } from '../../device/cpu/wasm/simd.as';

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

/** For a few words a call costs more than copying them. */
function copyPiece(to: usize, from: usize, bytes: usize): void {
  if (bytes > 64) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += 4) i32.store(to + i, i32.load(from + i));
}
