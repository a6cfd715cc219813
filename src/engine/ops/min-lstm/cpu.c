// Native kernels of minLstm and its gradient: gates, candidate and scan in one pass over time.
#include "../../device/cpu/native/minimal.h"

/** Parts of u: forget gate, input gate and candidate. */
enum { MIN_LSTM_PARTS = 3 };

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

INLINE void minLstmForward(const Minimal *m, const bool positive, const bool normalised) {
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
    u += MIN_LSTM_PARTS * m->row, h += m->row;
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

INLINE void minLstmBackward(const Minimal *m, const bool positive, const bool normalised) {
  float carry[CHANNELS_WIDE];
  memset(carry, 0, (size_t)m->n * 4);
  for (int32_t t = m->T - 1; t >= 0; t--) {
    const StepBack step = stepBack(m, t, MIN_LSTM_PARTS);
    for (int32_t j = 0; j < m->n; j += LANES) {
      const int32_t left = m->n - j;
      const vf g = loadPart(step.dh + j, left) + loadPart(carry + j, left), x = loadPart(step.before + j, left);
      storePart(carry + j, minLstmStepBack(step.u + j, step.du + j, m->row, g, x, left, positive, normalised), left);
    }
  }
  if (m->dh0) memcpy(m->dh0, carry, (size_t)m->n * 4);
}

INLINE void minLstmRun(const Minimal *m, const bool back, const bool positive, const bool normalised) {
  if (back) minLstmBackward(m, positive, normalised);
  else minLstmForward(m, positive, normalised);
}

/** A loop of its own for each kind of gates and candidates. */
INLINE void minLstmChoose(const Minimal *m, const bool back, bool positive, bool normalised) {
  if (positive && normalised) minLstmRun(m, back, true, true);
  else if (positive) minLstmRun(m, back, true, false);
  else if (normalised) minLstmRun(m, back, false, true);
  else minLstmRun(m, back, false, false);
}

/** (u, h, h0, T, H, positive, normalised): h_t = f' h_{t-1} + i' c. Unit = one sample and 16 channels. */
KERNEL(minLstm) {
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, intArg(entry, 4), &run);) {
    const Minimal m = minimalForward(arena, entry, run, MIN_LSTM_PARTS);
    minLstmChoose(&m, false, intArg(entry, 5) != 0, intArg(entry, 6) != 0);
  }
}

/** (u, h, dh, du, h0, dh0, T, H, positive, normalised): gates are recomputed; du may be u. */
KERNEL(minLstmGrad) {
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, intArg(entry, 7), &run);) {
    const Minimal m = minimalBackward(arena, entry, run, MIN_LSTM_PARTS);
    minLstmChoose(&m, true, intArg(entry, 8) != 0, intArg(entry, 9) != 0);
  }
}
