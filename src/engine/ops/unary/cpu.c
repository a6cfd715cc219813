// Native kernels of unary and unaryGrad. The numbers of the functions are those of cpu.ts beside this file.

/** s (1 - s), with 1 - s as sigmoid(-x) so that it does not cancel for large x. */
INLINE vf sigmoidSlope(vf x) { return vsigmoid(x) * vsigmoid(-x); }

INLINE vf tanhSlope(vf x) {
  const vf t = vtanh(x);
  return (1.0f - t) * (1.0f + t);
}

INLINE vf siluSlope(vf x) {
  const vf s = vsigmoid(x);
  return s * madd(x, 1.0f - s, splat(1));
}

/** sqrt(2 / pi) (x + 0.044715 x^3) */
INLINE vf geluInner(vf x) { return 0.7978845608f * (x + 0.044715f * (x * x) * x); }

INLINE vf geluSlope(vf x) {
  const vf t = vtanh(geluInner(x));
  const vf inner = 0.7978845608f * madd(splat(0.134145f), x * x, splat(1));
  return 0.5f * ((1.0f + t) + x * ((1.0f - t) * (1.0f + t)) * inner);
}

/** (1 + erf(x / sqrt 2)) / 2; far below 0 by erfc, which does not cancel. */
INLINE vf normalCdf(vf x) {
  const vf q = x * 0.7071067812f;
  return pick(q < -1.0f, 0.5f * verfcLarge(-q), 0.5f * (1.0f + verf(q)));
}

INLINE vf geluErfSlope(vf x) { return madd(x, 0.3989422804f * vexp(-0.5f * (x * x)), normalCdf(x)); }

/** log(x + 0.5) for x >= 0, else -softplus(-x). */
INLINE vf logG(vf x) { return pick(x >= 0.0f, vlog(largerOrNan(x, splat(0)) + 0.5f), -vsoftplus(-x)); }

/** Slope of logG; 0 at exactly 0, as that of the paper's log(relu(x) + 0.5). */
INLINE vf logGSlope(vf x) { return keep(x != 0.0f, pick(x > 0.0f, 1.0f / (x + 0.5f), vsigmoid(-x))); }

/** Each function has a loop of its own: one choice per range, not one per vector. */
#define EACH(number, value)                            \
  case number:                                         \
    for (int32_t i = start; i < end; i += LANES) {     \
      const vf x = loadPart(from + i, end - i);        \
      storePart(to + i, APPLY(value), end - i);        \
    }                                                  \
    return

/** (x, y, n, fn): unit = chunk. */
KERNEL(unary) {
  const float *from = placeArg(arena, entry, 0);
  float *to = placeArg(arena, entry, 1);
  const int32_t start = lo * CHUNK, end = minInt(intArg(entry, 2), hi * CHUNK);
  (void)thread;
#define APPLY(value) (value)
  switch (intArg(entry, 3)) {
    EACH(0, -x);
    EACH(1, vexp(x));
    EACH(2, vlog(x));
    EACH(3, vsigmoid(x));
    EACH(4, vtanh(x));
    EACH(5, larger(x, splat(0)));
    EACH(6, x * vsigmoid(x));
    EACH(7, 0.5f * x * (1.0f + vtanh(geluInner(x))));
    EACH(8, x * normalCdf(x));
    EACH(9, vsoftplus(x));
    EACH(10, x * x);
    EACH(11, squareRoot(x));
    EACH(12, 1.0f / x);
    EACH(13, 1.0f - x);
    EACH(14, pick(x >= 0.0f, x + 0.5f, vsigmoid(x)));
    EACH(15, logG(x));
    EACH(16, pick(x > 0.0f, x, vexpm1Negative(-larger(-x, splat(0)))));
    EACH(17, pick(x > 0.0f, x, x * 0.01f));
  }
#undef APPLY
}

/** (x, dy, dx, n, fn): unit = chunk. */
KERNEL(unaryGrad) {
  const float *from = placeArg(arena, entry, 0), *dy = placeArg(arena, entry, 1);
  float *to = placeArg(arena, entry, 2);
  const int32_t start = lo * CHUNK, end = minInt(intArg(entry, 3), hi * CHUNK);
  (void)thread;
#define APPLY(slope) (loadPart(dy + i, end - i) * (slope))
  switch (intArg(entry, 4)) {
    EACH(0, ((void)x, splat(-1)));
    EACH(1, vexp(x));
    EACH(2, 1.0f / x);
    EACH(3, sigmoidSlope(x));
    EACH(4, tanhSlope(x));
    EACH(5, keep(x > 0.0f, splat(1)));
    EACH(6, siluSlope(x));
    EACH(7, geluSlope(x));
    EACH(8, geluErfSlope(x));
    EACH(9, vsigmoid(x));
    EACH(10, x + x);
    EACH(11, 0.5f / squareRoot(x));
    EACH(12, -1.0f / (x * x));
    EACH(13, ((void)x, splat(-1)));
    EACH(14, pick(x >= 0.0f, splat(1), sigmoidSlope(x)));
    EACH(15, logGSlope(x));
    EACH(16, pick(x > 0.0f, splat(1), vexp(x)));
    EACH(17, pick(x > 0.0f, splat(1), splat(0.01f)));
  }
#undef APPLY
}

#undef EACH
