// exp, log, tanh, erf and functions built on them, for all lanes at once. Polynomials after Cephes (S. L. Moshier), about 2 units of the last
// place; math.test.ts measures them on each kernel module. Depends on vectors only.
#ifndef MINRNN_MATH_H
#define MINRNN_MATH_H

#include "simd.h"

/** What expReduced rounds x / ln 2 to, and x without it. */
INLINE vf wholePowers(vf x) { return madd(x, splat(1.44269504f), splat(12582912.0f)); }
INLINE vf withoutPowers(vf x, vf rounded) {
  const vf n = rounded - 12582912.0f;
  return madd(n, splat(2.12194440e-4f), madd(n, splat(-0.693359375f), x));
}

/** (e^r - 1 - r) / r^2. */
INLINE vf expRest(vf r) {
  vf p = madd(splat(1.9875691500e-4f), r, splat(1.3981999507e-3f));
  p = madd(p, r, splat(8.3334519073e-3f));
  p = madd(p, r, splat(4.1665795894e-2f));
  p = madd(p, r, splat(1.6666665459e-1f));
  return madd(p, r, splat(5.0000001201e-1f));
}

/** 2^n e^r. */
INLINE vf expOfParts(vf rounded, vf r) {
  const vf p = madd(r * r, expRest(r), r + 1.0f);
  return (vf)((vi)p + ((vi)rounded << 23));
}

/**
 * 2^n e^r with e^r from a polynomial on |r| <= ln 2 / 2, for -87.3 <= x <= 88.3; NaN stays NaN. Adding 1.5 2^23 rounds n and leaves it in the
 * low bits: shifted into the exponent it is added to that of the polynomial.
 */
INLINE vf expReduced(vf x) {
  const vf rounded = wholePowers(x);
  return expOfParts(rounded, withoutPowers(x, rounded));
}

/** x clamped to [low, high]; NaN stays NaN. */
INLINE vf held(vf x, float low, float high) { return smaller(larger(x, splat(low)), splat(high)); }

/** The nearest whole number, of two as near the even one, for |x| < 2^22: adding 1.5 2^23 leaves no room for a fraction. */
INLINE vf vround(vf x) { return (x + 12582912.0f) - 12582912.0f; }

/** e^x, at least e^-87.3 and at most e^88.3: for gates and softmax, where the ends do not matter. */
INLINE vf vexpHeld(vf x) { return expReduced(held(x, -87.3f, 88.3f)); }

#if LANES == 16
/** x 2^n, also where that is a denormal or infinity. `rounded` as in expReduced. */
INLINE vf timesPower(vf x, vf rounded) { return (vf)_mm512_scalef_ps((__m512)x, (__m512)(rounded - 12582912.0f)); }
#else
/** x 2^n for |n| <= 252, also where that is a denormal or infinity: two factors, the first of which rounds nothing. `rounded` as in expReduced. */
INLINE vf timesPower(vf x, vf rounded) {
  const vi n = (vi)rounded - 0x4b400000, half = n >> 1;
  return x * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
}
#endif

/** e^x on the whole line, through denormals to 0 and to infinity. */
INLINE vf vexp(vf x) {
  const vf near = held(x, -105.0f, 90.0f), rounded = wholePowers(near), r = withoutPowers(near, rounded);
  return timesPower(madd(r * r, expRest(r), r + 1.0f), rounded);
}

/** 1 / (1 + e^-x). */
INLINE vf vsigmoid(vf x) { return 1.0f / (1.0f + vexpHeld(-x)); }

/** Odd polynomial below 0.625, 1 - 2 / (e^2|x| + 1) above: accurate relative to the result everywhere. */
INLINE vf vtanh(vf x) {
  const vf size = absolute(x), z = x * x;
  vf p = madd(splat(-5.70498872745e-3f), z, splat(2.06390887954e-2f));
  p = madd(p, z, splat(-5.37397155531e-2f));
  p = madd(p, z, splat(1.33314422036e-1f));
  p = madd(p, z, splat(-3.33332819422e-1f));
  const vf near = madd(p * z, x, x);
  const vf far = (vf)((vi)(1.0f - 2.0f / (vexpHeld(size + size) + 1.0f)) | (vi)signBit(x));
  return pick(size < 0.625f, near, far);
}

INLINE vf logEnds(vf x, vf finite) {
  vf y = pick(x == 0.0f, splat(-INFINITY), finite);
  y = pick(x == INFINITY, splat(INFINITY), y);
  return pick((x < 0.0f) | (x != x), splat(NAN), y);
}

