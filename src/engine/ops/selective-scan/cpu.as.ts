// Kernels of selectiveScan and its gradient: channels are the lanes, the numbers of a channel go one after the other, so that B and C of a step are
// single numbers and nothing is added up over lanes but the gradients of B and C, once a chunk. States of single steps exist for one chunk at
// a time, in the thread's scratch.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { expHeld } from '../../device/cpu/wasm/math.as';
import { acrossRows, floats, laneSum, loadPart, madd, settle, storeAcrossRows, storePart, vectors } from '../../device/cpu/wasm/simd.as';

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

/** All steps of four channels from `d` on of sample `b`. */
function forwardChannels(entry: usize, b: i32, d: i32, rates: usize, h: usize): void {
  const x = 7, T = stepsOf(entry, x), D = channelsOf(entry, x), N = modesOf(entry, x), chunk = chunkOf(entry, x), left = D - d;
  const system = placeArg(entry, 2) + floats(d * (N + 1)), h0 = placeArg(entry, 3), own = (b * D + d) * N;
  for (let n = 0; n < N; n++) {
    v128.store(rates + vectors(n), acrossRows(system, N + 1, n, left));
    v128.store(h + vectors(n), h0 == 0 ? f32x4.splat(0) : acrossRows(h0 + floats(own), N, n, left));
  }
  const skip = acrossRows(system, N + 1, N, left);
  for (let t = 0; t < T; t++) {
    const row = b * T + t;
    if (t % chunk == 0) {
      const place = placeArg(entry, 6) + floats((b * chunksOf(entry, x) + t / chunk) * N * D + d);
      for (let n = 0; n < N; n++) storePart(place + floats(n * D), v128.load(h + vectors(n)), left);
    }
    const from = placeArg(entry, 0) + floats(row * 2 * D + d);
    const u = loadPart(from, left), dt = loadPart(from + floats(D), left), taken = f32x4.mul(dt, u);
    const ofB = placeArg(entry, 1) + floats(row * 2 * N), ofC = ofB + floats(N);
    let sum = f32x4.mul(skip, u);
    for (let n = 0; n < N; n++) {
      const decay = expHeld(f32x4.mul(dt, v128.load(rates + vectors(n))));
      const next = settle(madd(decay, v128.load(h + vectors(n)), f32x4.mul(taken, v128.load32_splat(ofB + floats(n)))));
      v128.store(h + vectors(n), next);
      sum = madd(next, v128.load32_splat(ofC + floats(n)), sum);
    }
    storePart(placeArg(entry, 4) + floats(row * D + d), sum, left);
  }
  const final = placeArg(entry, 5) + floats(own);
  for (let n = 0; n < N; n++) storeAcrossRows(final, N, n, left, v128.load(h + vectors(n)));
}

/** (x, bc, system, h0, y, final, kept, T, D, N, chunk): unit = 16 channels of a sample. */
export function selectiveScan(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const D = channelsOf(entry, 7), blocks = (D + 15) / 16, rates = scratch(thread), h = rates + vectors(modesOf(entry, 7));
  for (let unit = lo; unit < hi; unit++) {
    const first = (unit % blocks) * 16, end = min(D, first + 16);
    for (let d = first; d < end; d += 4) forwardChannels(entry, unit / blocks, d, rates, h);
  }
}

// Places in the scratch of the gradient: states before each step of a chunk and after the last, decays, what B and C get from each lane; then, for
// each group of four channels, N rates and the skip, their gradients, and N gradients of the state.
// @ts-ignore: decorator
@inline function decaysAt(steps: i32, N: i32): usize { return vectors(steps + N); }
// @ts-ignore: decorator
@inline function sharesAt(steps: i32, N: i32): usize { return vectors(2 * steps + N); }
// @ts-ignore: decorator
@inline function ratesAt(steps: i32, N: i32, g: i32): usize { return vectors(4 * steps + N + g * (3 * N + 2)); }

