// exp, log, tanh, erf and functions built on them, four floats at a time and without tables: a table would be a data segment, which each
// thread's instantiation would copy over the shared arena. Polynomials after Cephes (S. L. Moshier), about 2 ulp; math.test.ts measures.
import { madd } from './simd.as';

// @ts-ignore: decorator
@inline function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** What expReduced rounds x / ln 2 to, and x without it. */
// @ts-ignore: decorator
@inline function wholePowers(x: v128): v128 {
  return madd(x, splat(1.44269504), splat(12582912));
}

// @ts-ignore: decorator
@inline function withoutPowers(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, splat(12582912));
  return madd(n, splat(2.12194440e-4), madd(n, splat(-0.693359375), x));
}

/** (e^r - 1 - r) / r^2. */
// @ts-ignore: decorator
@inline function expRest(r: v128): v128 {
  let p = madd(splat(1.9875691500e-4), r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  return madd(p, r, splat(5.0000001201e-1));
}

/** 2^n e^r. */
// @ts-ignore: decorator
@inline function expOfParts(rounded: v128, r: v128): v128 {
  const p = madd(f32x4.mul(r, r), expRest(r), f32x4.add(r, splat(1)));
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/**
 * 2^n e^r with e^r from a polynomial on |r| <= ln 2 / 2. Needs -87.3 <= x <= 88.3; NaN stays NaN. n is rounded by adding 1.5 2^23, which leaves it in the low bits:
 * shifted into the exponent it is added to the polynomial. Rounding and conversion instructions take three times as long.
 */
// @ts-ignore: decorator
@inline function expReduced(x: v128): v128 {
  const rounded = wholePowers(x);
  return expOfParts(rounded, withoutPowers(x, rounded));
}

/** x clamped to [low, high]; NaN stays NaN. The pseudo-minimum is one instruction, the exact one seven. */
// @ts-ignore: decorator
@inline function held(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(low)), splat(high));
}

/** e^x clamped to the range of floats: at least e^-87.3, at most e^88.3. For gates and softmax, where the ends do not matter. */
// @ts-ignore: decorator
@inline export function expHeld(x: v128): v128 {
  return expReduced(held(x, -87.3, 88.3));
}

/** e^x with 0 and infinity at the ends (results below the smallest normal float are 0): 2^128 is no float, so n = 128 is 127 and a doubling. */
// @ts-ignore: decorator
@inline export function exp4(x: v128): v128 {
  const near = held(x, -87.33654, 89);
  const rounded = wholePowers(near);
  const most = f32x4.pmin(rounded, splat(12583039));
  const value = expOfParts(most, withoutPowers(near, rounded));
  return v128.andnot(madd(value, f32x4.sub(rounded, most), value), f32x4.lt(x, splat(-87.33654)));
}

// @ts-ignore: decorator
@inline export function sigmoid4(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), expHeld(f32x4.neg(x))));
}

/** Odd polynomial below 0.625, 1 - 2 / (e^2|x| + 1) above: accurate relative to the result everywhere. */
// @ts-ignore: decorator
@inline export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = madd(splat(-5.70498872745e-3), z, splat(2.06390887954e-2));
  p = madd(p, z, splat(-5.37397155531e-2));
  p = madd(p, z, splat(1.33314422036e-1));
  p = madd(p, z, splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  const tail = f32x4.div(splat(2), f32x4.add(expHeld(f32x4.add(size, size)), splat(1)));
  const sign = v128.and(x, splat(-0.0));
  const far = v128.or(f32x4.sub(splat(1), tail), sign);
  return v128.bitselect(near, far, f32x4.lt(size, splat(0.625)));
}

/** Natural logarithm; -infinity at 0, NaN below, infinity at infinity. Denormals are scaled up first. */
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat(8388608)), x, tiny);
  const exponent = i32x4.sub(i32x4.shr_u(scaled, 23), i32x4.splat(126));
  let e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, splat(23)));
  let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), splat(0.5));
  const low = f32x4.lt(m, splat(0.707106781));
  e = f32x4.sub(e, v128.and(low, splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), splat(1));
  const z = f32x4.mul(m, m);
  let y = madd(splat(7.0376836292e-2), m, splat(-1.1514610310e-1));
  y = madd(y, m, splat(1.1676998740e-1));
  y = madd(y, m, splat(-1.2420140846e-1));
  y = madd(y, m, splat(1.4249322787e-1));
  y = madd(y, m, splat(-1.6668057665e-1));
  y = madd(y, m, splat(2.0000714765e-1));
  y = madd(y, m, splat(-2.4999993993e-1));
  y = madd(y, m, splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = madd(e, splat(-2.12194440e-4), y);
  y = madd(splat(-0.5), z, y);
  const finite = madd(e, splat(0.693359375), f32x4.add(m, y));
  return logEnds(x, finite);
}

