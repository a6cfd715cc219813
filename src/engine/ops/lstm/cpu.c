// Kernels of lstm and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups. Must not know how the input part gx was made.

typedef struct LstmForward {
  const float *gx, *packed, *h0, *c0;
  float *h, *c, *gates;
  int32_t T, H;
} LstmForward;

/** Gates, cell and state of sample n at step t; `hidden` is its row of W h. */
static void lstmForwardRow(const void *cell, int32_t n, int32_t t, const float *hidden) {
  const LstmForward *lstm = cell;
  const int32_t H = lstm->H;
  const size_t q = (size_t)n * lstm->T + t;
  const float *gx = lstm->gx + q * 4 * H, *before = rowBefore(lstm->c, lstm->c0, n, t, lstm->T, H);
  float *h = lstm->h + q * H, *c = lstm->c + q * H, *gates = lstm->gates + q * 4 * H;
  for (int32_t k = 0; k < H; k += LANES) {
    const int32_t left = H - k;
    fetchParts(gx + 4 * H, 4, H, k);
    const vf i = vsigmoid(loadSome(gx + k, left) + loadSome(hidden + k, left));
    const vf f = vsigmoid(loadSome(gx + H + k, left) + loadSome(hidden + H + k, left));
    const vf g = vtanh(loadSome(gx + 2 * H + k, left) + loadSome(hidden + 2 * H + k, left));
    const vf out = vsigmoid(loadSome(gx + 3 * H + k, left) + loadSome(hidden + 3 * H + k, left));
    const vf old = before ? loadSome(before + k, left) : splat(0.0f);
    const vf cell = madd(f, old, i * g);
    storeSome(c + k, cell, left);
    storeSome(h + k, out * vtanh(cell), left);
    storeSome(gates + k, i, left);
    storeSome(gates + H + k, f, left);
    storeSome(gates + 2 * H + k, g, left);
    storeSome(gates + 3 * H + k, out, left);
  }
}

/** (gx, packed W^T, h0, c0, h, c, gates, T, H): c_t = f c_{t-1} + i g, h_t = o tanh c_t. gates may be gx. */
KERNEL(lstm) {
  const LstmForward step = {
    .gx = placeArg(arena, entry, 0),
    .packed = placeArg(arena, entry, 1),
    .h0 = placeArg(arena, entry, 2),
    .c0 = placeArg(arena, entry, 3),
    .h = placeArg(arena, entry, 4),
    .c = placeArg(arena, entry, 5),
    .gates = placeArg(arena, entry, 6),
    .T = intArg(entry, 7),
    .H = intArg(entry, 8),
  };
  const Forward forward = { step.packed, NULL, step.h, step.h0, step.T, step.H, 4 * step.H, &step, lstmForwardRow };
  throughTime(&forward, lo, hi, scratchOf(arena, thread));
}

typedef struct LstmBackward {
  const float *packed, *c, *gates, *dh, *dc, *c0;
  float *dgx, *dh0, *dc0;
  int32_t T, H;
} LstmBackward;

/** s (1 - s): slope of the sigmoid at its value. */
PACK_INLINE vf slopeOf(vf s) {
  return s * (splat(1.0f) - s);
}

static void lstmBackwardRow(const LstmBackward *lstm, int32_t n, int32_t t, float *carryH, float *carryC) {
  const int32_t H = lstm->H;
  const size_t q = (size_t)n * lstm->T + t;
  const float *before = rowBefore(lstm->c, lstm->c0, n, t, lstm->T, H), *gates = lstm->gates + q * 4 * H;
  const float *c = lstm->c + q * H, *dh = lstm->dh + q * H, *dc = lstm->dc + q * H;
  float *dgx = lstm->dgx + q * 4 * H;
  for (int32_t k = 0; k < H; k += LANES) {
    const int32_t left = H - k;
    fetchParts(gates - 4 * H, 4, H, k);
    fetchParts(dh - H, 1, H, k);
    fetchParts(dc - H, 1, H, k);
    const vf i = loadSome(gates + k, left), f = loadSome(gates + H + k, left);
    const vf g = loadSome(gates + 2 * H + k, left), out = loadSome(gates + 3 * H + k, left);
    const vf old = before ? loadSome(before + k, left) : splat(0.0f);
    const vf squashed = vtanh(loadSome(c + k, left));
    const vf dstate = loadSome(dh + k, left) + loadSome(carryH + k, left);
    const vf direct = loadSome(dc + k, left) + loadSome(carryC + k, left);
    const vf dcell = madd(dstate * out, splat(1.0f) - squashed * squashed, direct);
    storeSome(dgx + k, dcell * g * slopeOf(i), left);
    storeSome(dgx + H + k, dcell * old * slopeOf(f), left);
    storeSome(dgx + 2 * H + k, dcell * i * (splat(1.0f) - g * g), left);
    storeSome(dgx + 3 * H + k, dstate * squashed * slopeOf(out), left);
    storeSome(carryC + k, dcell * f, left);
  }
}

/** Steps T - 1 to 0 of `rows` samples from n on. */
static void lstmBackwardGroup(const LstmBackward *lstm, int32_t n, int32_t rows, char *work) {
  const int32_t T = lstm->T, H = lstm->H;
  const size_t count = (size_t)rows * H;
  float *carryH = afterStrips(work, rows), *carryC = carryH + count;
  memset(carryH, 0, 2 * count * sizeof(float));
  for (int32_t t = T - 1; t >= 0; t--) {
    for (int32_t i = 0; i < rows; i++) lstmBackwardRow(lstm, n + i, t, carryH + (size_t)i * H, carryC + (size_t)i * H);
    if (t == 0 && !lstm->dh0) break;
    const float *dgx = lstm->dgx + ((size_t)n * T + t) * 4 * H;
    gemmPacked(rows, H, 4 * H, dgx, (size_t)T * 4 * H, lstm->packed, carryH, (Start){ NULL, 0 }, work);
  }
  if (!lstm->dh0) return;
  memcpy(lstm->dh0 + (size_t)n * H, carryH, count * sizeof(float));
  memcpy(lstm->dc0 + (size_t)n * H, carryC, count * sizeof(float));
}

/**
 * (packed W, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H): gradients of the four pre-activations, and of the initial state where dh0 is given.
 * dgx may be gates. The gradient of W follows from dgx in a later entry.
 */
KERNEL(lstmGrad) {
  const LstmBackward step = {
    .packed = placeArg(arena, entry, 0),
    .c = placeArg(arena, entry, 1),
    .gates = placeArg(arena, entry, 2),
    .dh = placeArg(arena, entry, 3),
    .dc = placeArg(arena, entry, 4),
    .c0 = placeArg(arena, entry, 5),
    .dgx = placeArg(arena, entry, 6),
    .dh0 = placeArg(arena, entry, 7),
    .dc0 = placeArg(arena, entry, 8),
    .T = intArg(entry, 9),
    .H = intArg(entry, 10),
  };
  for (int32_t n = lo; n < hi; n += GROUP) lstmBackwardGroup(&step, n, minInt(GROUP, hi - n), scratchOf(arena, thread));
}
