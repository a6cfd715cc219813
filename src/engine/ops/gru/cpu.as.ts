// Kernels of gru and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_BIAS, FROM_C, gemmPacked, openScratch } from '../../device/cpu/wasm/gemm.as';
import { sigmoid4, tanh4 } from '../../device/cpu/wasm/math.as';
import { afterStrips, GROUP } from '../../device/cpu/wasm/recurrent.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** (gx, packed W^T, bias, h0, h, gates, T, H) */
export function gru(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 6), H = intArg(entry, 7);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const hidden = afterStrips(work, rows, H);
    for (let t = 0; t < T; t++) {
      hiddenPart(entry, n, rows, t, hidden, work);
      for (let i = 0; i < rows; i++) forwardRow(entry, n + i, t, hidden + floats(i * 3 * H));
    }
  }
}

/** hidden[rows, 3H] = bias + W h_{t-1}. */
function hiddenPart(entry: usize, n: i32, rows: i32, t: i32, hidden: usize, work: usize): void {
  const packed = placeArg(entry, 1), bias = placeArg(entry, 2), h0 = placeArg(entry, 3), h = placeArg(entry, 4);
  const T = intArg(entry, 6), H = intArg(entry, 7);
  if (t > 0) gemmPacked(rows, 3 * H, H, h + floats((n * T + t - 1) * H), T * H, packed, hidden, 3 * H, FROM_BIAS, bias, work);
  else if (h0 != 0) gemmPacked(rows, 3 * H, H, h0 + floats(n * H), H, packed, hidden, 3 * H, FROM_BIAS, bias, work);
  else for (let i = 0; i < rows; i++) memory.copy(hidden + floats(i * 3 * H), bias, floats(3 * H));
}

/** Gates and state of one sample at one step. */
function forwardRow(entry: usize, n: i32, t: i32, hidden: usize): void {
  const T = intArg(entry, 6), H = intArg(entry, 7), row = floats(H);
  const q = n * T + t;
  const gx = placeArg(entry, 0) + floats(q * 3 * H), h = placeArg(entry, 4) + floats(q * H), gates = placeArg(entry, 5) + floats(q * 4 * H);
  let before: usize = 0;
  if (t > 0) before = h - row;
  else if (placeArg(entry, 3) != 0) before = placeArg(entry, 3) + floats(n * H);
  let c = 0;
  for (; c + 4 <= H; c += 4) forwardStep(gx, hidden, before, h, gates, floats(c), row, 4);
  if (c < H) forwardStep(gx, hidden, before, h, gates, floats(c), row, H - c);
}

// @ts-ignore: decorator
@inline function forwardStep(gx: usize, hidden: usize, before: usize, h: usize, gates: usize, o: usize, row: usize, lanes: i32): void {
  const r = sigmoid4(f32x4.add(loadPart(gx + o, lanes), loadPart(hidden + o, lanes)));
  const z = sigmoid4(f32x4.add(loadPart(gx + row + o, lanes), loadPart(hidden + row + o, lanes)));
  const inner = loadPart(hidden + 2 * row + o, lanes);
  const n = tanh4(madd(r, inner, loadPart(gx + 2 * row + o, lanes)));
  const old = before == 0 ? f32x4.splat(0) : loadPart(before + o, lanes);
  storePart(h + o, madd(z, f32x4.sub(old, n), n), lanes);
  storePart(gates + o, r, lanes);
  storePart(gates + row + o, z, lanes);
  storePart(gates + 2 * row + o, n, lanes);
  storePart(gates + 3 * row + o, inner, lanes);
}

/**
 * (packed W of r and z, packed W of n, h, gates, dh, h0, dgx, dinner, dh0, T, H): dgx = gradients of the pre-activations r | z | n; dinner [B, T, H] = gradient
 * of W_hn h + b_hn. The gradients of W and its bias follow from these in later entries.
 */
export function gruGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 9), H = intArg(entry, 10);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const carry = afterStrips(work, rows, 2 * H);
    memory.fill(carry, 0, floats(rows * H));
    for (let t = T - 1; t >= 0; t--) {
      for (let i = 0; i < rows; i++) backwardRow(entry, n + i, t, carry + floats(i * H));
      if (t > 0 || placeArg(entry, 8) != 0) throughWeight(entry, n, rows, t, carry, work);
    }
    if (placeArg(entry, 8) != 0) memory.copy(placeArg(entry, 8) + floats(n * H), carry, floats(rows * H));
  }
}

/** carry[rows, H] += dgates_t W. */
function throughWeight(entry: usize, n: i32, rows: i32, t: i32, carry: usize, work: usize): void {
  const T = intArg(entry, 9), H = intArg(entry, 10), q = n * T + t;
  const dgx = placeArg(entry, 6) + floats(q * 3 * H), dinner = placeArg(entry, 7) + floats(q * H);
  gemmPacked(rows, H, 2 * H, dgx, T * 3 * H, placeArg(entry, 0), carry, H, FROM_C, 0, work);
  gemmPacked(rows, H, H, dinner, T * H, placeArg(entry, 1), carry, H, FROM_C, 0, work);
}

function backwardRow(entry: usize, n: i32, t: i32, carry: usize): void {
  const T = intArg(entry, 9), H = intArg(entry, 10), row = floats(H);
  const q = n * T + t;
  let before: usize = 0;
  if (t > 0) before = placeArg(entry, 2) + floats((q - 1) * H);
  else if (placeArg(entry, 5) != 0) before = placeArg(entry, 5) + floats(n * H);
  let c = 0;
  for (; c + 4 <= H; c += 4) backwardStep(entry, q, before, carry, floats(c), row, 4);
  if (c < H) backwardStep(entry, q, before, carry, floats(c), row, H - c);
}

// @ts-ignore: decorator
@inline function backwardStep(entry: usize, q: i32, before: usize, carry: usize, o: usize, row: usize, lanes: i32): void {
  const gates = placeArg(entry, 3) + 4 * <usize>q * row + o, dgx = placeArg(entry, 6) + 3 * <usize>q * row + o;
  const r = loadPart(gates, lanes), z = loadPart(gates + row, lanes), n = loadPart(gates + 2 * row, lanes), inner = loadPart(gates + 3 * row, lanes);
  const old = before == 0 ? f32x4.splat(0) : loadPart(before + o, lanes);
  const one = f32x4.splat(1);
  const g = settle(f32x4.add(loadPart(placeArg(entry, 4) + <usize>q * row + o, lanes), loadPart(carry + o, lanes)));
  const rest = f32x4.sub(one, z);
  const dn = f32x4.mul(f32x4.mul(g, rest), f32x4.sub(one, f32x4.mul(n, n)));
  const dr = f32x4.mul(f32x4.mul(dn, inner), f32x4.mul(r, f32x4.sub(one, r)));
  storePart(dgx, dr, lanes);
  storePart(dgx + row, f32x4.mul(f32x4.mul(g, f32x4.sub(old, n)), f32x4.mul(z, rest)), lanes);
  storePart(dgx + 2 * row, dn, lanes);
  storePart(placeArg(entry, 7) + <usize>q * row + o, f32x4.mul(dn, r), lanes);
  storePart(carry + o, f32x4.mul(g, z), lanes);
}
