// Kernels of elman and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_ZERO, gemmPacked, openScratch } from '../../device/cpu/wasm/gemm.as';
import { tanh4 } from '../../device/cpu/wasm/math.as';
import { afterStrips, GROUP } from '../../device/cpu/wasm/recurrent.as';
import { floats, loadPart, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** (gx, packed W^T, h0, h, T, H): h_t = tanh(gx_t + W h_{t-1}). h may be gx. */
export function elman(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const T = intArg(entry, 4), H = intArg(entry, 5);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const hidden = afterStrips(work, rows, H);
    for (let t = 0; t < T; t++) {
      hiddenPart(entry, n, rows, t, hidden, work);
      for (let i = 0; i < rows; i++) forwardRow(entry, (n + i) * T + t, H, hidden + floats(i * H));
    }
  }
}

/** hidden[rows, H] = W h_{t-1}. */
function hiddenPart(entry: usize, n: i32, rows: i32, t: i32, hidden: usize, work: usize): void {
  const packed = placeArg(entry, 1), h0 = placeArg(entry, 2), h = placeArg(entry, 3);
  const T = intArg(entry, 4), H = intArg(entry, 5);
  if (t > 0) gemmPacked(rows, H, H, h + floats((n * T + t - 1) * H), T * H, packed, hidden, H, FROM_ZERO, 0, work);
  else if (h0 != 0) gemmPacked(rows, H, H, h0 + floats(n * H), H, packed, hidden, H, FROM_ZERO, 0, work);
  else memory.fill(hidden, 0, floats(rows * H));
}

function forwardRow(entry: usize, q: i32, H: i32, hidden: usize): void {
  const gx = placeArg(entry, 0) + floats(q * H), h = placeArg(entry, 3) + floats(q * H);
  for (let c = 0; c < H; c += 4) {
    const w = H - c, o = floats(c);
    storePart(h + o, tanh4(f32x4.add(loadPart(gx + o, w), loadPart(hidden + o, w))), w);
  }
}

/**
 * (packed W, h, dh, dgx, dh0, T, H): dgx_t = (dh_t + W^T dgx_{t+1}) (1 - h_t^2). dgx may be dh. The gradient of W follows from dgx in a
 * later entry.
 */
export function elmanGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const packed = placeArg(entry, 0), dgx = placeArg(entry, 3), dh0 = placeArg(entry, 4);
  const T = intArg(entry, 5), H = intArg(entry, 6);
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const carry = afterStrips(work, rows, H);
    memory.fill(carry, 0, floats(rows * H));
    for (let t = T - 1; t >= 0; t--) {
      for (let i = 0; i < rows; i++) backwardRow(entry, (n + i) * T + t, H, carry + floats(i * H));
      if (t > 0 || dh0 != 0) gemmPacked(rows, H, H, dgx + floats((n * T + t) * H), T * H, packed, carry, H, FROM_ZERO, 0, work);
    }
    if (dh0 != 0) memory.copy(dh0 + floats(n * H), carry, floats(rows * H));
  }
}

function backwardRow(entry: usize, q: i32, H: i32, carry: usize): void {
  const h = placeArg(entry, 1) + floats(q * H), dh = placeArg(entry, 2) + floats(q * H), dgx = placeArg(entry, 3) + floats(q * H);
  const one = f32x4.splat(1);
  for (let c = 0; c < H; c += 4) {
    const w = H - c, o = floats(c);
    const y = loadPart(h + o, w);
    const arriving = settle(f32x4.add(loadPart(dh + o, w), loadPart(carry + o, w)));
    storePart(dgx + o, f32x4.mul(arriving, f32x4.sub(one, f32x4.mul(y, y))), w);
  }
}
