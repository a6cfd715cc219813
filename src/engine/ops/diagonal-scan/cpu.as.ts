// Kernels of diagonalScan and its gradient: channels are the lanes, and each mode goes through a chunk of steps alone, with its state, its numbers and
// their gradients in registers. States of single steps exist for one mode and one chunk, in the thread's scratch.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { acrossRows, floats, loadPart, madd, settle, storeAcrossRows, storePart, vectors } from '../../device/cpu/wasm/simd.as';

// Extents, which stand behind one another from argument `x` on.
// @ts-ignore: decorator
@inline function stepsOf(entry: usize, x: i32): i32 { return intArg(entry, x); }
// @ts-ignore: decorator
@inline function channelsOf(entry: usize, x: i32): i32 { return intArg(entry, x + 1); }
// @ts-ignore: decorator
@inline function modesOf(entry: usize, x: i32): i32 { return intArg(entry, x + 2); }
// @ts-ignore: decorator
@inline function chunkOf(entry: usize, x: i32): i32 { return intArg(entry, x + 3); }
// @ts-ignore: decorator
@inline function chunksOf(entry: usize, x: i32): i32 { return (stepsOf(entry, x) + chunkOf(entry, x) - 1) / chunkOf(entry, x); }

/** `count` numbers of each of four channels, of which `left` exist. */
function readRows(rows: usize, count: i32, left: i32, out: usize): void {
  for (let i = 0; i < count; i++) v128.store(out + vectors(i), acrossRows(rows, count, i, left));
}

/** [B, 2, H, N]: parts real and imaginary of the states of four channels from `c` on of sample `b`; zeros where none are given. */
function readStates(given: usize, b: i32, c: i32, H: i32, N: i32, states: usize): void {
  for (let i = 0; i < 2 * N; i++) {
    const from = given + floats(((b * 2 + i / N) * H + c) * N);
    v128.store(states + vectors(i), given == 0 ? f32x4.splat(0) : acrossRows(from, N, i % N, H - c));
  }
}

function storeStates(out: usize, b: i32, c: i32, H: i32, N: i32, states: usize): void {
  for (let i = 0; i < 2 * N; i++) {
    storeAcrossRows(out + floats(((b * 2 + i / N) * H + c) * N), N, i % N, H - c, v128.load(states + vectors(i)));
  }
}

/** x times y less z times w, and the sum of both. */
// @ts-ignore: decorator
@inline function difference(x: v128, y: v128, z: v128, w: v128): v128 { return f32x4.sub(f32x4.mul(x, y), f32x4.mul(z, w)); }
// @ts-ignore: decorator
@inline function sum(x: v128, y: v128, z: v128, w: v128): v128 { return madd(x, y, f32x4.mul(z, w)); }

/** Mode `n` through the `count` steps of a chunk; adds what it contributes to `ys`. */
function forwardMode(system: usize, n: i32, N: i32, states: usize, us: usize, ys: usize, count: i32): void {
  const mode = system + vectors(n), part = vectors(N), at = states + vectors(n);
  const aRe = v128.load(mode), aIm = v128.load(mode + part), inRe = v128.load(mode + 2 * part), inIm = v128.load(mode + 3 * part);
  const outRe = v128.load(mode + 4 * part), outIm = v128.load(mode + 5 * part);
  let re = v128.load(at), im = v128.load(at + part);
  for (let i = 0; i < count; i++) {
    const u = v128.load(us + vectors(i));
    const next = settle(madd(inRe, u, difference(aRe, re, aIm, im)));
    im = settle(madd(inIm, u, sum(aRe, im, aIm, re)));
    re = next;
    v128.store(ys + vectors(i), f32x4.add(v128.load(ys + vectors(i)), difference(outRe, re, outIm, im)));
  }
  v128.store(at, re);
  v128.store(at + part, im);
}

