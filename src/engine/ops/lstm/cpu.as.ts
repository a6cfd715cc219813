// Kernels of lstm and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_ZERO, gemmPacked, openScratch } from '../../device/cpu/wasm/gemm.as';
import { sigmoid4, tanh4 } from '../../device/cpu/wasm/math.as';
import { afterStrips, GROUP } from '../../device/cpu/wasm/recurrent.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** (gx, packed W^T, h0, c0, h, c, gates, T, H): c_t = f c_{t-1} + i g, h_t = o tanh c_t. gates may be gx. */
export function lstm(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 7), H = intArg(entry, 8);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const hidden = afterStrips(work, rows, H);
    for (let t = 0; t < T; t++) {
      hiddenPart(entry, n, rows, t, hidden, work);
      for (let i = 0; i < rows; i++) forwardRow(entry, n + i, t, hidden + floats(i * 4 * H));
    }
  }
}

/** hidden[rows, 4H] = W h_{t-1}. */
function hiddenPart(entry: usize, n: i32, rows: i32, t: i32, hidden: usize, work: usize): void {
  const packed = placeArg(entry, 1), h0 = placeArg(entry, 2), h = placeArg(entry, 4);
  const T = intArg(entry, 7), H = intArg(entry, 8);
  if (t > 0) gemmPacked(rows, 4 * H, H, h + floats((n * T + t - 1) * H), T * H, packed, hidden, 4 * H, FROM_ZERO, 0, work);
  else if (h0 != 0) gemmPacked(rows, 4 * H, H, h0 + floats(n * H), H, packed, hidden, 4 * H, FROM_ZERO, 0, work);
  else memory.fill(hidden, 0, floats(rows * 4 * H));
}

/** Row of c before step t of sample n, or 0 where it is zero. */
// @ts-ignore: decorator
@inline function cellBefore(c: usize, c0: usize, n: i32, t: i32, T: i32, H: i32): usize {
  if (t > 0) return c + floats((n * T + t - 1) * H);
  return c0 == 0 ? 0 : c0 + floats(n * H);
}

/** Gates, cell and state of one sample at one step. */
function forwardRow(entry: usize, n: i32, t: i32, hidden: usize): void {
  const T = intArg(entry, 7), H = intArg(entry, 8), row = floats(H);
  const q = n * T + t;
  const gx = placeArg(entry, 0) + floats(q * 4 * H), gates = placeArg(entry, 6) + floats(q * 4 * H);
  const h = placeArg(entry, 4) + floats(q * H), c = placeArg(entry, 5) + floats(q * H);
  const before = cellBefore(placeArg(entry, 5), placeArg(entry, 3), n, t, T, H);
  let k = 0;
  for (; k + 4 <= H; k += 4) forwardStep(gx, hidden, before, h, c, gates, floats(k), row, 4);
  if (k < H) forwardStep(gx, hidden, before, h, c, gates, floats(k), row, H - k);
}

// @ts-ignore: decorator
@inline function forwardStep(
  gx: usize, hidden: usize, before: usize, h: usize, c: usize, gates: usize, o: usize, row: usize, lanes: i32,
): void {
  const i = sigmoid4(f32x4.add(loadPart(gx + o, lanes), loadPart(hidden + o, lanes)));
  const f = sigmoid4(f32x4.add(loadPart(gx + row + o, lanes), loadPart(hidden + row + o, lanes)));
  const g = tanh4(f32x4.add(loadPart(gx + 2 * row + o, lanes), loadPart(hidden + 2 * row + o, lanes)));
  const out = sigmoid4(f32x4.add(loadPart(gx + 3 * row + o, lanes), loadPart(hidden + 3 * row + o, lanes)));
  const old = before == 0 ? f32x4.splat(0) : loadPart(before + o, lanes);
  const cell = settle(madd(f, old, f32x4.mul(i, g)));
  storePart(c + o, cell, lanes);
  storePart(h + o, f32x4.mul(out, tanh4(cell)), lanes);
  storePart(gates + o, i, lanes);
  storePart(gates + row + o, f, lanes);
  storePart(gates + 2 * row + o, g, lanes);
  storePart(gates + 3 * row + o, out, lanes);
}