/** Natural logarithm; -infinity at 0, not a number below, infinity at infinity. Denormals are scaled up first. */
INLINE vf vlog(vf x) {
  const vi tiny = x < 1.17549435e-38f;
  const vf scaled = pick(tiny, x * 8388608.0f, x);
  vf e = __builtin_convertvector(((vi)scaled >> 23) - 126, vf) - keep(tiny, splat(23.0f));
  vf m = (vf)(((vi)scaled & 0x007fffff) | (vi)splat(0.5f));
  const vi low = m < 0.707106781f;
  e = e - keep(low, splat(1.0f));
  m = m + keep(low, m) - 1.0f;
  const vf z = m * m;
  vf y = madd(splat(7.0376836292e-2f), m, splat(-1.1514610310e-1f));
  y = madd(y, m, splat(1.1676998740e-1f));
  y = madd(y, m, splat(-1.2420140846e-1f));
  y = madd(y, m, splat(1.4249322787e-1f));
  y = madd(y, m, splat(-1.6668057665e-1f));
  y = madd(y, m, splat(2.0000714765e-1f));
  y = madd(y, m, splat(-2.4999993993e-1f));
  y = madd(y, m, splat(3.3333331174e-1f));
  y = y * m * z;
  y = madd(e, splat(-2.12194440e-4f), y);
  y = madd(splat(-0.5f), z, y);
  return logEnds(x, madd(e, splat(0.693359375f), m + y));
}

/** log(1 + m) for -1/4 <= m <= 1/2: a polynomial fitted to 5e-9 of the result. */
INLINE vf log1pReduced(vf m) {
  vf p = madd(splat(-4.4909618795e-2f), m, splat(1.0448332876e-1f));
  p = madd(p, m, splat(-1.3162232935e-1f));
  p = madd(p, m, splat(1.4482061565e-1f));
  p = madd(p, m, splat(-1.6647761559e-1f));
  p = madd(p, m, splat(1.9990606606e-1f));
  p = madd(p, m, splat(-2.5000053644e-1f));
  p = madd(p, m, splat(3.3333453536e-1f));
  p = madd(p, m, splat(-0.5f));
  return madd(m * m, p, m);
}

/**
 * log(1 + x) for finite x > -1, accurate for small x: 1 + x = 2^n (1 + m) with m from x / 2^n + (1 / 2^n - 1), so that the rounding of 1 + x takes no part. n is chosen by
 * the bits of 1 + x, which puts m into [-1/4, 1/2].
 */
INLINE vf log1pFinite(vf x) {
  const vu power = ((vu)(x + 1.0f) - 0x3f400000u) & 0xff800000u;
  const vf m = (vf)((vu)x - power) + madd(splat(0.25f), (vf)(0x40800000u - power), splat(-1.0f));
  const vf n = __builtin_convertvector((vi)power >> 23, vf);
  return madd(n, splat(0.693147181f), log1pReduced(m));
}

/** log(1 + x); -infinity at -1, not a number below, infinity at infinity. */
INLINE vf vlog1p(vf x) { return pick((x > -1.0f) & (x < INFINITY), log1pFinite(x), logEnds(x + 1.0f, x)); }

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). */
INLINE vf vsoftplus(vf x) { return larger(x, splat(0)) + log1pFinite(vexp(-absolute(x))); }

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1), accurate for small x, where n is 0. It is made of halves, since 2^128 is no float. */
INLINE vf vexpm1(vf x) {
  const vf near = held(x, -25.0f, 89.0f), rounded = wholePowers(near), r = withoutPowers(near, rounded);
  const vf half = (vf)(((vi)rounded - 0x4b400000 + 126) << 23);
  const vf part = madd(half, madd(r * r, expRest(r), r), half - 0.5f);
  return part + part;
}

INLINE vf erfcNear(vf y) {
  vf p = madd(splat(2.326819970068386e-2f), y, splat(-1.387039388740657e-1f));
  p = madd(p, y, splat(3.687424674597105e-1f));
  p = madd(p, y, splat(-5.824733027278666e-1f));
  p = madd(p, y, splat(6.210004621745983e-1f));
  p = madd(p, y, splat(-4.944515323274145e-1f));
  p = madd(p, y, splat(3.404879937665872e-1f));
  p = madd(p, y, splat(-2.741127028184656e-1f));
  return madd(p, y, splat(5.638259427386472e-1f));
}

INLINE vf erfcFar(vf y) {
  vf p = madd(splat(-1.047766399936249e1f), y, splat(1.297719955372516e1f));
  p = madd(p, y, splat(-7.495518717768503f));
  p = madd(p, y, splat(2.921019019210786f));
  p = madd(p, y, splat(-1.015265279202700f));
  p = madd(p, y, splat(4.218463358204948e-1f));
  p = madd(p, y, splat(-2.820767439740514e-1f));
  return madd(p, y, splat(5.641895067754075e-1f));
}

/** e^(-x^2) with x split in two, so that the rounding of x^2 does not grow with x. */
INLINE vf expSquareNegative(vf x) {
  const vf high = (vf)((vi)x & (int32_t)0xfffff000);
  const vf low = x - high;
  // The second exponent is small wherever the first power is not 0.
  return vexp(-(high * high)) * vexpHeld(-(low * (x + high)));
}

