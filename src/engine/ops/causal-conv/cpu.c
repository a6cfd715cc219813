// Native kernels of causalConv and its gradient. Rows of [B, T, C] are the units and channels the lanes, so the taps of a channel are
// turned once into rows of taps, [K, C], in the thread's scratch.

/** weight [C, K] to taps [K, C]. */
static void turnTaps(const float *weight, int32_t C, int32_t K, float *taps) {
  for (int32_t k = 0; k < K; k++) {
    for (int32_t c = 0; c < C; c++) taps[(size_t)k * C + c] = weight[(size_t)c * K + k];
  }
}

/** What rows come from: an input [B, T, C] and the K - 1 rows before each sample (NULL where there are none). */
typedef struct ConvInput {
  const float *x, *context;
  int32_t T, C, K;
} ConvInput;

/** Row at time `t` (from -(K-1) on) of sample `b`, or NULL where there is none. */
static inline const float *convRow(const ConvInput *in, int32_t b, int32_t t) {
  if (t >= 0) return in->x + ((size_t)b * in->T + t) * in->C;
  return in->context ? in->context + ((size_t)b * (in->K - 1) + t + in->K - 1) * in->C : NULL;
}

/** y += a b over n elements. */
static void addProduct(float *y, const float *a, const float *b, int32_t n) {
  for (int32_t j = 0; j < n; j += LANES) {
    const int32_t left = n - j;
    storePart(y + j, madd(loadPart(a + j, left), loadPart(b + j, left), loadPart(y + j, left)), left);
  }
}

/** (x, weight, bias, context, y, T, C, K): unit = row of y. */
KERNEL(causalConv) {
  const ConvInput in = {placeArg(arena, entry, 0), placeArg(arena, entry, 3), intArg(entry, 5), intArg(entry, 6), intArg(entry, 7)};
  const float *bias = placeArg(arena, entry, 2);
  float *taps = (float *)scratchOf(arena, thread);
  turnTaps(placeArg(arena, entry, 1), in.C, in.K, taps);
  for (int32_t row = lo; row < hi; row++) {
    float *y = placeArg(arena, entry, 4) + (size_t)row * in.C;
    memcpy(y, bias, (size_t)in.C * 4);
    for (int32_t k = 0; k < in.K; k++) {
      const float *source = convRow(&in, row / in.T, row % in.T - (in.K - 1) + k);
      if (source) addProduct(y, source, taps + (size_t)k * in.C, in.C);
    }
  }
}

/**
 * (weight, dy, out, T, C, K, first, span): gradient of the inputs at times [first, first + span) of each sample, out [B, span, C]:
 * out[t] = sum_k weight[k] dy[t + K - 1 - k]. first 0 = dx, first -(K-1) = dcontext. Unit = row of out.
 */
KERNEL(causalConvGrad) {
  const float *dy = placeArg(arena, entry, 1);
  const int32_t T = intArg(entry, 3), C = intArg(entry, 4), K = intArg(entry, 5), first = intArg(entry, 6), span = intArg(entry, 7);
  float *taps = (float *)scratchOf(arena, thread);
  turnTaps(placeArg(arena, entry, 0), C, K, taps);
  for (int32_t row = lo; row < hi; row++) {
    float *out = placeArg(arena, entry, 2) + (size_t)row * C;
    memset(out, 0, (size_t)C * 4);
    for (int32_t k = 0; k < K; k++) {
      const int32_t t = first + row % span + K - 1 - k;
      if (t >= 0 && t < T) addProduct(out, dy + ((size_t)(row / span) * T + t) * C, taps + (size_t)k * C, C);
    }
  }
}

static void addRow(float *sum, const float *x, int32_t n) {
  for (int32_t j = 0; j < n; j += LANES) storePart(sum + j, loadPart(sum + j, n - j) + loadPart(x + j, n - j), n - j);
}

/**
 * (x, dy, context, partials, rows, T, C, K, chunk): partials[p] [K + 1, C] = sums over rows of chunk p of dy[t] x[t - (K-1) + k] for each k, and
 * of dy. Unit = p.
 */
KERNEL(causalConvWeightGrad) {
  const ConvInput in = {placeArg(arena, entry, 0), placeArg(arena, entry, 2), intArg(entry, 5), intArg(entry, 6), intArg(entry, 7)};
  const int32_t rows = intArg(entry, 4), C = in.C, K = in.K, chunk = intArg(entry, 8);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    float *partial = placeArg(arena, entry, 3) + (size_t)p * (K + 1) * C;
    memset(partial, 0, (size_t)(K + 1) * C * 4);
    const int32_t end = minInt(rows, (p + 1) * chunk);
    for (int32_t row = p * chunk; row < end; row++) {
      const float *dy = placeArg(arena, entry, 1) + (size_t)row * C;
      for (int32_t k = 0; k < K; k++) {
        const float *source = convRow(&in, row / in.T, row % in.T - (K - 1) + k);
        if (source) addProduct(partial + (size_t)k * C, dy, source, C);
      }
      addRow(partial + (size_t)K * C, dy, C);
    }
  }
}

/** (partials, count, dweight, dbias, C, K): adds the partials in order; dweight [C, K]. Unit = channel. */
KERNEL(causalConvFinish) {
  const float *partials = placeArg(arena, entry, 0);
  float *dweight = placeArg(arena, entry, 2), *dbias = placeArg(arena, entry, 3);
  const int32_t count = intArg(entry, 1), C = intArg(entry, 4), K = intArg(entry, 5);
  (void)thread;
  for (int32_t c = lo; c < hi; c++) {
    for (int32_t k = 0; k <= K; k++) {
      float sum = 0;
      for (int32_t p = 0; p < count; p++) sum += partials[((size_t)p * (K + 1) + k) * C + c];
      if (k < K) dweight[(size_t)c * K + k] = sum;
      else dbias[c] = sum;
    }
  }
}
