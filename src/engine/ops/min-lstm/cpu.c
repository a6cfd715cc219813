// Native kernels of minLstm and its gradient: gates, candidate and scan in one pass over time.
#include "../../device/cpu/native/channels.h"

/** Operands from the first channel of a run of n on; h0 is never NULL, dh0 may be. Forward uses u, hOut and h0 only. */
typedef struct MinLstm {
  const float *u, *h, *dh, *h0;
  float *hOut, *du, *dh0;
  int32_t T, n;
  size_t row;
  bool positive, normalised;
} MinLstm;

/** Gates of a step: forget, input, and e^-a, e^-b scaled as below (normalised gates only). */
typedef struct MinLstmGates {
  vf forget, input, share, ea, eb;
} MinLstmGates;

/**
 * Normalised gates f / (f + i) and i / (f + i) of f = sigmoid(a), i = sigmoid(b) are (1 + e^-b) / S and (1 + e^-a) / S with S = 2 + e^-a + e^-b.
 * Everything is scaled by e^-k, k = max(0, -a, -b), so that closed gates keep their ratio. Of e^-k, e^(-a-k), e^(-b-k) one is 1, so two
 * exponentials give all of them: `first` = e^-|low|, `second` = e^-(high - min(low, 0)) for the lower and the higher of a and b.
 */
INLINE MinLstmGates normalisedGates(vf a, vf b) {
  const vf low = smaller(a, b), high = larger(a, b);
  const vf first = vexpHeld(-absolute(low)), second = vexpHeld(smaller(low, splat(0)) - high);
  const vf one = pick(low >= 0.0f, splat(1), first), ofLower = pick(low >= 0.0f, first, splat(1));
  const vf ea = pick(a <= b, ofLower, second), eb = pick(b <= a, ofLower, second);
  const vf upper = one + eb, other = one + ea, share = 1.0f / (upper + other);
  return (MinLstmGates){upper * share, other * share, share, ea, eb};
}

INLINE MinLstmGates gatesOf(vf a, vf b, const bool normalised) {
  if (normalised) return normalisedGates(a, b);
  return (MinLstmGates){vsigmoid(a), vsigmoid(b), splat(0), splat(0), splat(0)};
}

INLINE void minLstmForward(const MinLstm *m, const bool positive, const bool normalised) {
  const float *u = m->u, *before = m->h0;
  float *h = m->hOut;
  for (int32_t t = 0; t < m->T; t++) {
    for (int32_t j = 0; j < m->n; j += LANES) {
      const int32_t left = m->n - j;
      const MinLstmGates gates = gatesOf(loadPart(u + j, left), loadPart(u + m->row + j, left), normalised);
      const vf v = loadPart(u + 2 * m->row + j, left);
      const vf c = positive ? candidateOf(v, vsigmoid(v), true) : v;
      storePart(h + j, madd(gates.forget, loadPart(before + j, left), gates.input * c), left);
    }
    before = h;
    u += 3 * m->row, h += m->row;
  }
}

/**
 * One step back; returns the gradient of the state before. Normalised, with F = f / (f + i), I = i / (f + i) and f' = f (1 - f), the
 * pre-activations get (dF - dI) F I (1 - f) and (dI - dF) F I (1 - i), where I (1 - f) = e^-a / S and F (1 - i) = e^-b / S.
 */
INLINE vf minLstmStepBack(const float *u, float *du, size_t row, vf g, vf before, int32_t lanes, const bool positive, const bool normalised) {
  const vf a = loadPart(u, lanes), b = loadPart(u + row, lanes), v = loadPart(u + 2 * row, lanes);
  const vf s = positive ? vsigmoid(v) : v;
  const vf dF = g * before, dI = g * candidateOf(v, s, positive);
  const MinLstmGates gates = gatesOf(a, b, normalised);
  vf df, di;
  if (normalised) {
    const vf across = (dF - dI) * gates.share;
    df = across * (gates.forget * gates.ea);
    di = -(across * (gates.input * gates.eb));
  } else {
    df = dF * (gates.forget * vsigmoid(-a));
    di = dI * (gates.input * vsigmoid(-b));
  }
  storePart(du, df, lanes);
  storePart(du + row, di, lanes);
  storePart(du + 2 * row, g * gates.input * candidateSlope(v, s, positive), lanes);
  return g * gates.forget;
}

INLINE void minLstmBackward(const MinLstm *m, const bool positive, const bool normalised) {
  float carry[CHANNELS_WIDE];
  memset(carry, 0, (size_t)m->n * 4);
  for (int32_t t = m->T - 1; t >= 0; t--) {
    const float *before = t > 0 ? m->h + (size_t)(t - 1) * m->row : m->h0;
    const float *dh = m->dh + (size_t)t * m->row, *u = m->u + (size_t)t * 3 * m->row;
    float *du = m->du + (size_t)t * 3 * m->row;
    for (int32_t j = 0; j < m->n; j += LANES) {
      const int32_t left = m->n - j;
      const vf g = loadPart(dh + j, left) + loadPart(carry + j, left), x = loadPart(before + j, left);
      storePart(carry + j, minLstmStepBack(u + j, du + j, m->row, g, x, left, positive, normalised), left);
    }
  }
  if (m->dh0) memcpy(m->dh0, carry, (size_t)m->n * 4);
}

INLINE void minLstmRun(const MinLstm *m, const bool back, const bool positive, const bool normalised) {
  if (back) minLstmBackward(m, positive, normalised);
  else minLstmForward(m, positive, normalised);
}

INLINE void minLstmChoose(const MinLstm *m, const bool back) {
  if (m->positive && m->normalised) minLstmRun(m, back, true, true);
  else if (m->positive) minLstmRun(m, back, true, false);
  else if (m->normalised) minLstmRun(m, back, false, true);
  else minLstmRun(m, back, false, false);
}

/** (u, h, h0, T, H, positive, normalised): h_t = f' h_{t-1} + i' c. Unit = one sample and 16 channels. */
KERNEL(minLstm) {
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  const float *h0 = placeArg(arena, entry, 2);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H;
    const MinLstm m = {
      .u = placeArg(arena, entry, 0) + 3 * at + run.from, .hOut = placeArg(arena, entry, 1) + at + run.from,
      .h0 = h0 ? h0 + (size_t)run.sample * H + run.from : noState, .T = T, .n = run.to - run.from, .row = (size_t)H,
      .positive = intArg(entry, 5) != 0, .normalised = intArg(entry, 6) != 0,
    };
    minLstmChoose(&m, false);
  }
}

/** (u, h, dh, du, h0, dh0, T, H, positive, normalised): gates are recomputed; du may be u. */
KERNEL(minLstmGrad) {
  const int32_t T = intArg(entry, 6), H = intArg(entry, 7);
  const float *h0 = placeArg(arena, entry, 4);
  float *dh0 = placeArg(arena, entry, 5);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H, state = (size_t)run.sample * H + run.from;
    const MinLstm m = {
      .u = placeArg(arena, entry, 0) + 3 * at + run.from, .h = placeArg(arena, entry, 1) + at + run.from,
      .dh = placeArg(arena, entry, 2) + at + run.from, .h0 = h0 ? h0 + state : noState,
      .du = placeArg(arena, entry, 3) + 3 * at + run.from, .dh0 = dh0 ? dh0 + state : NULL, .T = T, .n = run.to - run.from, .row = (size_t)H,
      .positive = intArg(entry, 8) != 0, .normalised = intArg(entry, 9) != 0,
    };
    minLstmChoose(&m, true);
  }
}
