// Kernels of lstm and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups. Must not depend on how the input part gx was made.

typedef struct LstmForward {
  const float *gx, *packed, *h0, *c0;
  float *h, *c, *gates;
  int32_t T, H;
} LstmForward;

/** The contributions of the input (unless `hidden` contains it) and of the state. */
PACK_INLINE vf preactivation(const float *gx, const float *hidden, int32_t at, int32_t left) {
  const vf part = loadSome(hidden + at, left);
  return gx ? loadSome(gx + at, left) + part : part;
}

/** Gates, cell and state of sample n at step t; `hidden` is its row of W h, and of W_ih x + bias without gx. */
static void lstmForwardRow(const void *cell, int32_t n, int32_t t, const float *hidden) {
  const LstmForward *lstm = cell;
  const int32_t H = lstm->H;
  const size_t q = (size_t)n * lstm->T + t;
  const float *gx = lstm->gx ? lstm->gx + q * 4 * H : NULL, *before = rowBefore(lstm->c, lstm->c0, n, t, lstm->T, H);
  float *h = lstm->h + q * H, *c = lstm->c + q * H, *gates = lstm->gates + q * 4 * H;
  for (int32_t k = 0; k < H; k += LANES) {
    const int32_t left = H - k;
    fetchParts(gates + 4 * H, 4, H, k);
    if (gx && gx != gates) fetchParts(gx + 4 * H, 4, H, k);
    const vf i = vsigmoid(preactivation(gx, hidden, k, left));
    const vf f = vsigmoid(preactivation(gx, hidden, H + k, left));
    const vf g = vtanh(preactivation(gx, hidden, 2 * H + k, left));
    const vf out = vsigmoid(preactivation(gx, hidden, 3 * H + k, left));
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

/**
 * (gx, packed W^T, h0, c0, h, c, gates, T, H, x, packed W_ih^T, bias, D): c_t = f c_{t-1} + i g, h_t = o tanh c_t. gates may be gx. Without
 * gx it is computed from x [B, T, D] step by step and never stored.
 */
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
  const Forward forward = {
    .packed = step.packed,
    .bias = placeArg(arena, entry, 11),
    .h = step.h,
    .h0 = step.h0,
    .T = step.T,
    .H = step.H,
    .width = 4 * step.H,
    .cell = &step,
    .row = lstmForwardRow,
    .input = { placeArg(arena, entry, 9), placeArg(arena, entry, 10), intArg(entry, 12) },
  };
  throughTime(&forward, lo, hi, scratchOf(arena, thread));
}

typedef struct LstmBackward {
  /** dc is NULL if c has no gradient; packedIh, dx and dbias [B, 4H] are NULL unless the gradient of the input is computed too. */
  const float *packed, *c, *gates, *dh, *dc, *c0, *packedIh;
  float *dgx, *dh0, *dc0, *dx, *dbias;
  int32_t T, H, D;
} LstmBackward;

/** s (1 - s): slope of the sigmoid at its value. */
PACK_INLINE vf slopeOf(vf s) {
  return s * (splat(1.0f) - s);
}

PACK_INLINE void addTo(float *sum, vf x, int32_t left) {
  storeSome(sum, loadSome(sum, left) + x, left);
}

static void lstmBackwardRow(const LstmBackward *lstm, int32_t n, int32_t t, float *carryH, float *carryC) {
  const int32_t H = lstm->H;
  const size_t q = (size_t)n * lstm->T + t;
  const float *before = rowBefore(lstm->c, lstm->c0, n, t, lstm->T, H), *gates = lstm->gates + q * 4 * H;
  const float *c = lstm->c + q * H, *dh = lstm->dh + q * H, *dc = lstm->dc ? lstm->dc + q * H : NULL;
  float *dgx = lstm->dgx + q * 4 * H, *dbias = lstm->dbias ? lstm->dbias + (size_t)n * 4 * H : NULL;
  for (int32_t k = 0; k < H; k += LANES) {
    const int32_t left = H - k;
    fetchParts(gates - 4 * H, 4, H, k);
    fetchParts(dh - H, 1, H, k);
    if (dc) fetchParts(dc - H, 1, H, k);
    const vf i = loadSome(gates + k, left), f = loadSome(gates + H + k, left);
    const vf g = loadSome(gates + 2 * H + k, left), out = loadSome(gates + 3 * H + k, left);
    const vf old = before ? loadSome(before + k, left) : splat(0.0f);
    const vf squashed = vtanh(loadSome(c + k, left));
    const vf dstate = loadSome(dh + k, left) + loadSome(carryH + k, left);
    const vf later = loadSome(carryC + k, left), direct = dc ? loadSome(dc + k, left) + later : later;
    const vf dcell = madd(dstate * out, splat(1.0f) - squashed * squashed, direct);
    const vf pre[4] = { dcell * g * slopeOf(i), dcell * old * slopeOf(f), dcell * i * (splat(1.0f) - g * g),
                        dstate * squashed * slopeOf(out) };
    PACK_UNROLL for (int gate = 0; gate < 4; gate++) storeSome(dgx + gate * H + k, pre[gate], left);
    if (dbias) {
      PACK_UNROLL for (int gate = 0; gate < 4; gate++) addTo(dbias + gate * H + k, pre[gate], left);
    }
    storeSome(carryC + k, dcell * f, left);
  }
}

/** Steps T - 1 to 0 of `rows` samples from n on. */
static void lstmBackwardGroup(const LstmBackward *lstm, int32_t n, int32_t rows, char *work) {
  const int32_t T = lstm->T, H = lstm->H;
  const size_t count = (size_t)rows * H;
  float *carryH = afterStrips(work, rows), *carryC = carryH + count;
  memset(carryH, 0, 2 * count * sizeof(float));
  if (lstm->dbias) memset(lstm->dbias + (size_t)n * 4 * H, 0, (size_t)rows * 4 * H * sizeof(float));
  for (int32_t t = T - 1; t >= 0; t--) {
    for (int32_t i = 0; i < rows; i++) lstmBackwardRow(lstm, n + i, t, carryH + (size_t)i * H, carryC + (size_t)i * H);
    const size_t q = (size_t)n * T + t;
    const float *dgx = lstm->dgx + q * 4 * H;
    const int32_t D = lstm->D;
    PackedProduct products[2];
    int count = 0;
    if (lstm->dx) products[count++] = (PackedProduct){ D, lstm->packedIh, lstm->dx + q * D, (size_t)T * D, { NULL, 0 } };
    if (t > 0 || lstm->dh0) products[count++] = (PackedProduct){ H, lstm->packed, carryH, (size_t)H, { NULL, 0 } };
    gemmPackedEach(rows, 4 * H, dgx, (size_t)T * 4 * H, products, count, work);
  }
  if (!lstm->dh0) return;
  memcpy(lstm->dh0 + (size_t)n * H, carryH, count * sizeof(float));
  memcpy(lstm->dc0 + (size_t)n * H, carryC, count * sizeof(float));
}

/**
 * (packed W, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H, packed W_ih, dx, dbias, D): gradients of the four pre-activations, of the initial state where
 * dh0 is given, of the input and, as sums over the steps of each sample, of the bias where dx and dbias are. dgx may be gates. The gradients of the matrices
 * follow from dgx in later entries.
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
    .packedIh = placeArg(arena, entry, 11),
    .dx = placeArg(arena, entry, 12),
    .dbias = placeArg(arena, entry, 13),
    .D = intArg(entry, 14),
  };
  for (int32_t n = lo; n < hi; n += GROUP) lstmBackwardGroup(&step, n, minInt(GROUP, hi - n), scratchOf(arena, thread));
}
