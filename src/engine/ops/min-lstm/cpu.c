// Native kernels of minLstm and its gradient: gates, candidate and scan in one pass over time.
#include "../../device/cpu/native/channels.h"

/** Operands from the first channel of a run on; forward uses u, h (as hOut) and h0 only. */
typedef struct MinLstm {
  const float *u, *h, *dh, *h0;
  float *hOut, *du, *dh0;
  int32_t T;
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

INLINE void minLstmForward(const MinLstm *m, int32_t c, const int32_t lanes, const bool positive, const bool normalised) {
  const float *u = m->u + c;
  float *h = m->hOut + c;
  vf x = m->h0 ? loadPart(m->h0 + c, lanes) : splat(0);
  for (int32_t t = 0; t < m->T; t++) {
    const MinLstmGates gates = gatesOf(loadPart(u, lanes), loadPart(u + m->row, lanes), normalised);
    const vf v = loadPart(u + 2 * m->row, lanes);
    x = madd(gates.forget, x, gates.input * (positive ? candidateOf(v, vsigmoid(v), true) : v));
    storePart(h, x, lanes);
    u += 3 * m->row, h += m->row;
  }
}

/**
 * One step back; returns the gradient of the state before. Normalised, with F = f / (f + i), I = i / (f + i) and f' = f (1 - f), the
 * pre-activations get (dF - dI) F I (1 - f) and (dI - dF) F I (1 - i), where I (1 - f) = e^-a / S and F (1 - i) = e^-b / S.
 */
INLINE vf minLstmStepBack(const float *u, float *du, size_t row, vf g, vf before, const int32_t lanes, const bool positive, const bool normalised) {
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

INLINE void minLstmBackward(const MinLstm *m, int32_t c, const int32_t lanes, const bool positive, const bool normalised) {
  vf carry = splat(0);
  for (int32_t t = m->T - 1; t >= 0; t--) {
    const size_t q = (size_t)t * m->row + c, p = (size_t)t * 3 * m->row + c;
    vf before = splat(0);
    if (t > 0) before = loadPart(m->h + q - m->row, lanes);
    else if (m->h0) before = loadPart(m->h0 + c, lanes);
    carry = minLstmStepBack(m->u + p, m->du + p, m->row, loadPart(m->dh + q, lanes) + carry, before, lanes, positive, normalised);
  }
  if (m->dh0) storePart(m->dh0 + c, carry, lanes);
}

INLINE void minLstmRun(const MinLstm *m, int32_t n, const bool back, const bool positive, const bool normalised) {
  int32_t c = 0;
  for (; n - c >= LANES; c += LANES) {
    if (back) minLstmBackward(m, c, LANES, positive, normalised);
    else minLstmForward(m, c, LANES, positive, normalised);
  }
  if (c >= n) return;
  if (back) minLstmBackward(m, c, n - c, positive, normalised);
  else minLstmForward(m, c, n - c, positive, normalised);
}

INLINE void minLstmChoose(const MinLstm *m, int32_t n, const bool back) {
  if (m->positive && m->normalised) minLstmRun(m, n, back, true, true);
  else if (m->positive) minLstmRun(m, n, back, true, false);
  else if (m->normalised) minLstmRun(m, n, back, false, true);
  else minLstmRun(m, n, back, false, false);
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
      .h0 = h0 ? h0 + (size_t)run.sample * H + run.from : NULL, .T = T, .row = (size_t)H,
      .positive = intArg(entry, 5) != 0, .normalised = intArg(entry, 6) != 0,
    };
    minLstmChoose(&m, run.to - run.from, false);
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
      .dh = placeArg(arena, entry, 2) + at + run.from, .h0 = h0 ? h0 + state : NULL,
      .du = placeArg(arena, entry, 3) + 3 * at + run.from, .dh0 = dh0 ? dh0 + state : NULL, .T = T, .row = (size_t)H,
      .positive = intArg(entry, 8) != 0, .normalised = intArg(entry, 9) != 0,
    };
    minLstmChoose(&m, run.to - run.from, true);
  }
}
