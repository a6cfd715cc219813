// Kernels of slstm and its gradient: the time loop is inside, the matrix of each head is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups, one head after the other.
import { intArg, placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { FROM_ZERO, gemmPacked, openScratch } from '../../device/cpu/wasm/gemm.as';
import { expHeld, log1pFinite, sigmoid4, tanh4 } from '../../device/cpu/wasm/math.as';
import { afterStrips, GROUP } from '../../device/cpu/wasm/recurrent.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** (gx, packed W^T of all heads, h0, cells0, h, cells, gates, T, H, heads): gates may be gx. */
export function slstm(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const heads = intArg(entry, 9), T = intArg(entry, 7), d = intArg(entry, 8) / heads;
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    const hidden = afterStrips(work, rows, d);
    for (let head = 0; head < heads; head++) {
      for (let t = 0; t < T; t++) {
        hiddenPart(entry, head, n, rows, t, hidden, work);
        for (let i = 0; i < rows; i++) forwardRow(entry, head, n + i, t, hidden + floats(i * 4 * d));
      }
    }
  }
}

/** hidden[rows, 4 d] = W h_{t-1} of a head. */
function hiddenPart(entry: usize, head: i32, n: i32, rows: i32, t: i32, hidden: usize, work: usize): void {
  const h0 = placeArg(entry, 2), h = placeArg(entry, 4), T = intArg(entry, 7), H = intArg(entry, 8), d = H / intArg(entry, 9);
  const packed = placeArg(entry, 1) + floats(head * d * ((4 * d + 7) & ~7)), at = floats(head * d);
  if (t > 0) gemmPacked(rows, 4 * d, d, h + floats((n * T + t - 1) * H) + at, T * H, packed, hidden, 4 * d, FROM_ZERO, 0, work);
  else if (h0 != 0) gemmPacked(rows, 4 * d, d, h0 + floats(n * H) + at, H, packed, hidden, 4 * d, FROM_ZERO, 0, work);
  else memory.fill(hidden, 0, floats(rows * 4 * d));
}

/** Mean of a head before step t of sample n; its weight is H floats further. 0 where there is nothing yet. */
// @ts-ignore: decorator
@inline function cellBefore(cells: usize, cells0: usize, head: i32, n: i32, t: i32, T: i32, H: i32, d: i32): usize {
  if (t > 0) return cells + floats((n * T + t - 1) * 2 * H + head * d);
  return cells0 == 0 ? 0 : cells0 + floats(n * 2 * H + head * d);
}

function forwardRow(entry: usize, head: i32, n: i32, t: i32, hidden: usize): void {
  const T = intArg(entry, 7), H = intArg(entry, 8), d = H / intArg(entry, 9), q = n * T + t, wide = floats(q * 4 * H + head * 4 * d);
  const gx = placeArg(entry, 0) + wide, gates = placeArg(entry, 6) + wide, h = placeArg(entry, 4) + floats(q * H + head * d);
  const cells = placeArg(entry, 5) + floats(q * 2 * H + head * d);
  const before = cellBefore(placeArg(entry, 5), placeArg(entry, 3), head, n, t, T, H, d);
  let k = 0;
  for (; k + 4 <= d; k += 4) forwardStep(gx, hidden, before, h, cells, gates, floats(k), floats(d), floats(H), 4);
  if (k < d) forwardStep(gx, hidden, before, h, cells, gates, floats(k), floats(d), floats(H), d - k);
}

// @ts-ignore: decorator
@inline function negativeSize(x: v128): v128 {
  return f32x4.neg(f32x4.abs(x));
}

// @ts-ignore: decorator
@inline function forwardStep(
  gx: usize, hidden: usize, before: usize, h: usize, cells: usize, gates: usize, o: usize, row: usize, across: usize, lanes: i32,
): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const key = f32x4.add(loadPart(gx + o, lanes), loadPart(hidden + o, lanes));
  const f = f32x4.add(loadPart(gx + row + o, lanes), loadPart(hidden + row + o, lanes));
  const z = tanh4(f32x4.add(loadPart(gx + 2 * row + o, lanes), loadPart(hidden + 2 * row + o, lanes)));
  const shown = sigmoid4(f32x4.add(loadPart(gx + 3 * row + o, lanes), loadPart(hidden + 3 * row + o, lanes)));
  const mean = before == 0 ? zero : loadPart(before + o, lanes);
  const weight = before == 0 ? f32x4.splat(-1e38) : loadPart(before + across + o, lanes);
  const small = expHeld(negativeSize(f)), large = f32x4.div(one, f32x4.add(one, small));
  const old = f32x4.sub(f32x4.add(weight, f32x4.pmin(f, zero)), log1pFinite(small));
  const apart = f32x4.sub(key, old), less = expHeld(negativeSize(apart)), more = f32x4.div(one, f32x4.add(one, less));
  const share = v128.bitselect(f32x4.mul(less, more), more, f32x4.lt(apart, zero));
  const next = settle(madd(share, f32x4.sub(z, mean), mean));
  storePart(cells + o, next, lanes);
  storePart(cells + across + o, f32x4.add(f32x4.pmax(old, key), log1pFinite(less)), lanes);
  storePart(h + o, f32x4.mul(shown, next), lanes);
  storePart(gates + o, share, lanes);
  storePart(gates + row + o, v128.bitselect(f32x4.mul(small, large), large, f32x4.lt(f, zero)), lanes);
  storePart(gates + 2 * row + o, z, lanes);
  storePart(gates + 3 * row + o, shown, lanes);
}

