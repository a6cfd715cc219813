// Kernels of minGru and its gradient: gates, candidate and scan in one pass over time. Unit = one sample and 16 channels.
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import { blocksOf, candidateOf, candidateSlope } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { sigmoid4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

/** (u, h, h0, T, H, positive): h_t = h_{t-1} + z_t (c_t - h_{t-1}). */
export function minGru(entry: usize, lo: i32, hi: i32): void {
  const T = intArg(entry, 3), H = intArg(entry, 4), blocks = blocksOf(H);
  const h0 = placeArg(entry, 2);
  const positive = intArg(entry, 5) != 0;
  for (let unit = lo; unit < hi; unit++) {
    const n = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    const u = placeArg(entry, 0) + floats(n * T * 2 * H), h = placeArg(entry, 1) + floats(n * T * H);
    for (let c = from; c < end; c += 4) {
      const start = h0 == 0 ? f32x4.splat(0) : loadPart(h0 + floats(n * H + c), end - c);
      if (end - c >= 4) forward(u + floats(c), h + floats(c), start, T, floats(H), positive, 4);
      else forward(u + floats(c), h + floats(c), start, T, floats(H), positive, end - c);
    }
  }
}

// @ts-ignore: decorator
@inline function forward(u: usize, h: usize, start: v128, T: i32, row: usize, positive: bool, lanes: i32): void {
  let x = start;
  for (let t = 0; t < T; t++) {
    const z = sigmoid4(loadPart(u, lanes)), v = loadPart(u + row, lanes);
    const c = positive ? candidateOf(v, sigmoid4(v), true) : v;
    x = settle(madd(z, f32x4.sub(c, x), x));
    storePart(h, x, lanes);
    u += 2 * row;
    h += row;
  }
}

/** (u, h, dh, du, h0, dh0, T, H, positive): gates are recomputed; du may be u. */
export function minGruGrad(entry: usize, lo: i32, hi: i32): void {
  const H = intArg(entry, 7), blocks = blocksOf(H);
  const positive = intArg(entry, 8) != 0;
  for (let unit = lo; unit < hi; unit++) {
    const n = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < end; c += 4) {
      if (end - c >= 4) backward(entry, n, c, H, positive, 4);
      else backward(entry, n, c, H, positive, end - c);
    }
  }
}

// @ts-ignore: decorator
@inline function backward(entry: usize, n: i32, channel: i32, H: i32, positive: bool, lanes: i32): void {
  const T = intArg(entry, 6), row = floats(H);
  const u = placeArg(entry, 0), h = placeArg(entry, 1), dh = placeArg(entry, 2), du = placeArg(entry, 3);
  const h0 = placeArg(entry, 4), dh0 = placeArg(entry, 5), state = floats(n * H + channel);
  const one = f32x4.splat(1);
  let p = floats((n * T + T - 1) * 2 * H + channel), q = floats((n * T + T - 1) * H + channel);
  let carry = f32x4.splat(0);
  for (let t = T - 1; t >= 0; t--) {
    const z = sigmoid4(loadPart(u + p, lanes)), v = loadPart(u + p + row, lanes);
    const s = positive ? sigmoid4(v) : one;
    let before = f32x4.splat(0);
    if (t > 0) before = loadPart(h + q - row, lanes);
    else if (h0 != 0) before = loadPart(h0 + state, lanes);
    const g = f32x4.add(loadPart(dh + q, lanes), carry);
    const gz = f32x4.mul(g, z), rest = f32x4.sub(one, z);
    storePart(du + p, f32x4.mul(f32x4.mul(gz, rest), f32x4.sub(candidateOf(v, s, positive), before)), lanes);
    storePart(du + p + row, f32x4.mul(gz, candidateSlope(v, s, positive)), lanes);
    carry = settle(f32x4.mul(g, rest));
    p -= 2 * row;
    q -= row;
  }
  if (dh0 != 0) storePart(dh0 + state, carry, lanes);
}