/** 1 - erf(x) for x >= 1, accurate relative to the (small) result. */
INLINE vf verfcLarge(vf x) {
  const vf q = 1.0f / larger(x, splat(1));
  const vf y = q * q;
  return expSquareNegative(x) * q * pick(x < 2.0f, erfcNear(y), erfcFar(y));
}

/** x times a polynomial of x^2: the error function up to 1. */
INLINE vf erfNear(vf x) {
  const vf z = x * x;
  vf p = madd(splat(7.853861353153693e-5f), z, splat(-8.010193625184903e-4f));
  p = madd(p, z, splat(5.188327685732524e-3f));
  p = madd(p, z, splat(-2.685381193529856e-2f));
  p = madd(p, z, splat(1.128358514861418e-1f));
  p = madd(p, z, splat(-3.761262582423300e-1f));
  p = madd(p, z, splat(1.128379165726710f));
  return x * p;
}

/** Error function: an odd polynomial up to 1, 1 - `rest` above, where `rest` = erfc(|x|). */
INLINE vf erfBeside(vf x, vf rest) {
  const vf far = (vf)((vi)(1.0f - rest) | (vi)signBit(x));
  return pick(absolute(x) < 1.0f, erfNear(x), far);
}

INLINE vf verf(vf x) { return erfBeside(x, verfcLarge(absolute(x))); }

/**
 * e^(-x^2 / 2), 0 beyond 13.2, where it is no normal float any more. x is split in two, so that its square is exact but for a small part; that is added to what the
 * polynomial gets.
 */
INLINE vf vbell(vf x) {
  const vf size = absolute(x), near = smaller(size, splat(13.2f));
  const vf high = (vf)((vi)near & (int32_t)0xfffff000);
  const vf most = -0.5f * (high * high), rest = -0.5f * ((near - high) * (near + high));
  const vf rounded = wholePowers(most);
  return pick(size > 13.2f, splat(0.0f), expOfParts(rounded, withoutPowers(most, rounded) + rest));
}

/** e^(-x^2 / 2) / sqrt(2 pi). */
INLINE vf vnormalDensity(vf x) { return 0.3989422804f * vbell(x); }

/**
 * (1 + erf(x / sqrt 2)) / 2: e^(-x^2 / 2) times a polynomial of 1 / (1 + 0.345 |x|), which is fitted to 2e-8 of the result (below 0) up to 13.2. Nothing cancels.
 */
INLINE vf vnormalCdf(vf x) {
  const vf t = 1.0f / madd(splat(0.345f), smaller(absolute(x), splat(13.2f)), splat(1.0f));
  vf p = madd(splat(-2.8434173187e-2f), t, splat(1.4552174731e-1f));
  p = madd(p, t, splat(-2.7163933932e-1f));
  p = madd(p, t, splat(1.8769659059e-1f));
  p = madd(p, t, splat(-3.7923862857e-2f));
  p = madd(p, t, splat(1.1192698046e-1f));
  p = madd(p, t, splat(1.1720821403e-1f));
  p = madd(p, t, splat(1.3802474904e-1f));
  p = madd(p, t, splat(1.3761908407e-1f));
  const vf tail = vbell(x) * (p * t);
  return pick(x < 0.0f, tail, 1.0f - tail);
}

/**
 * sin(x + turns pi / 2): x = n pi / 2 + r, |r| <= pi / 4, with pi / 2 in three parts whose products with n are exact for |x| up to 8,192. n is rounded as in
 * expReduced, and its last bits choose the polynomial and the sign. Further out r is clamped, so that the result stays in [-1, 1].
 */
INLINE vf sinAfter(vf x, int32_t turns) {
  const vf rounded = madd(x, splat(0.636619772f), splat(12582912.0f));
  const vf n = rounded - 12582912.0f;
  const vf rest = madd(n, splat(-7.54978995489188216e-8f), madd(n, splat(-4.837512969970703125e-4f), madd(n, splat(-1.5703125f), x)));
  const vf r = held(rest, -0.786f, 0.786f), z = r * r;
  vf s = madd(splat(-1.9515295891e-4f), z, splat(8.3321608736e-3f));
  s = madd(madd(s, z, splat(-1.6666654611e-1f)) * z, r, r);
  vf c = madd(splat(2.443315711809948e-5f), z, splat(-1.388731625493765e-3f));
  c = madd(madd(c, z, splat(4.166664568298827e-2f)) * z, z, madd(splat(-0.5f), z, splat(1)));
  const vi quarter = (vi)rounded + turns;
  return (vf)((vi)pick((quarter & 1) == 0, s, c) ^ ((quarter & 2) << 30));
}

INLINE vf vsin(vf x) { return sinAfter(x, 0); }
INLINE vf vcos(vf x) { return sinAfter(x, 1); }

#endif