/**
 * (packed W of all heads, cells, gates, dh, dcells, cells0, dgx, dh0, dcells0, T, H, heads): gradients of the four pre-activations, and of the initial
 * state where dh0 is given. dgx may be gates. The gradient of the matrix follows from dgx in later entries.
 */
export function slstmGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const heads = intArg(entry, 11), d = intArg(entry, 10) / heads;
  const work = scratch(thread);
  openScratch(work);
  for (let n = lo; n < hi; n += GROUP) {
    const rows = min(GROUP, hi - n);
    for (let head = 0; head < heads; head++) backwardHead(entry, head, n, rows, afterStrips(work, rows, 4 * d), work);
  }
}

/** Steps T - 1 to 0 of a head; `carry` has the gradients of states, means and weights, [rows, d] each. */
function backwardHead(entry: usize, head: i32, n: i32, rows: i32, carry: usize, work: usize): void {
  const dgx = placeArg(entry, 6), dh0 = placeArg(entry, 7), dcells0 = placeArg(entry, 8);
  const T = intArg(entry, 9), H = intArg(entry, 10), d = H / intArg(entry, 11), part = floats(rows * d);
  const packed = placeArg(entry, 0) + floats(head * 4 * d * ((d + 7) & ~7));
  memory.fill(carry, 0, 3 * part);
  for (let t = T - 1; t >= 0; t--) {
    for (let i = 0; i < rows; i++) backwardRow(entry, head, n + i, t, carry + floats(i * d), part);
    if (t == 0 && dh0 == 0) return;
    gemmPacked(rows, d, 4 * d, dgx + floats((n * T + t) * 4 * H + head * 4 * d), T * 4 * H, packed, carry, d, FROM_ZERO, 0, work);
  }
  for (let i = 0; i < rows; i++) {
    const own = carry + floats(i * d), cell = dcells0 + floats((n + i) * 2 * H + head * d);
    memory.copy(dh0 + floats((n + i) * H + head * d), own, floats(d));
    memory.copy(cell, own + part, floats(d));
    memory.copy(cell + floats(H), own + 2 * part, floats(d));
  }
}

function backwardRow(entry: usize, head: i32, n: i32, t: i32, carry: usize, part: usize): void {
  const T = intArg(entry, 9), H = intArg(entry, 10), d = H / intArg(entry, 11);
  const before = cellBefore(placeArg(entry, 1), placeArg(entry, 5), head, n, t, T, H, d);
  let k = 0;
  for (; k + 4 <= d; k += 4) backwardStep(entry, head, n * T + t, before, carry, part, k, 4);
  if (k < d) backwardStep(entry, head, n * T + t, before, carry, part, k, d - k);
}

// @ts-ignore: decorator
@inline function backwardStep(entry: usize, head: i32, q: i32, before: usize, carry: usize, part: usize, k: i32, lanes: i32): void {
  const H = intArg(entry, 10), d = H / intArg(entry, 11), row = floats(d), across = floats(H), o = floats(k);
  const wide = floats(q * 4 * H + head * 4 * d) + o, cell = floats(q * 2 * H + head * d) + o;
  const gates = placeArg(entry, 2) + wide, dgx = placeArg(entry, 6) + wide, dcells = placeArg(entry, 4) + cell, one = f32x4.splat(1);
  const share = loadPart(gates, lanes), f = loadPart(gates + row, lanes), rest = f32x4.sub(one, share);
  const z = loadPart(gates + 2 * row, lanes), shown = loadPart(gates + 3 * row, lanes);
  const old = before == 0 ? f32x4.splat(0) : loadPart(before + o, lanes);
  const arriving = loadPart(placeArg(entry, 3) + floats(q * H + head * d) + o, lanes);
  const dshown = settle(f32x4.add(arriving, loadPart(carry + o, lanes)));
  const dmean = settle(madd(dshown, shown, f32x4.add(loadPart(dcells, lanes), loadPart(carry + part + o, lanes))));
  const dweight = f32x4.add(loadPart(dcells + across, lanes), loadPart(carry + 2 * part + o, lanes));
  const dapart = f32x4.mul(f32x4.mul(dmean, f32x4.sub(z, old)), f32x4.mul(share, rest));
  const dold = settle(f32x4.sub(f32x4.mul(dweight, rest), dapart));
  const slope = f32x4.mul(shown, f32x4.sub(one, shown));
  storePart(dgx, f32x4.add(dapart, f32x4.mul(dweight, share)), lanes);
  storePart(dgx + row, f32x4.mul(dold, f32x4.sub(one, f)), lanes);
  storePart(dgx + 2 * row, f32x4.mul(f32x4.mul(dmean, share), f32x4.sub(one, f32x4.mul(z, z))), lanes);
  storePart(dgx + 3 * row, f32x4.mul(f32x4.mul(dshown, loadPart(placeArg(entry, 1) + cell, lanes)), slope), lanes);
  storePart(carry + part + o, f32x4.mul(dmean, rest), lanes);
  storePart(carry + 2 * part + o, dold, lanes);
}
