// Native kernels of minGru and its gradient: gates, candidate and scan in one pass over time. The state of a step is the row of h before it.
#include "../../device/cpu/native/channels.h"

INLINE void minGruForward(const float *u, float *h, const float *before, int32_t T, size_t row, int32_t n, const bool positive) {
  for (int32_t t = 0; t < T; t++) {
    for (int32_t j = 0; j < n; j += LANES) {
      const int32_t left = n - j;
      const vf z = vsigmoid(loadPart(u + j, left)), v = loadPart(u + row + j, left), x = loadPart(before + j, left);
      const vf c = positive ? candidateOf(v, vsigmoid(v), true) : v;
      storePart(h + j, madd(z, c - x, x), left);
    }
    before = h;
    u += 2 * row, h += row;
  }
}

/** (u, h, h0, T, H, positive): h_t = h_{t-1} + z_t (c_t - h_{t-1}). Unit = one sample and 16 channels. */
KERNEL(minGru) {
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  const float *h0 = placeArg(arena, entry, 2);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H;
    const float *u = placeArg(arena, entry, 0) + 2 * at + run.from;
    const float *before = h0 ? h0 + (size_t)run.sample * H + run.from : noState;
    float *h = placeArg(arena, entry, 1) + at + run.from;
    if (intArg(entry, 5) != 0) minGruForward(u, h, before, T, H, run.to - run.from, true);
    else minGruForward(u, h, before, T, H, run.to - run.from, false);
  }
}

/** Operands of the gradient from the first channel of a run on; h0 is never NULL, dh0 may be. */
typedef struct MinGruGrad {
  const float *u, *h, *dh, *h0;
  float *du, *dh0;
} MinGruGrad;

INLINE void minGruBackward(const MinGruGrad *g, int32_t T, size_t row, int32_t n, const bool positive) {
  float carry[CHANNELS_WIDE];
  memset(carry, 0, (size_t)n * 4);
  for (int32_t t = T - 1; t >= 0; t--) {
    const float *u = g->u + (size_t)t * 2 * row, *dh = g->dh + (size_t)t * row;
    const float *before = t > 0 ? g->h + (size_t)(t - 1) * row : g->h0;
    float *du = g->du + (size_t)t * 2 * row;
    for (int32_t j = 0; j < n; j += LANES) {
      const int32_t left = n - j;
      const vf z = vsigmoid(loadPart(u + j, left)), v = loadPart(u + row + j, left);
      const vf s = positive ? vsigmoid(v) : splat(1);
      const vf arriving = loadPart(dh + j, left) + loadPart(carry + j, left), gz = arriving * z, rest = 1.0f - z;
      storePart(du + j, gz * rest * (candidateOf(v, s, positive) - loadPart(before + j, left)), left);
      storePart(du + row + j, gz * candidateSlope(v, s, positive), left);
      storePart(carry + j, arriving * rest, left);
    }
  }
  if (g->dh0) memcpy(g->dh0, carry, (size_t)n * 4);
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
      .u = placeArg(arena, entry, 0) + 2 * at + run.from, .h = placeArg(arena, entry, 1) + at + run.from,
      .dh = placeArg(arena, entry, 2) + at + run.from, .h0 = h0 ? h0 + state : noState,
      .du = placeArg(arena, entry, 3) + 2 * at + run.from, .dh0 = dh0 ? dh0 + state : NULL,
    };
    if (intArg(entry, 8) != 0) minGruBackward(&g, T, H, run.to - run.from, true);
    else minGruBackward(&g, T, H, run.to - run.from, false);
  }
}