function logEnds(x: v128, finite: v128): v128 {
  const infinity = splat(Infinity);
  let y = v128.bitselect(splat(-Infinity), finite, f32x4.eq(x, splat(0)));
  y = v128.bitselect(infinity, y, f32x4.eq(x, infinity));
  const bad = v128.or(f32x4.lt(x, splat(0)), f32x4.ne(x, x));
  return v128.bitselect(splat(NaN), y, bad);
}

/** log(1 + m) for -1/4 <= m <= 1/2: a polynomial fitted to 5e-9 of the result. */
function log1pReduced(m: v128): v128 {
  let p = madd(splat(-4.4909618795e-2), m, splat(1.0448332876e-1));
  p = madd(p, m, splat(-1.3162232935e-1));
  p = madd(p, m, splat(1.4482061565e-1));
  p = madd(p, m, splat(-1.6647761559e-1));
  p = madd(p, m, splat(1.9990606606e-1));
  p = madd(p, m, splat(-2.5000053644e-1));
  p = madd(p, m, splat(3.3333453536e-1));
  p = madd(p, m, splat(-0.5));
  return madd(f32x4.mul(m, m), p, m);
}

/**
 * log(1 + x) for finite x > -1, accurate for small x: 1 + x = 2^n (1 + m) with m from x / 2^n + (1 / 2^n - 1), so that the rounding of 1 + x takes no part. n is chosen by
 * the bits of 1 + x, which puts m into [-1/4, 1/2].
 */
export function log1pFinite(x: v128): v128 {
  const power = v128.and(i32x4.sub(f32x4.add(x, splat(1)), i32x4.splat(0x3f400000)), i32x4.splat(0xff800000));
  const rest = madd(splat(0.25), i32x4.sub(i32x4.splat(0x40800000), power), splat(-1));
  const m = f32x4.add(i32x4.sub(x, power), rest);
  const n = f32x4.convert_i32x4_s(i32x4.shr_s(power, 23));
  return madd(n, splat(0.693147181), log1pReduced(m));
}

/** log(1 + x); -infinity at -1, not a number below, infinity at infinity. */
export function log1p4(x: v128): v128 {
  const inside = v128.and(f32x4.gt(x, splat(-1)), f32x4.lt(x, splat(Infinity)));
  return v128.bitselect(log1pFinite(x), logEnds(f32x4.add(x, splat(1)), x), inside);
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, splat(0)), log1pFinite(exp4(f32x4.neg(f32x4.abs(x)))));
}

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1), accurate for small x, where n is 0. It is made of halves, since 2^128 is no float. */
export function expm14(x: v128): v128 {
  const near = held(x, -25, 89);
  const rounded = wholePowers(near);
  const r = withoutPowers(near, rounded);
  const half = i32x4.shl(i32x4.add(rounded, i32x4.splat(126 - 0x4b400000)), 23);
  const part = madd(half, madd(f32x4.mul(r, r), expRest(r), r), f32x4.sub(half, splat(0.5)));
  return f32x4.add(part, part);
}

/** x times a polynomial of x^2: the error function up to 1. */
function erfNear(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = madd(splat(7.853861353153693e-5), z, splat(-8.010193625184903e-4));
  p = madd(p, z, splat(5.188327685732524e-3));
  p = madd(p, z, splat(-2.685381193529856e-2));
  p = madd(p, z, splat(1.128358514861418e-1));
  p = madd(p, z, splat(-3.761262582423300e-1));
  p = madd(p, z, splat(1.128379165726710));
  return f32x4.mul(x, p);
}

/** Error function: an odd polynomial up to 1, 1 - `rest` above, where `rest` = erfc(|x|). */
function erfBeside(x: v128, rest: v128): v128 {
  const far = v128.or(f32x4.sub(splat(1), rest), v128.and(x, splat(-0.0)));
  return v128.bitselect(erfNear(x), far, f32x4.lt(f32x4.abs(x), splat(1)));
}

export function erf4(x: v128): v128 {
  return erfBeside(x, erfcLarge(f32x4.abs(x)));
}

/**
 * e^(-x^2 / 2), 0 beyond 13.2, where it is no normal float any more. x is split in two, so that its square is exact but for a small part; that is added to what the
 * polynomial gets.
 */
// @ts-ignore: decorator
@inline function bell(x: v128): v128 {
  const size = f32x4.abs(x);
  const near = f32x4.pmin(size, splat(13.2));
  const high = v128.and(near, i32x4.splat(0xfffff000));
  const most = f32x4.mul(splat(-0.5), f32x4.mul(high, high));
  const rest = f32x4.mul(splat(-0.5), f32x4.mul(f32x4.sub(near, high), f32x4.add(near, high)));
  const rounded = wholePowers(most);
  const value = expOfParts(rounded, f32x4.add(withoutPowers(most, rounded), rest));
  return v128.andnot(value, f32x4.gt(size, splat(13.2)));
}

