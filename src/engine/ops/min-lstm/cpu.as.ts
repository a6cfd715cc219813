// Kernels of minLstm and its gradient: gates, candidate and scan in one pass over time. Unit = one sample and 16 channels.
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import { blocksOf, candidateOf, candidateSlope } from '../../device/cpu/wasm/channels.as';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { expHeld, sigmoid4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, madd, settle, storePart } from '../../device/cpu/wasm/simd.as';

// Normalised gates f / (f + i) and i / (f + i) of f = sigmoid(a), i = sigmoid(b) are (1 + e^-b) / S and (1 + e^-a) / S with S = 2 + e^-a + e^-b.
// Everything is scaled by e^-k, k = max(0, -a, -b), so that closed gates keep their ratio. Of the three numbers e^-k, e^(-a-k), e^(-b-k) one is 1,
// so two exponentials give all of them: `first` = e^-|low|, `second` = e^-(high - min(low, 0)) for the lower and the higher of a and b.

// @ts-ignore: decorator
@inline function firstExp(a: v128, b: v128): v128 {
  return expHeld(f32x4.neg(f32x4.abs(f32x4.min(a, b))));
}

// @ts-ignore: decorator
@inline function secondExp(a: v128, b: v128): v128 {
  return expHeld(f32x4.sub(f32x4.min(f32x4.min(a, b), f32x4.splat(0)), f32x4.max(a, b)));
}

/** e^-k. */
// @ts-ignore: decorator
@inline function scaledOne(a: v128, b: v128, first: v128): v128 {
  return v128.bitselect(f32x4.splat(1), first, f32x4.ge(f32x4.min(a, b), f32x4.splat(0)));
}

/** e^(-a-k); with a and b exchanged e^(-b-k). */
// @ts-ignore: decorator
@inline function scaledExp(a: v128, b: v128, first: v128, second: v128): v128 {
  const ofLower = v128.bitselect(first, f32x4.splat(1), f32x4.ge(a, f32x4.splat(0)));
  return v128.bitselect(ofLower, second, f32x4.le(a, b));
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
      const first = firstExp(a, b), second = secondExp(a, b), one = scaledOne(a, b, first);
      const upper = f32x4.add(one, scaledExp(b, a, first, second)), other = f32x4.add(one, scaledExp(a, b, first, second));
      const share = f32x4.div(f32x4.splat(1), f32x4.add(upper, other));
      f = f32x4.mul(upper, share);
      i = f32x4.mul(other, share);
    } else {
      f = sigmoid4(a);
      i = sigmoid4(b);
    }
    const v = loadPart(u + 2 * row, lanes);
    const c = positive ? candidateOf(v, sigmoid4(v), true) : v;
    x = settle(madd(f, x, f32x4.mul(i, c)));
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
    carry = settle(gradStep(entry, floats((n * T + t) * 3 * H + channel), row, g, before, lanes));
  }
  if (dh0 != 0) storePart(dh0 + state, carry, lanes);
}

/**
 * One step back; returns the gradient of the state before. Normalised, with F = f / (f + i), I = i / (f + i) and f' = f (1 - f), the
 * pre-activations get (dF - dI) F I (1 - f) and (dI - dF) F I (1 - i), where I (1 - f) = e^-a / S and F (1 - i) = e^-b / S.
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
    const first = firstExp(a, b), second = secondExp(a, b), one = scaledOne(a, b, first);
    const ea = scaledExp(a, b, first, second), eb = scaledExp(b, a, first, second);
    const upper = f32x4.add(one, eb), other = f32x4.add(one, ea);
    const share = f32x4.div(f32x4.splat(1), f32x4.add(upper, other));
    forget = f32x4.mul(upper, share);
    input = f32x4.mul(other, share);
    const across = f32x4.mul(f32x4.sub(dF, dI), share);
    df = f32x4.mul(across, f32x4.mul(forget, ea));
    di = f32x4.neg(f32x4.mul(across, f32x4.mul(input, eb)));
  } else {
    forget = sigmoid4(a);
    input = sigmoid4(b);
    df = f32x4.mul(dF, f32x4.mul(forget, sigmoid4(f32x4.neg(a))));
    di = f32x4.mul(dI, f32x4.mul(input, sigmoid4(f32x4.neg(b))));
  }
  storePart(du, df, lanes);
  storePart(du + row, di, lanes);
  storePart(du + 2 * row, f32x4.mul(f32x4.mul(g, input), candidateSlope(v, s, positive)), lanes);
  return f32x4.mul(g, forget);
}