/** States and decays of the `count` steps of a chunk, whose first row is `row`. */
function again(entry: usize, kept: usize, row: i32, count: i32, d: i32, room: usize, rates: usize): void {
  const x = 11, D = channelsOf(entry, x), N = modesOf(entry, x), left = D - d, decays = room + decaysAt(chunkOf(entry, x) * N, N);
  for (let n = 0; n < N; n++) v128.store(room + vectors(n), loadPart(kept + floats(n * D + d), left));
  for (let i = 0; i < count; i++) {
    const from = placeArg(entry, 0) + floats((row + i) * 2 * D + d), ofB = placeArg(entry, 1) + floats((row + i) * 2 * N);
    const dt = loadPart(from + floats(D), left), taken = f32x4.mul(dt, loadPart(from, left));
    for (let n = 0; n < N; n++) {
      const decay = expHeld(f32x4.mul(dt, v128.load(rates + vectors(n)))), at = vectors(i * N + n);
      v128.store(decays + at, decay);
      const next = madd(decay, v128.load(room + at), f32x4.mul(taken, v128.load32_splat(ofB + floats(n))));
      v128.store(room + at + vectors(N), settle(next));
    }
  }
}

/** Backward through the steps of a chunk. */
function backChunk(entry: usize, row: i32, count: i32, d: i32, room: usize, rates: usize): void {
  const x = 11, D = channelsOf(entry, x), N = modesOf(entry, x), steps = chunkOf(entry, x) * N, left = D - d;
  const decays = room + decaysAt(steps, N), ofRates = rates + vectors(N + 1), later = ofRates + vectors(N + 1);
  const skip = v128.load(rates + vectors(N));
  let ofSkip = v128.load(ofRates + vectors(N));
  for (let i = count - 1; i >= 0; i--) {
    const from = placeArg(entry, 0) + floats((row + i) * 2 * D + d), B = placeArg(entry, 1) + floats((row + i) * 2 * N), C = B + floats(N);
    const u = loadPart(from, left), dt = loadPart(from + floats(D), left), taken = f32x4.mul(dt, u);
    const q = loadPart(placeArg(entry, 4) + floats((row + i) * D + d), left);
    let ofTaken = f32x4.splat(0), ofStep = f32x4.splat(0);
    for (let n = 0; n < N; n++) {
      const at = vectors(i * N + n), ofB = room + sharesAt(steps, N) + at, ofC = ofB + vectors(steps);
      const g = madd(q, v128.load32_splat(C + floats(n)), v128.load(later + vectors(n)));
      const past = settle(f32x4.mul(g, v128.load(decays + at))), fading = f32x4.mul(past, v128.load(room + at));
      v128.store(ofC, madd(q, v128.load(room + at + vectors(N)), v128.load(ofC)));
      v128.store(ofB, madd(g, taken, v128.load(ofB)));
      ofTaken = madd(g, v128.load32_splat(B + floats(n)), ofTaken);
      ofStep = madd(fading, v128.load(rates + vectors(n)), ofStep);
      v128.store(ofRates + vectors(n), madd(fading, dt, v128.load(ofRates + vectors(n))));
      v128.store(later + vectors(n), past);
    }
    ofSkip = madd(q, u, ofSkip);
    const out = placeArg(entry, 6) + floats((row + i) * 2 * D + d);
    storePart(out, madd(dt, ofTaken, f32x4.mul(skip, q)), left);
    storePart(out + floats(D), madd(u, ofTaken, ofStep), left);
  }
  v128.store(ofRates + vectors(N), ofSkip);
}

/** Rates and gradients of four channels before their first chunk, and where they are stored after their last. */
function openGroup(entry: usize, b: i32, d: i32, rates: usize): void {
  const D = channelsOf(entry, 11), N = modesOf(entry, 11), dfinal = placeArg(entry, 5), ofRates = rates + vectors(N + 1);
  for (let n = 0; n <= N; n++) {
    v128.store(rates + vectors(n), acrossRows(placeArg(entry, 2) + floats(d * (N + 1)), N + 1, n, D - d));
    v128.store(ofRates + vectors(n), f32x4.splat(0));
  }
  for (let n = 0; n < N; n++) {
    const last = dfinal == 0 ? f32x4.splat(0) : acrossRows(dfinal + floats((b * D + d) * N), N, n, D - d);
    v128.store(ofRates + vectors(N + 1 + n), last);
  }
}