/** e^(-x^2 / 2) / sqrt(2 pi). */
// @ts-ignore: decorator
@inline export function normalDensity4(x: v128): v128 {
  return f32x4.mul(splat(0.3989422804), bell(x));
}

/**
 * (1 + erf(x / sqrt 2)) / 2: e^(-x^2 / 2) times a polynomial of 1 / (1 + 0.345 |x|), which is fitted to 2e-8 of the result (below 0) up to 13.2. Nothing cancels.
 */
// @ts-ignore: decorator
@inline export function normalCdf4(x: v128): v128 {
  const t = f32x4.div(splat(1), madd(splat(0.345), f32x4.pmin(f32x4.abs(x), splat(13.2)), splat(1)));
  let p = madd(splat(-2.8434173187e-2), t, splat(1.4552174731e-1));
  p = madd(p, t, splat(-2.7163933932e-1));
  p = madd(p, t, splat(1.8769659059e-1));
  p = madd(p, t, splat(-3.7923862857e-2));
  p = madd(p, t, splat(1.1192698046e-1));
  p = madd(p, t, splat(1.1720821403e-1));
  p = madd(p, t, splat(1.3802474904e-1));
  p = madd(p, t, splat(1.3761908407e-1));
  const tail = f32x4.mul(bell(x), f32x4.mul(p, t));
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, splat(0)));
}

/** 1 - erf(x) for x >= 1, accurate relative to the (small) result. */
function erfcLarge(x: v128): v128 {
  const q = f32x4.div(splat(1), f32x4.pmax(x, splat(1)));
  const y = f32x4.mul(q, q);
  const near = v128.bitselect(erfcNear(y), erfcFar(y), f32x4.lt(x, splat(2)));
  return f32x4.mul(f32x4.mul(expSquareNegative(x), q), near);
}

function erfcNear(y: v128): v128 {
  let p = madd(splat(2.326819970068386e-2), y, splat(-1.387039388740657e-1));
  p = madd(p, y, splat(3.687424674597105e-1));
  p = madd(p, y, splat(-5.824733027278666e-1));
  p = madd(p, y, splat(6.210004621745983e-1));
  p = madd(p, y, splat(-4.944515323274145e-1));
  p = madd(p, y, splat(3.404879937665872e-1));
  p = madd(p, y, splat(-2.741127028184656e-1));
  return madd(p, y, splat(5.638259427386472e-1));
}

function erfcFar(y: v128): v128 {
  let p = madd(splat(-1.047766399936249e1), y, splat(1.297719955372516e1));
  p = madd(p, y, splat(-7.495518717768503));
  p = madd(p, y, splat(2.921019019210786));
  p = madd(p, y, splat(-1.015265279202700));
  p = madd(p, y, splat(4.218463358204948e-1));
  p = madd(p, y, splat(-2.820767439740514e-1));
  return madd(p, y, splat(5.641895067754075e-1));
}

/** e^(-x^2) with x split in two, so that the rounding of x^2 does not grow with x. */
function expSquareNegative(x: v128): v128 {
  const high = v128.and(x, i32x4.splat(0xfffff000));
  const low = f32x4.sub(x, high);
  const main = exp4(f32x4.neg(f32x4.mul(high, high)));
  return f32x4.mul(main, exp4(f32x4.neg(f32x4.mul(low, f32x4.add(x, high)))));
}

/**
 * sin(x + turns pi / 2): x = n pi / 2 + r, |r| <= pi / 4, with pi / 2 in three parts whose products with n are exact for |x| up to 8,192. n is rounded as in
 * expReduced, and its last bits choose the polynomial and the sign. Further out r is clamped, so that the result stays in [-1, 1].
 */
function sinAfter(x: v128, turns: i32): v128 {
  const rounded = madd(x, splat(0.636619772), splat(12582912));
  const n = f32x4.sub(rounded, splat(12582912));
  const rest = madd(n, splat(-7.54978995489188216e-8), madd(n, splat(-4.837512969970703125e-4), madd(n, splat(-1.5703125), x)));
  const r = held(rest, -0.786, 0.786), z = f32x4.mul(r, r);
  let s = madd(splat(-1.9515295891e-4), z, splat(8.3321608736e-3));
  s = madd(f32x4.mul(madd(s, z, splat(-1.6666654611e-1)), z), r, r);
  let c = madd(splat(2.443315711809948e-5), z, splat(-1.388731625493765e-3));
  c = madd(f32x4.mul(madd(c, z, splat(4.166664568298827e-2)), z), z, madd(splat(-0.5), z, splat(1)));
  const quarter = i32x4.add(rounded, i32x4.splat(turns));
  const even = i32x4.eq(v128.and(quarter, i32x4.splat(1)), i32x4.splat(0));
  const sign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(s, c, even), sign);
}

export function sin4(x: v128): v128 {
  return sinAfter(x, 0);
}

export function cos4(x: v128): v128 {
  return sinAfter(x, 1);
}
