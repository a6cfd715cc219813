// Functions of one number in WGSL for all kernels. The built-in exp, log and tanh may be off by many ulp and are undefined for numbers that
// are not finite; these are polynomials of about 2 ulp, correct at infinities, and pass NaN through by its bits. Independent of ops.
import { NON_FINITE } from './lowering.ts';

/** Statements that leave a polynomial in `name`: coefficients from the highest power of `x` down, as they are written in their source. */
const polynomial = (name: string, x: string, [highest = '0', ...others]: readonly string[]): string =>
  [`var ${name} = ${highest}f;`, ...others.map((one) => `${name} = fma(${name}, ${x}, ${one}f);`)].join(' ');

/** `is_nan(x)`: by bits, since compilers may assume that no comparison sees a NaN. */
const TESTS = `
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > exponent_bits; }
fn power_of_two(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }`;

/** exp and exp - 1: x = n ln 2 + r, |r| <= ln 2 / 2, polynomial of degree 7 in r (coefficients of Cephes expf). */
const EXPONENTIAL = `
fn exp_tail(r: f32) -> f32 {
  ${polynomial('p', 'r', ['1.9875691500e-4', '1.3981999507e-3', '8.3334519073e-3', '4.1665795894e-2', '1.6666665459e-1', '5.0000001201e-1'])}
  return fma(p * r, r, r);
}
fn exp_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x > 88.7228f) { return infinity(); }
  if (x < -103.5f) { return 0f; }
  let n = floor(fma(x, 1.44269504f, 0.5f));
  let r = fma(n, 2.12194440e-4f, fma(n, -0.693359375f, x));
  let whole = i32(n);
  let half = whole / 2;
  return (1f + exp_tail(r)) * power_of_two(half) * power_of_two(whole - half);
}
fn expm1_of(x: f32) -> f32 {
  if (abs(x) < 0.4f) { return exp_tail(x); }
  return exp_of(x) - 1f;
}`;

/** log for any x; log(1 + x) for 0 <= x <= 1 by 2 artanh(x / (2 + x)), which has no cancellation. */
const LOGARITHM = `
fn log_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x < 0f) { return nan(); }
  if (x == 0f) { return -infinity(); }
  if (!finite(x)) { return x; }
  var bits = bitcast<u32>(x);
  var e = -127f;
  if (bits < 0x00800000u) { bits = bitcast<u32>(x * 8388608f); e = -150f; }
  e += f32(bits >> 23u);
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u);
  if (m > 1.41421356f) { m *= 0.5f; e += 1f; }
  let above = m - 1f;
  let z = above * above;
  ${polynomial('p', 'above', ['7.0376836292e-2', '-1.1514610310e-1', '1.1676998740e-1', '-1.2420140846e-1', '1.4249322787e-1', '-1.6668057665e-1', '2.0000714765e-1', '-2.4999993993e-1', '3.3333331174e-1'])}
  let tail = fma(-0.5f, z, fma(e, -2.12194440e-4f, p * above * z));
  return fma(e, 0.693359375f, above + tail);
}
fn log1p_unit(x: f32) -> f32 {
  let s = x / (2f + x);
  let z = s * s;
  ${polynomial('p', 'z', ['0.0666666667', '0.0769230769', '0.0909090909', '0.111111111', '0.142857143', '0.2', '0.333333333'])}
  return 2f * fma(p * z, s, s);
}
fn log1p_of(x: f32) -> f32 {
  if (x >= 0f && x <= 1f) { return log1p_unit(x); }
  let u = 1f + x;
  if (u == 0f || !finite(u)) { return log_of(u); }
  return log_of(u) - ((u - 1f) - x) / u;
}`;

/** sigmoid, softplus and tanh without overflow for any x. */
const SQUASHING = `
fn sigmoid_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let e = exp_of(-abs(x));
  return select(e, 1f, x >= 0f) / (1f + e);
}
fn softplus_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  return max(x, 0f) + log1p_unit(exp_of(-abs(x)));
}
fn tanh_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let size = abs(x);
  if (size < 0.625f) {
    let z = x * x;
    ${polynomial('p', 'z', ['-5.70498872745e-3', '2.06390887954e-2', '-5.37397155531e-2', '1.33314422036e-1', '-3.33332819422e-1'])}
    return fma(p * z, x, x);
  }
  let far = 1f - 2f / (exp_of(2f * min(size, 10f)) + 1f);
  return select(-far, far, x >= 0f);
}`;