function closeGroup(entry: usize, b: i32, d: i32, rates: usize): void {
  const D = channelsOf(entry, 11), N = modesOf(entry, 11), dh0 = placeArg(entry, 9), ofRates = rates + vectors(N + 1);
  const dsystem = placeArg(entry, 8) + floats((b * D + d) * (N + 1));
  for (let n = 0; n <= N; n++) storeAcrossRows(dsystem, N + 1, n, D - d, v128.load(ofRates + vectors(n)));
  if (dh0 == 0) return;
  for (let n = 0; n < N; n++) {
    storeAcrossRows(dh0 + floats((b * D + d) * N), N, n, D - d, v128.load(ofRates + vectors(N + 1 + n)));
  }
}

/** A chunk of all groups of channels, and its rows of the gradient of B | C. */
function chunkOfGroups(entry: usize, b: i32, k: i32, first: i32, end: i32, room: usize, sums: usize): void {
  const x = 11, T = stepsOf(entry, x), D = channelsOf(entry, x), N = modesOf(entry, x), chunk = chunkOf(entry, x), steps = chunk * N;
  const t = k * chunk, count = min(chunk, T - t), shares = room + sharesAt(steps, N);
  memory.fill(shares, 0, vectors(2 * steps));
  for (let d = first; d < end; d += 4) {
    const rates = room + ratesAt(steps, N, (d - first) >> 2);
    again(entry, placeArg(entry, 3) + floats((b * chunksOf(entry, x) + k) * N * D), b * T + t, count, d, room, rates);
    backChunk(entry, b * T + t, count, d, room, rates);
  }
  for (let i = 0; i < count; i++) {
    const out = sums + floats((t + i) * 2 * N);
    for (let n = 0; n < N; n++) {
      f32.store(out + floats(n), laneSum(v128.load(shares + vectors(i * N + n))));
      f32.store(out + floats(N + n), laneSum(v128.load(shares + vectors(steps + i * N + n))));
    }
  }
}

/**
 * (x, bc, system, kept, dy, dfinal, dx, sums, dsystem, dh0, B, T, D, N, chunk, parts, channels): unit = a part of the channels of a sample;
 * sums [parts, B, T, 2N].
 */
export function selectiveScanGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = 11, T = stepsOf(entry, x), D = channelsOf(entry, x), N = modesOf(entry, x), steps = chunkOf(entry, x) * N;
  const batch = intArg(entry, 10), parts = intArg(entry, 15), channels = intArg(entry, 16), room = scratch(thread);
  for (let unit = lo; unit < hi; unit++) {
    const b = unit / parts, part = unit % parts, first = part * channels, end = min(D, first + channels);
    const sums = placeArg(entry, 7) + floats((part * batch + b) * T * 2 * N);
    for (let d = first; d < end; d += 4) openGroup(entry, b, d, room + ratesAt(steps, N, (d - first) >> 2));
    for (let k = chunksOf(entry, x) - 1; k >= 0; k--) chunkOfGroups(entry, b, k, first, end, room, sums);
    for (let d = first; d < end; d += 4) closeGroup(entry, b, d, room + ratesAt(steps, N, (d - first) >> 2));
  }
}

/** (sums, parts, out, rows, width): out = the sum of the parts [parts, rows, width], in order. Unit = row. */
export function selectiveScanFinish(entry: usize, lo: i32, hi: i32): void {
  const sums = placeArg(entry, 0), parts = intArg(entry, 1), rows = intArg(entry, 3), width = intArg(entry, 4);
  for (let row = lo; row < hi; row++) {
    const out = placeArg(entry, 2) + floats(row * width);
    for (let j = 0; j < width; j += 4) {
      let sum = f32x4.splat(0);
      for (let p = 0; p < parts; p++) sum = f32x4.add(sum, loadPart(sums + floats((p * rows + row) * width + j), width - j));
      storePart(out + floats(j), sum, width - j);
    }
  }
}
