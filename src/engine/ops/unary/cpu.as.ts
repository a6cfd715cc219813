// Kernels of unary and unaryGrad. The numbers of the functions are those of cpu.ts beside this file.
import { CHUNK } from '../../plan/opcodes.shared.ts';
import { intArg, placeArg } from '../../device/cpu/wasm/entry.as';
import { erf4, erfcLarge, exp4, expm1Negative4, log4, sigmoid4, softplus4, tanh4 } from '../../device/cpu/wasm/math.as';
import { floats, loadPart, madd, storePart } from '../../device/cpu/wasm/simd.as';

// @ts-ignore: decorator
@inline function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** (x, y, n, fn): unit = chunk. */
export function unary(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), y = placeArg(entry, 1);
  const fn = intArg(entry, 3);
  const end = min(intArg(entry, 2), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    storePart(y + floats(i), valueOf(fn, loadPart(x + floats(i), end - i)), end - i);
  }
}

/** (x, dy, dx, n, fn): unit = chunk. */
export function unaryGrad(entry: usize, lo: i32, hi: i32): void {
  const x = placeArg(entry, 0), dy = placeArg(entry, 1), dx = placeArg(entry, 2);
  const fn = intArg(entry, 4);
  const end = min(intArg(entry, 3), hi * CHUNK);
  for (let i = lo * CHUNK; i < end; i += 4) {
    const arriving = loadPart(dy + floats(i), end - i);
    const slope = derivativeOf(fn, loadPart(x + floats(i), end - i));
    storePart(dx + floats(i), f32x4.mul(arriving, slope), end - i);
  }
}

function valueOf(fn: i32, x: v128): v128 {
  switch (fn) {
    case 0: return f32x4.neg(x);
    case 1: return exp4(x);
    case 2: return log4(x);
    case 3: return sigmoid4(x);
    case 4: return tanh4(x);
    case 5: return f32x4.pmax(x, splat(0));
    case 6: return f32x4.mul(x, sigmoid4(x));
    case 7: return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(splat(1), tanh4(geluInner(x))));
    case 8: return f32x4.mul(x, normalCdf(x));
    case 9: return softplus4(x);
    case 10: return f32x4.mul(x, x);
    case 11: return f32x4.sqrt(x);
    case 12: return f32x4.div(splat(1), x);
    case 13: return f32x4.sub(splat(1), x);
    case 14: return v128.bitselect(f32x4.add(x, splat(0.5)), sigmoid4(x), f32x4.ge(x, splat(0)));
    case 15: return logG(x);
    case 16: return v128.bitselect(x, expm1Negative4(f32x4.min(x, splat(0))), f32x4.gt(x, splat(0)));
    default: return v128.bitselect(x, f32x4.mul(x, splat(0.01)), f32x4.gt(x, splat(0)));
  }
}

function derivativeOf(fn: i32, x: v128): v128 {
  const positive = f32x4.gt(x, splat(0));
  switch (fn) {
    case 0: return splat(-1);
    case 1: return exp4(x);
    case 2: return f32x4.div(splat(1), x);
    case 3: return sigmoidSlope(x);
    case 4: return tanhSlope(x);
    case 5: return v128.and(splat(1), positive);
    case 6: return siluSlope(x);
    case 7: return geluSlope(x);
    case 8: return madd(x, f32x4.mul(splat(0.3989422804), exp4(f32x4.mul(splat(-0.5), f32x4.mul(x, x)))), normalCdf(x));
    case 9: return sigmoid4(x);
    case 10: return f32x4.add(x, x);
    case 11: return f32x4.div(splat(0.5), f32x4.sqrt(x));
    case 12: return f32x4.div(splat(-1), f32x4.mul(x, x));
    case 13: return splat(-1);
    case 14: return v128.bitselect(splat(1), sigmoidSlope(x), f32x4.ge(x, splat(0)));
    case 15: return logGSlope(x);
    case 16: return v128.bitselect(splat(1), exp4(x), positive);
    default: return v128.bitselect(splat(1), splat(0.01), positive);
  }
}

/** s (1 - s), with 1 - s as sigmoid(-x) so that it does not cancel for large x. */
function sigmoidSlope(x: v128): v128 {
  return f32x4.mul(sigmoid4(x), sigmoid4(f32x4.neg(x)));
}

function tanhSlope(x: v128): v128 {
  const t = tanh4(x);
  return f32x4.mul(f32x4.sub(splat(1), t), f32x4.add(splat(1), t));
}

function siluSlope(x: v128): v128 {
  const s = sigmoid4(x);
  return f32x4.mul(s, madd(x, f32x4.sub(splat(1), s), splat(1)));
}

/** sqrt(2 / pi) (x + 0.044715 x^3) */
function geluInner(x: v128): v128 {
  const cubic = f32x4.mul(f32x4.mul(splat(0.044715), f32x4.mul(x, x)), x);
  return f32x4.mul(splat(0.7978845608), f32x4.add(x, cubic));
}

function geluSlope(x: v128): v128 {
  const t = tanh4(geluInner(x));
  const inner = f32x4.mul(splat(0.7978845608), madd(splat(0.134145), f32x4.mul(x, x), splat(1)));
  const bend = f32x4.mul(f32x4.mul(x, f32x4.mul(f32x4.sub(splat(1), t), f32x4.add(splat(1), t))), inner);
  return f32x4.mul(splat(0.5), f32x4.add(f32x4.add(splat(1), t), bend));
}

/** (1 + erf(x / sqrt 2)) / 2; far below 0 by erfc, which does not cancel. */
function normalCdf(x: v128): v128 {
  const q = f32x4.mul(x, splat(0.7071067812));
  const tail = f32x4.mul(splat(0.5), erfcLarge(f32x4.neg(q)));
  const body = f32x4.mul(splat(0.5), f32x4.add(splat(1), erf4(q)));
  return v128.bitselect(tail, body, f32x4.lt(q, splat(-1)));
}

/** log(x + 0.5) for x >= 0, else -softplus(-x). */
function logG(x: v128): v128 {
  const up = log4(f32x4.add(f32x4.max(x, splat(0)), splat(0.5)));
  return v128.bitselect(up, f32x4.neg(softplus4(f32x4.neg(x))), f32x4.ge(x, splat(0)));
}

/** Slope of logG; 0 at exactly 0, as that of the paper's log(relu(x) + 0.5). */
function logGSlope(x: v128): v128 {
  const slope = v128.bitselect(f32x4.div(splat(1), f32x4.add(x, splat(0.5))), sigmoid4(f32x4.neg(x)), f32x4.gt(x, splat(0)));
  return v128.andnot(slope, f32x4.eq(x, splat(0)));
}
