// Kernels of linearScan and its gradient. Unit = one sample and 16 channels; neighbouring units go through time together.
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import { blocksOf } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** Neighbouring channels processed together: a time step then reads one stream of memory. */
// @ts-ignore: decorator
@inline const WIDE: i32 = 1024;

/** (a, b, h, h0, T, H): h_t = a_t h_{t-1} + b_t. */
export function linearScan(entry: usize, lo: i32, hi: i32): void {
  const T = intArg(entry, 4), H = intArg(entry, 5), blocks = blocksOf(H);
  const h0 = placeArg(entry, 3);
  for (let unit = lo; unit < hi; ) {
    const first = unit % blocks, last = min(blocks, min(first + WIDE / CHANNEL_BLOCK, first + hi - unit));
    const n = unit / blocks, from = first * CHANNEL_BLOCK, count = min(H, last * CHANNEL_BLOCK) - from;
    const base = floats(n * T * H + from);
    const start = h0 == 0 ? h0 : h0 + floats(n * H + from);
    const a = placeArg(entry, 0) + base, b = placeArg(entry, 1) + base, h = placeArg(entry, 2) + base;
    if (count > CHANNEL_BLOCK) scanRows(a, b, h, start, T, floats(H), count);
    else if (count == CHANNEL_BLOCK) scan16(a, b, h, start, T, floats(H));
    else for (let j = 0; j < count; j += 4) scanPart(a + floats(j), b + floats(j), h + floats(j), start == 0 ? start : start + floats(j), T, floats(H), count - j);
    unit += last - first;
  }
}

/** `count` channels through time; the state is the row of h before. */
function scanRows(a: usize, b: usize, h: usize, h0: usize, T: i32, row: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < count; j += 4) {
    const o = floats(j), w = count - j;
    storePart(h + o, settle(madd(loadPart(a + o, w), h0 == 0 ? zero : loadPart(h0 + o, w), loadPart(b + o, w))), w);
  }
  const whole = floats(count & ~3);
  for (let t = 1; t < T; t++) {
    a += row; b += row; h += row;
    for (let o: usize = 0; o < whole; o += 16) {
      v128.store(h + o, settle(madd(v128.load(a + o), v128.load(h + o - row), v128.load(b + o))));
    }
    const w = count & 3;
    if (w != 0) storePart(h + whole, settle(madd(loadPart(a + whole, w), loadPart(h + whole - row, w), loadPart(b + whole, w))), w);
  }
}

function scan16(a: usize, b: usize, h: usize, h0: usize, T: i32, row: usize): void {
  let x0 = f32x4.splat(0), x1 = x0, x2 = x0, x3 = x0;
  if (h0 != 0) {
    x0 = v128.load(h0); x1 = v128.load(h0, 16); x2 = v128.load(h0, 32); x3 = v128.load(h0, 48);
  }
  for (let t = 0; t < T; t++) {
    x0 = settle(madd(v128.load(a), x0, v128.load(b)));
    x1 = settle(madd(v128.load(a, 16), x1, v128.load(b, 16)));
    x2 = settle(madd(v128.load(a, 32), x2, v128.load(b, 32)));
    x3 = settle(madd(v128.load(a, 48), x3, v128.load(b, 48)));
    v128.store(h, x0); v128.store(h, x1, 16); v128.store(h, x2, 32); v128.store(h, x3, 48);
    a += row; b += row; h += row;
  }
}

function scanPart(a: usize, b: usize, h: usize, h0: usize, T: i32, row: usize, lanes: i32): void {
  let x = h0 == 0 ? f32x4.splat(0) : loadPart(h0, lanes);
  for (let t = 0; t < T; t++) {
    x = settle(madd(loadPart(a, lanes), x, loadPart(b, lanes)));
    storePart(h, x, lanes);
    a += row; b += row; h += row;
  }
}

/** (a, h, dh, da, db, h0, dh0, T, H): s_t = dh_t + a_{t+1} s_{t+1}, db = s, da_t = s_t h_{t-1}, dh0 = a_1 s_1. db may be dh. */
export function linearScanGrad(entry: usize, lo: i32, hi: i32): void {
  const H = intArg(entry, 8), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const n = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    let c = from;
    for (; c + 8 <= end; c += 8) scanGrad8(entry, n, c, H);
    for (; c < end; c += 4) scanGradPart(entry, n, c, H, end - c);
  }
}

function scanGrad8(entry: usize, n: i32, c: i32, H: i32): void {
  const T = intArg(entry, 7), row = floats(H), h0 = placeArg(entry, 5), dh0 = placeArg(entry, 6);
  const a = placeArg(entry, 0), h = placeArg(entry, 1), dh = placeArg(entry, 2), da = placeArg(entry, 3), db = placeArg(entry, 4);
  const state = floats(n * H + c);
  let p = floats((n * T + T - 1) * H + c);
  let carry0 = f32x4.splat(0), carry1 = carry0;
  for (let t = T - 1; t >= 0; t--) {
    const s0 = f32x4.add(v128.load(dh + p), carry0), s1 = f32x4.add(v128.load(dh + p, 16), carry1);
    let before0 = f32x4.splat(0), before1 = before0;
    if (t > 0) { before0 = v128.load(h + p - row); before1 = v128.load(h + p - row, 16); }
    else if (h0 != 0) { before0 = v128.load(h0 + state); before1 = v128.load(h0 + state, 16); }
    carry0 = settle(f32x4.mul(v128.load(a + p), s0));
    carry1 = settle(f32x4.mul(v128.load(a + p, 16), s1));
    v128.store(db + p, s0); v128.store(db + p, s1, 16);
    v128.store(da + p, f32x4.mul(s0, before0)); v128.store(da + p, f32x4.mul(s1, before1), 16);
    p -= row;
  }
  if (dh0 != 0) { v128.store(dh0 + state, carry0); v128.store(dh0 + state, carry1, 16); }
}

function scanGradPart(entry: usize, n: i32, c: i32, H: i32, lanes: i32): void {
  const T = intArg(entry, 7), row = floats(H), h0 = placeArg(entry, 5), dh0 = placeArg(entry, 6);
  const state = floats(n * H + c);
  let p = floats((n * T + T - 1) * H + c);
  let carry = f32x4.splat(0);
  for (let t = T - 1; t >= 0; t--) {
    const s = f32x4.add(loadPart(placeArg(entry, 2) + p, lanes), carry);
    let before = f32x4.splat(0);
    if (t > 0) before = loadPart(placeArg(entry, 1) + p - row, lanes);
    else if (h0 != 0) before = loadPart(h0 + state, lanes);
    carry = settle(f32x4.mul(loadPart(placeArg(entry, 0) + p, lanes), s));
    storePart(placeArg(entry, 4) + p, s, lanes);
    storePart(placeArg(entry, 3) + p, f32x4.mul(s, before), lanes);
    p -= row;
  }
  if (dh0 != 0) storePart(dh0 + state, carry, lanes);
}