/** The error function for |x| < 1, and 1 - erf for x >= 1 (coefficients of Cephes erff). */
const ERROR_FUNCTION = `
fn erfc_tail(q: f32, near: bool) -> f32 {
  let squared = q * q;
  if (near) {
    ${polynomial('p', 'squared', ['2.326819970068386e-2', '-1.387039388740657e-1', '3.687424674597105e-1', '-5.824733027278666e-1', '6.210004621745983e-1', '-4.944515323274145e-1', '3.404879937665872e-1', '-2.741127028184656e-1'])}
    return fma(p, squared, 5.638259427386472e-1f);
  }
  ${polynomial('r', 'squared', ['-1.047766399936249e+1', '1.297719955372516e+1', '-7.495518717768503e+0', '2.921019019210786e+0', '-1.015265279202700e+0', '4.218463358204948e-1', '-2.820767439740514e-1'])}
  return fma(r, squared, 5.641895067754075e-1f);
}
fn erf_small(x: f32) -> f32 {
  let z = x * x;
  ${polynomial('p', 'z', ['7.853861353153693e-5', '-8.010193625184903e-4', '5.188327685732524e-3', '-2.685381193529856e-2', '1.128358514861418e-1', '-3.761262582423300e-1'])}
  return x * fma(p, z, 1.128379165726710e+0f);
}
fn erfc_large(x: f32) -> f32 {
  let inverse = 1f / x;
  return exp_of(-x * x) * inverse * erfc_tail(inverse, x < 2f);
}
fn erf_of(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let size = abs(x);
  if (size < 1f) { return erf_small(x); }
  let far = 1f - erfc_large(size);
  return select(-far, far, x >= 0f);
}
fn normal_cdf(x: f32) -> f32 {
  let scaled = x * 0.7071067812f;
  let tail = 0.5f * erfc_large(max(abs(scaled), 1f));
  return select(select(1f - tail, tail, scaled < 0f), 0.5f + 0.5f * erf_small(scaled), abs(scaled) < 1f || is_nan(scaled));
}
fn normal_density(x: f32) -> f32 {
  return 0.3989422804f * exp_of(-0.5f * x * x);
}`;

/** Sine and cosine: x = n pi / 2 + r, |r| <= pi / 4, pi / 2 in three parts (coefficients of Cephes sinf and cosf). */
const CIRCLE = `
fn quarter_turns(n: i32, rest: f32) -> f32 {
  let r = clamp(rest, -0.786f, 0.786f);
  let z = r * r;
  ${polynomial('sine', 'z', ['-1.9515295891e-4', '8.3321608736e-3', '-1.6666654611e-1'])}
  ${polynomial('cosine', 'z', ['2.443315711809948e-5', '-1.388731625493765e-3', '4.166664568298827e-2'])}
  let value = select(fma(sine * z, r, r), fma(cosine * z, z, fma(-0.5f, z, 1f)), (n & 1) == 1);
  return select(value, -value, (n & 2) == 2);
}
fn turn_rest(x: f32, n: f32) -> f32 {
  return fma(n, -7.54978995489188216e-8f, fma(n, -4.837512969970703125e-4f, fma(n, -1.5703125f, x)));
}
fn sin_of(x: f32) -> f32 {
  if (!finite(x)) { return nan(); }
  let n = round(x * 0.636619772f);
  return quarter_turns(i32(n), turn_rest(x, n));
}
fn cos_of(x: f32) -> f32 {
  if (!finite(x)) { return nan(); }
  let n = round(x * 0.636619772f);
  return quarter_turns(i32(n) + 1, turn_rest(x, n));
}`;

/** Bounds that keep NaN. */
const BOUNDS = `
fn at_least(x: f32, bound: f32) -> f32 {
  if (is_nan(x)) { return x; }
  return max(x, bound);
}
fn at_most(x: f32, bound: f32) -> f32 {
  if (is_nan(x)) { return x; }
  return min(x, bound);
}
fn max_or_nan(x: f32, y: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return x + y; }
  return max(x, y);
}`;

/**
 * `is_nan`, `exp_of`, `expm1_of`, `log_of`, `log1p_of`, `log1p_unit` (0 <= x <= 1), `sigmoid_of`, `softplus_of`, `tanh_of`, `erf_of`, `erf_small` (|x| < 1),
 * `erfc_large` (x >= 1), `normal_cdf`, `normal_density`, `sin_of`, `cos_of`, `at_least`, `at_most`, `max_or_nan`, and what NON_FINITE declares (do not add it a second time).
 */
export const MATH = [NON_FINITE, TESTS, EXPONENTIAL, LOGARITHM, SQUASHING, ERROR_FUNCTION, CIRCLE, BOUNDS].join('\n');