/** All steps of four channels from `c` on of sample `b`. */
function forwardChannels(entry: usize, b: i32, c: i32, room: usize): void {
  const x = 7, T = stepsOf(entry, x), H = channelsOf(entry, x), N = modesOf(entry, x), chunk = chunkOf(entry, x), width = 6 * N + 1;
  const states = room + vectors(width), us = states + vectors(2 * N), ys = us + vectors(chunk), left = H - c;
  readRows(placeArg(entry, 1) + floats(c * width), width, left, room);
  readStates(placeArg(entry, 2), b, c, H, N, states);
  const skip = v128.load(room + vectors(6 * N));
  for (let k = 0; k < chunksOf(entry, x); k++) {
    const count = min(chunk, T - k * chunk), row = floats((b * T + k * chunk) * H + c);
    const kept = placeArg(entry, 5) + floats((b * chunksOf(entry, x) + k) * 2 * N * H + c);
    for (let i = 0; i < 2 * N; i++) storePart(kept + floats(i * H), v128.load(states + vectors(i)), left);
    for (let i = 0; i < count; i++) {
      const u = loadPart(placeArg(entry, 0) + row + floats(i * H), left);
      v128.store(us + vectors(i), u);
      v128.store(ys + vectors(i), f32x4.mul(skip, u));
    }
    for (let n = 0; n < N; n++) forwardMode(room, n, N, states, us, ys, count);
    for (let i = 0; i < count; i++) storePart(placeArg(entry, 3) + row + floats(i * H), v128.load(ys + vectors(i)), left);
  }
  storeStates(placeArg(entry, 4), b, c, H, N, states);
}

/** (u, system, h0, y, final, kept, B, T, H, N, chunk): unit = 16 channels of a sample. */
export function diagonalScan(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const H = channelsOf(entry, 7), blocks = (H + 15) / 16;
  for (let unit = lo; unit < hi; unit++) {
    const first = (unit % blocks) * 16, end = min(H, first + 16);
    for (let c = first; c < end; c += 4) forwardChannels(entry, unit / blocks, c, scratch(thread));
  }
}

/** States of a mode before each of the `count` steps and after the last: imaginary parts stand `apart` bytes behind. */
function again(mode: usize, part: usize, us: usize, states: usize, apart: usize, count: i32): void {
  const aRe = v128.load(mode), aIm = v128.load(mode + part), inRe = v128.load(mode + 2 * part), inIm = v128.load(mode + 3 * part);
  let re = v128.load(states), im = v128.load(states + apart);
  for (let i = 0; i < count; i++) {
    const u = v128.load(us + vectors(i)), at = states + vectors(i + 1);
    const next = settle(madd(inRe, u, difference(aRe, re, aIm, im)));
    im = settle(madd(inIm, u, sum(aRe, im, aIm, re)));
    re = next;
    v128.store(at, re);
    v128.store(at + apart, im);
  }
}

// Places behind one another for a chunk: inputs, what arrives, gradients of the inputs, states of one mode, one more of each part than steps.
/** A mode back through a chunk. `sums` and `later` are those of the mode, their parts `part` bytes apart. */
function back(mode: usize, part: usize, later: usize, sums: usize, us: usize, chunk: i32, count: i32): void {
  const qs = us + vectors(chunk), dus = qs + vectors(chunk), res = dus + vectors(chunk), ims = res + vectors(chunk + 1);
  const aRe = v128.load(mode), aIm = v128.load(mode + part), inRe = v128.load(mode + 2 * part), inIm = v128.load(mode + 3 * part);
  const outRe = v128.load(mode + 4 * part), outIm = v128.load(mode + 5 * part);
  let ofARe = v128.load(sums), ofAIm = v128.load(sums + part), ofInRe = v128.load(sums + 2 * part), ofInIm = v128.load(sums + 3 * part);
  let ofOutRe = v128.load(sums + 4 * part), ofOutIm = v128.load(sums + 5 * part), re = v128.load(later), im = v128.load(later + part);
  for (let i = count - 1; i >= 0; i--) {
    const q = v128.load(qs + vectors(i)), u = v128.load(us + vectors(i)), x = v128.load(res + vectors(i)), y = v128.load(ims + vectors(i));
    const gRe = madd(q, outRe, re), gIm = f32x4.sub(im, f32x4.mul(q, outIm));
    ofOutRe = madd(q, v128.load(res + vectors(i + 1)), ofOutRe);
    ofOutIm = f32x4.sub(ofOutIm, f32x4.mul(q, v128.load(ims + vectors(i + 1))));
    ofInRe = madd(gRe, u, ofInRe);
    ofInIm = madd(gIm, u, ofInIm);
    ofARe = f32x4.add(ofARe, sum(gRe, x, gIm, y));
    ofAIm = f32x4.add(ofAIm, difference(gIm, x, gRe, y));
    v128.store(dus + vectors(i), f32x4.add(v128.load(dus + vectors(i)), sum(gRe, inRe, gIm, inIm)));
    re = settle(sum(aRe, gRe, aIm, gIm));
    im = settle(difference(aRe, gIm, aIm, gRe));
  }
  v128.store(sums, ofARe);
  v128.store(sums + part, ofAIm);
  v128.store(sums + 2 * part, ofInRe);
  v128.store(sums + 3 * part, ofInIm);
  v128.store(sums + 4 * part, ofOutRe);
  v128.store(sums + 5 * part, ofOutIm);
  v128.store(later, re);
  v128.store(later + part, im);
}

