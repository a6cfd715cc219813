// Kernels of minLstm and its gradient: gates, candidate and scan in one pass over time. Unit = one sample and 16 channels.
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import { blocksOf, candidateOf, candidateSlope } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { expHeld, sigmoid4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

/**
 * f / (f + i) for gates sigmoid(a), sigmoid(b); with a and b exchanged it is i / (f + i). Everything is scaled by e^-k, k = max(0, -a, -b), so that
 * closed gates keep their ratio: (1 + e^-b) / (2 + e^-a + e^-b).
 */
// @ts-ignore: decorator
@inline function shareOf(a: v128, b: v128): v128 {
  const k = f32x4.max(f32x4.splat(0), f32x4.max(f32x4.neg(a), f32x4.neg(b)));
  const one = expHeld(f32x4.neg(k));
  const upper = f32x4.add(one, expHeld(f32x4.sub(f32x4.neg(b), k)));
  const other = f32x4.add(one, expHeld(f32x4.sub(f32x4.neg(a), k)));
  return f32x4.div(upper, f32x4.add(upper, other));
}

/** (u, h, h0, T, H, positive, normalised): h_t = f' h_{t-1} + i' c. */
export function minLstm(entry: usize, lo: i32, hi: i32): void {
  const H = intArg(entry, 4), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const n = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < end; c += 4) {
      if (end - c >= 4) forward(entry, n, c, H, 4);
      else forward(entry, n, c, H, end - c);
    }
  }
}

// @ts-ignore: decorator
@inline function forward(entry: usize, n: i32, channel: i32, H: i32, lanes: i32): void {
  const T = intArg(entry, 3), row = floats(H), h0 = placeArg(entry, 2);
  const positive = intArg(entry, 5) != 0, normalised = intArg(entry, 6) != 0;
  let u = placeArg(entry, 0) + floats(n * T * 3 * H + channel), h = placeArg(entry, 1) + floats(n * T * H + channel);
  let x = h0 == 0 ? f32x4.splat(0) : loadPart(h0 + floats(n * H + channel), lanes);
  for (let t = 0; t < T; t++) {
    const a = loadPart(u, lanes), b = loadPart(u + row, lanes);
    let f: v128, i: v128;
    if (normalised) {
      f = shareOf(a, b);
      i = shareOf(b, a);
    } else {
      f = sigmoid4(a);
      i = sigmoid4(b);
    }
    const v = loadPart(u + 2 * row, lanes);
    const c = positive ? candidateOf(v, sigmoid4(v), true) : v;
    x = madd(f, x, f32x4.mul(i, c));
    storePart(h, x, lanes);
    u += 3 * row;
    h += row;
  }
}

/** (u, h, dh, du, h0, dh0, T, H, positive, normalised): gates are recomputed; du may be u. */
export function minLstmGrad(entry: usize, lo: i32, hi: i32): void {
  const H = intArg(entry, 7), blocks = blocksOf(H);
  for (let unit = lo; unit < hi; unit++) {
    const n = unit / blocks, from = (unit % blocks) * CHANNEL_BLOCK, end = min(H, from + CHANNEL_BLOCK);
    for (let c = from; c < end; c += 4) {
      if (end - c >= 4) backward(entry, n, c, H, 4);
      else backward(entry, n, c, H, end - c);
    }
  }
}

// @ts-ignore: decorator
@inline function backward(entry: usize, n: i32, channel: i32, H: i32, lanes: i32): void {
  const T = intArg(entry, 6), row = floats(H);
  const h0 = placeArg(entry, 4), dh0 = placeArg(entry, 5), state = floats(n * H + channel);
  let carry = f32x4.splat(0);
  for (let t = T - 1; t >= 0; t--) {
    const q = floats((n * T + t) * H + channel);
    let before = f32x4.splat(0);
    if (t > 0) before = loadPart(placeArg(entry, 1) + q - row, lanes);
    else if (h0 != 0) before = loadPart(h0 + state, lanes);
    const g = f32x4.add(loadPart(placeArg(entry, 2) + q, lanes), carry);
    carry = gradStep(entry, floats((n * T + t) * 3 * H + channel), row, g, before, lanes);
  }
  if (dh0 != 0) storePart(dh0 + state, carry, lanes);
}

/**
 * One step back; returns the gradient of the state before. Normalised, with F = f / (f + i), I = i / (f + i) and f' = f (1 - f), the
 * pre-activations get (dF - dI) F I (1 - f) and (dI - dF) F I (1 - i): nothing divides by a square.
 */
// @ts-ignore: decorator
@inline function gradStep(entry: usize, p: usize, row: usize, g: v128, before: v128, lanes: i32): v128 {
  const u = placeArg(entry, 0) + p, du = placeArg(entry, 3) + p;
  const positive = intArg(entry, 8) != 0;
  const a = loadPart(u, lanes), b = loadPart(u + row, lanes), v = loadPart(u + 2 * row, lanes);
  const s = positive ? sigmoid4(v) : v;
  const dF = f32x4.mul(g, before), dI = f32x4.mul(g, candidateOf(v, s, positive));
  let forget: v128, input: v128, df: v128, di: v128;
  if (intArg(entry, 9) != 0) {
    forget = shareOf(a, b);
    input = shareOf(b, a);
    df = f32x4.mul(f32x4.sub(dF, dI), f32x4.mul(forget, input));
    di = f32x4.neg(df);
  } else {
    forget = sigmoid4(a);
    input = sigmoid4(b);
    df = f32x4.mul(dF, forget);
    di = f32x4.mul(dI, input);
  }
  storePart(du, f32x4.mul(df, sigmoid4(f32x4.neg(a))), lanes);
  storePart(du + row, f32x4.mul(di, sigmoid4(f32x4.neg(b))), lanes);
  storePart(du + 2 * row, f32x4.mul(f32x4.mul(g, input), candidateSlope(v, s, positive)), lanes);
  return f32x4.mul(g, forget);
}
