// Functions of one number in WGSL, right to a few ulp on every driver: the built-in exp, log and tanh are allowed large errors.
// Polynomials after Cephes (S. L. Moshier), as the cpu device has them. NaN stays NaN.

export const MATH = `
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn power_of_two(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }
fn exp_of(x: f32) -> f32 {
  let y = clamp(x, -104f, 89f);
  let n = round(y * 1.44269504f);
  let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  var p = 1.9875691500e-4f * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1f;
  let half = i32(n) / 2;
  return select(p * power_of_two(half) * power_of_two(i32(n) - half), x, is_nan(x));
}
fn expm1_of(x: f32) -> f32 {
  var p = 1f + x / 7f;
  p = 1f + x / 6f * p;
  p = 1f + x / 5f * p;
  p = 1f + x / 4f * p;
  p = 1f + x / 3f * p;
  p = 1f + x / 2f * p;
  return select(exp_of(x) - 1f, x * p, abs(x) < 0.35f);
}
fn log_of(x: f32) -> f32 {
  let tiny = x < 1.17549435e-38f;
  let bits = bitcast<u32>(select(x, x * 16777216f, tiny));
  let high = i32(bits - 0x3f3504f3u) >> 23u;
  let n = f32(high) - select(0f, 24f, tiny);
  let m = bitcast<f32>(bits - (bitcast<u32>(high) << 23u)) - 1f;
  let z = m * m;
  var p = 7.0376836292e-2f * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  let y = m * z * p + n * -2.12194440e-4f - 0.5f * z;
  let word = bitcast<u32>(x);
  let lowest = bitcast<f32>(word * 0u + 0xff800000u);
  let not_a_number = bitcast<f32>(word * 0u + 0x7fc00000u);
  let found = m + y + n * 0.693359375f;
  let special = select(select(not_a_number, lowest, (word & 0x7fffffffu) == 0u), x, word == 0x7f800000u || is_nan(x));
  return select(found, special, word == 0u || word >= 0x7f800000u);
}
fn log1p_of(t: f32) -> f32 {
  let s = t / (2f + t);
  let z = s * s;
  var p = z / 15f + 0.0769230769f;
  p = p * z + 0.0909090909f;
  p = p * z + 0.1111111111f;
  p = p * z + 0.1428571429f;
  p = p * z + 0.2f;
  p = p * z + 0.3333333333f;
  return 2f * s + 2f * s * z * p;
}
fn sigmoid(x: f32) -> f32 {
  let e = exp_of(-abs(x));
  return select(e, 1f, x >= 0f) / (1f + e);
}
fn softplus(x: f32) -> f32 { return select(max(x, 0f) + log1p_of(exp_of(-abs(x))), x, is_nan(x)); }
fn tanh_of(x: f32) -> f32 {
  let z = x * x;
  var p = -5.70498872745e-3f * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  let large = 1f - 2f / (exp_of(2f * abs(x)) + 1f);
  return select(select(large, -large, x < 0f), p * z * x + x, abs(x) < 0.625f);
}
fn gelu_inner(x: f32) -> f32 { return 0.7978845608f * (x + 0.044715f * x * x * x); }
fn gelu_slope(x: f32) -> f32 {
  let inner = tanh_of(gelu_inner(x));
  return 0.5f * (1f + inner) + 0.5f * x * (1f - inner * inner) * 0.7978845608f * (1f + 0.134145f * x * x);
}
fn erf_small(x: f32) -> f32 {
  let z = x * x;
  var p = 7.853861353153693e-5f * z - 8.010193625184903e-4f;
  p = p * z + 5.188327685732524e-3f;
  p = p * z - 2.685381193529856e-2f;
  p = p * z + 1.128358514861418e-1f;
  p = p * z - 3.761262582423300e-1f;
  p = p * z + 1.128379165726710f;
  return x * p;
}
fn erfc_large(x: f32) -> f32 {
  let q = 1f / x;
  let y = q * q;
  var near = 2.326819970068386e-2f * y - 1.387039388740657e-1f;
  near = near * y + 3.687424674597105e-1f;
  near = near * y - 5.824733027278666e-1f;
  near = near * y + 6.210004621745983e-1f;
  near = near * y - 4.944515323274145e-1f;
  near = near * y + 3.404879937665872e-1f;
  near = near * y - 2.741127028184656e-1f;
  near = near * y + 5.638259427386472e-1f;
  var far = -1.047766399936249e+1f * y + 1.297719955372516e+1f;
  far = far * y - 7.495518717768503f;
  far = far * y + 2.921019019210786f;
  far = far * y - 1.015265279202700f;
  far = far * y + 4.218463358204948e-1f;
  far = far * y - 2.820767439740514e-1f;
  far = far * y + 5.641895067754075e-1f;
  return exp_of(-x * x) * q * select(far, near, x < 2f);
}
fn normal_cdf(x: f32) -> f32 {
  let q = x * 0.7071067812f;
  let tail = 0.5f * erfc_large(max(abs(q), 1f));
  return select(select(1f - tail, tail, q < 0f), 0.5f + 0.5f * erf_small(q), abs(q) < 1f || is_nan(q));
}`;