/** Chunk `k` of four channels, in the room behind their system, its gradient and that of their states. */
function backChunk(entry: usize, b: i32, c: i32, k: i32, room: usize): void {
  const x = 9, T = stepsOf(entry, x), H = channelsOf(entry, x), N = modesOf(entry, x), chunk = chunkOf(entry, x), width = 6 * N + 1, left = H - c;
  const sums = room + vectors(width), later = sums + vectors(width), us = later + vectors(2 * N);
  const qs = us + vectors(chunk), dus = qs + vectors(chunk), res = dus + vectors(chunk), apart = vectors(chunk + 1);
  const count = min(chunk, T - k * chunk), row = floats((b * T + k * chunk) * H + c), skip = v128.load(room + vectors(6 * N));
  const kept = placeArg(entry, 2) + floats((b * chunksOf(entry, x) + k) * 2 * N * H + c);
  let ofSkip = v128.load(sums + vectors(6 * N));
  for (let i = 0; i < count; i++) {
    const u = loadPart(placeArg(entry, 0) + row + floats(i * H), left), q = loadPart(placeArg(entry, 3) + row + floats(i * H), left);
    v128.store(us + vectors(i), u);
    v128.store(qs + vectors(i), q);
    v128.store(dus + vectors(i), f32x4.mul(skip, q));
    ofSkip = madd(q, u, ofSkip);
  }
  v128.store(sums + vectors(6 * N), ofSkip);
  for (let n = 0; n < N; n++) {
    v128.store(res, loadPart(kept + floats(n * H), left));
    v128.store(res + apart, loadPart(kept + floats((N + n) * H), left));
    again(room + vectors(n), vectors(N), us, res, apart, count);
    back(room + vectors(n), vectors(N), later + vectors(n), sums + vectors(n), us, chunk, count);
  }
  for (let i = 0; i < count; i++) storePart(placeArg(entry, 5) + row + floats(i * H), v128.load(dus + vectors(i)), left);
}

/** (u, system, kept, dy, dfinal, du, dsystem, dh0, B, T, H, N, chunk): unit = 16 channels of a sample. */
export function diagonalScanGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = 9, H = channelsOf(entry, x), N = modesOf(entry, x), width = 6 * N + 1, blocks = (H + 15) / 16, room = scratch(thread);
  const sums = room + vectors(width), later = sums + vectors(width);
  for (let unit = lo; unit < hi; unit++) {
    const b = unit / blocks, first = (unit % blocks) * 16, end = min(H, first + 16);
    for (let c = first; c < end; c += 4) {
      readRows(placeArg(entry, 1) + floats(c * width), width, H - c, room);
      readStates(placeArg(entry, 4), b, c, H, N, later);
      memory.fill(sums, 0, vectors(width));
      for (let k = chunksOf(entry, x) - 1; k >= 0; k--) backChunk(entry, b, c, k, room);
      const dsystem = placeArg(entry, 6) + floats((b * H + c) * width);
      for (let i = 0; i < width; i++) storeAcrossRows(dsystem, width, i, H - c, v128.load(sums + vectors(i)));
      if (placeArg(entry, 7) != 0) storeStates(placeArg(entry, 7), b, c, H, N, later);
    }
  }
}
