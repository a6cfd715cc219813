// Native kernels of minGru and its gradient: gates, candidate and scan in one pass over time, a few vectors of channels at once.
#include "../../device/cpu/native/channels.h"

enum { MIN_GRU_VECTORS = 2 };

INLINE void minGruForward(const float *u, float *h, const float *h0, int32_t T, size_t row, const bool positive, const int vectors, const int32_t lanes) {
  vf x[MIN_GRU_VECTORS];
  for (int i = 0; i < vectors; i++) x[i] = h0 ? loadPart(h0 + i * LANES, lanes) : splat(0);
  for (int32_t t = 0; t < T; t++) {
    for (int i = 0; i < vectors; i++) {
      const vf z = vsigmoid(loadPart(u + i * LANES, lanes)), v = loadPart(u + row + i * LANES, lanes);
      const vf c = positive ? candidateOf(v, vsigmoid(v), true) : v;
      x[i] = madd(z, c - x[i], x[i]);
      storePart(h + i * LANES, x[i], lanes);
    }
    u += 2 * row, h += row;
  }
}

INLINE void minGruRun(const float *u, float *h, const float *h0, int32_t T, size_t row, int32_t n, const bool positive) {
  const int32_t wide = MIN_GRU_VECTORS * LANES;
  int32_t c = 0;
  for (; n - c >= wide; c += wide) minGruForward(u + c, h + c, h0 ? h0 + c : NULL, T, row, positive, MIN_GRU_VECTORS, LANES);
  for (; n - c >= LANES; c += LANES) minGruForward(u + c, h + c, h0 ? h0 + c : NULL, T, row, positive, 1, LANES);
  if (c < n) minGruForward(u + c, h + c, h0 ? h0 + c : NULL, T, row, positive, 1, n - c);
}

/** (u, h, h0, T, H, positive): h_t = h_{t-1} + z_t (c_t - h_{t-1}). Unit = one sample and 16 channels. */
KERNEL(minGru) {
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  const float *h0 = placeArg(arena, entry, 2);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H;
    const float *u = placeArg(arena, entry, 0) + 2 * at + run.from, *start = h0 ? h0 + (size_t)run.sample * H + run.from : NULL;
    float *h = placeArg(arena, entry, 1) + at + run.from;
    if (intArg(entry, 5) != 0) minGruRun(u, h, start, T, H, run.to - run.from, true);
    else minGruRun(u, h, start, T, H, run.to - run.from, false);
  }
}

/** Operands of the gradient from the first channel of a run on. */
typedef struct MinGruGrad {
  const float *u, *h, *dh, *h0;
  float *du, *dh0;
} MinGruGrad;

INLINE void minGruBackward(const MinGruGrad *g, int32_t c, int32_t T, size_t row, const bool positive, const int vectors, const int32_t lanes) {
  vf carry[MIN_GRU_VECTORS];
  for (int i = 0; i < vectors; i++) carry[i] = splat(0);
  for (int32_t t = T - 1; t >= 0; t--) {
    for (int i = 0; i < vectors; i++) {
      const size_t at = (size_t)(c + i * LANES), q = (size_t)t * row + at, p = (size_t)t * 2 * row + at;
      const vf z = vsigmoid(loadPart(g->u + p, lanes)), v = loadPart(g->u + p + row, lanes);
      const vf s = positive ? vsigmoid(v) : splat(1);
      vf before = splat(0);
      if (t > 0) before = loadPart(g->h + q - row, lanes);
      else if (g->h0) before = loadPart(g->h0 + at, lanes);
      const vf arriving = loadPart(g->dh + q, lanes) + carry[i], gz = arriving * z, rest = 1.0f - z;
      storePart(g->du + p, gz * rest * (candidateOf(v, s, positive) - before), lanes);
      storePart(g->du + p + row, gz * candidateSlope(v, s, positive), lanes);
      carry[i] = arriving * rest;
    }
  }
  for (int i = 0; i < vectors && g->dh0; i++) storePart(g->dh0 + c + i * LANES, carry[i], lanes);
}

INLINE void minGruGradRun(const MinGruGrad *g, int32_t T, size_t row, int32_t n, const bool positive) {
  const int32_t wide = MIN_GRU_VECTORS * LANES;
  int32_t c = 0;
  for (; n - c >= wide; c += wide) minGruBackward(g, c, T, row, positive, MIN_GRU_VECTORS, LANES);
  for (; n - c >= LANES; c += LANES) minGruBackward(g, c, T, row, positive, 1, LANES);
  if (c < n) minGruBackward(g, c, T, row, positive, 1, n - c);
}

/** (u, h, dh, du, h0, dh0, T, H, positive): gates are recomputed; du may be u. */
KERNEL(minGruGrad) {
  const int32_t T = intArg(entry, 6), H = intArg(entry, 7);
  const float *h0 = placeArg(arena, entry, 4);
  float *dh0 = placeArg(arena, entry, 5);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H, state = (size_t)run.sample * H + run.from;
    const MinGruGrad g = {
      placeArg(arena, entry, 0) + 2 * at + run.from, placeArg(arena, entry, 1) + at + run.from,
      placeArg(arena, entry, 2) + at + run.from, h0 ? h0 + state : NULL,
      placeArg(arena, entry, 3) + 2 * at + run.from, dh0 ? dh0 + state : NULL,
    };
    if (intArg(entry, 8) != 0) minGruGradRun(&g, T, H, run.to - run.from, true);
    else minGruGradRun(&g, T, H, run.to - run.from, false);
  }
}
