// Native kernels of minGru and its gradient: gates, candidate and scan in one pass over time. The state of a step is the row of h before it.
#include "../../device/cpu/native/minimal.h"

/** Parts of u: update gate and candidate. */
enum { MIN_GRU_PARTS = 2 };

INLINE void minGruForward(const Minimal *m, const bool positive) {
  const float *u = m->u, *before = m->h0;
  float *h = m->hOut;
  for (int32_t t = 0; t < m->T; t++) {
    for (int32_t j = 0; j < m->n; j += LANES) {
      const int32_t left = m->n - j;
      const vf z = vsigmoid(loadPart(u + j, left)), v = loadPart(u + m->row + j, left), x = loadPart(before + j, left);
      const vf c = positive ? candidateOf(v, vsigmoid(v), true) : v;
      storePart(h + j, madd(z, c - x, x), left);
    }
    before = h;
    u += MIN_GRU_PARTS * m->row, h += m->row;
  }
}

/** (u, h, h0, T, H, positive): h_t = h_{t-1} + z_t (c_t - h_{t-1}). Unit = one sample and 16 channels. */
KERNEL(minGru) {
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, intArg(entry, 4), &run);) {
    const Minimal m = minimalForward(arena, entry, run, MIN_GRU_PARTS);
    if (intArg(entry, 5) != 0) minGruForward(&m, true);
    else minGruForward(&m, false);
  }
}

INLINE void minGruBackward(const Minimal *m, const bool positive) {
  float carry[CHANNELS_WIDE];
  memset(carry, 0, (size_t)m->n * 4);
  for (int32_t t = m->T - 1; t >= 0; t--) {
    const StepBack step = stepBack(m, t, MIN_GRU_PARTS);
    for (int32_t j = 0; j < m->n; j += LANES) {
      const int32_t left = m->n - j;
      const vf z = vsigmoid(loadPart(step.u + j, left)), v = loadPart(step.u + m->row + j, left);
      const vf s = positive ? vsigmoid(v) : splat(1);
      const vf arriving = loadPart(step.dh + j, left) + loadPart(carry + j, left), gz = arriving * z, rest = 1.0f - z;
      storePart(step.du + j, gz * rest * (candidateOf(v, s, positive) - loadPart(step.before + j, left)), left);
      storePart(step.du + m->row + j, gz * candidateSlope(v, s, positive), left);
      storePart(carry + j, arriving * rest, left);
    }
  }
  if (m->dh0) memcpy(m->dh0, carry, (size_t)m->n * 4);
}

/** (u, h, dh, du, h0, dh0, T, H, positive): gates are recomputed; du may be u. */
KERNEL(minGruGrad) {
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, intArg(entry, 7), &run);) {
    const Minimal m = minimalBackward(arena, entry, run, MIN_GRU_PARTS);
    if (intArg(entry, 8) != 0) minGruBackward(&m, true);
    else minGruBackward(&m, false);
  }
}