/**
 * (packed W, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H): gradients of the four pre-activations, and of the initial state where dh0 is given.
 * dgx may be gates. The gradient of W follows from dgx in a later entry.
 */
export function lstmGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const dgx = placeArg(entry, 6), dh0 = placeArg(entry, 7), dc0 = placeArg(entry, 8);
  const T = intArg(entry, 9), H = intArg(entry, 10);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const carryH = afterStrips(work, rows, 4 * H), carryC = carryH + floats(rows * H);
    memory.fill(carryH, 0, floats(2 * rows * H));
    for (let t = T - 1; t >= 0; t--) {
      for (let i = 0; i < rows; i++) backwardRow(entry, n + i, t, carryH + floats(i * H), carryC + floats(i * H));
      if (t == 0 && dh0 == 0) break;
      gemmPacked(rows, H, 4 * H, dgx + floats((n * T + t) * 4 * H), T * 4 * H, placeArg(entry, 0), carryH, H, FROM_ZERO, 0, work);
    }
    if (dh0 == 0) continue;
    memory.copy(dh0 + floats(n * H), carryH, floats(rows * H));
    memory.copy(dc0 + floats(n * H), carryC, floats(rows * H));
  }
}

function backwardRow(entry: usize, n: i32, t: i32, carryH: usize, carryC: usize): void {
  const T = intArg(entry, 9), H = intArg(entry, 10);
  const before = cellBefore(placeArg(entry, 1), placeArg(entry, 5), n, t, T, H);
  let k = 0;
  for (; k + 4 <= H; k += 4) backwardStep(entry, n * T + t, before, carryH, carryC, floats(k), floats(H), 4);
  if (k < H) backwardStep(entry, n * T + t, before, carryH, carryC, floats(k), floats(H), H - k);
}

/** s (1 - s): slope of the sigmoid at its value. */
// @ts-ignore: decorator
@inline function slope(s: v128): v128 {
  return f32x4.mul(s, f32x4.sub(f32x4.splat(1), s));
}

// @ts-ignore: decorator
@inline function backwardStep(
  entry: usize, q: i32, before: usize, carryH: usize, carryC: usize, o: usize, row: usize, lanes: i32,
): void {
  const state = <usize>q * row + o, gates = placeArg(entry, 2) + 4 * <usize>q * row + o, dgx = placeArg(entry, 6) + 4 * <usize>q * row + o;
  const i = loadPart(gates, lanes), f = loadPart(gates + row, lanes);
  const g = loadPart(gates + 2 * row, lanes), out = loadPart(gates + 3 * row, lanes);
  const old = before == 0 ? f32x4.splat(0) : loadPart(before + o, lanes);
  const one = f32x4.splat(1);
  const squashed = tanh4(loadPart(placeArg(entry, 1) + state, lanes));
  const dh = settle(f32x4.add(loadPart(placeArg(entry, 3) + state, lanes), loadPart(carryH + o, lanes)));
  const direct = f32x4.add(loadPart(placeArg(entry, 4) + state, lanes), loadPart(carryC + o, lanes));
  const dcell = settle(madd(f32x4.mul(dh, out), f32x4.sub(one, f32x4.mul(squashed, squashed)), direct));
  storePart(dgx, f32x4.mul(f32x4.mul(dcell, g), slope(i)), lanes);
  storePart(dgx + row, f32x4.mul(f32x4.mul(dcell, old), slope(f)), lanes);
  storePart(dgx + 2 * row, f32x4.mul(f32x4.mul(dcell, i), f32x4.sub(one, f32x4.mul(g, g))), lanes);
  storePart(dgx + 3 * row, f32x4.mul(f32x4.mul(dh, squashed), slope(out)), lanes);
  storePart(carryC + o, f32x4.mul(dcell, f), lanes);
}
