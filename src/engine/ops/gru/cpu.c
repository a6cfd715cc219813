// Kernels of gru and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups. Must not depend on how the input part gx was made.

typedef struct GruForward {
  const float *gx, *packed, *bias, *h0;
  float *h, *gates;
  int32_t T, H;
} GruForward;

/** Gates and state of sample n at step t; `hidden` is its row of W h + b. */
static void gruForwardRow(const void *cell, int32_t n, int32_t t, const float *hidden) {
  const GruForward *gru = cell;
  const int32_t H = gru->H;
  const size_t q = (size_t)n * gru->T + t;
  const float *gx = gru->gx + q * 3 * H, *before = rowBefore(gru->h, gru->h0, n, t, gru->T, H);
  float *h = gru->h + q * H, *gates = gru->gates + q * 4 * H;
  for (int32_t c = 0; c < H; c += LANES) {
    const int32_t left = H - c;
    const vf r = vsigmoid(loadSome(gx + c, left) + loadSome(hidden + c, left));
    const vf z = vsigmoid(loadSome(gx + H + c, left) + loadSome(hidden + H + c, left));
    const vf inner = loadSome(hidden + 2 * H + c, left);
    const vf n1 = vtanh(madd(r, inner, loadSome(gx + 2 * H + c, left)));
    const vf old = before ? loadSome(before + c, left) : splat(0.0f);
    storeSome(h + c, madd(z, old - n1, n1), left);
    storeSome(gates + c, r, left);
    storeSome(gates + H + c, z, left);
    storeSome(gates + 2 * H + c, n1, left);
    storeSome(gates + 3 * H + c, inner, left);
  }
}

/** (gx, packed W^T, bias, h0, h, gates, T, H) */
KERNEL(gru) {
  const GruForward step = {
    .gx = placeArg(arena, entry, 0),
    .packed = placeArg(arena, entry, 1),
    .bias = placeArg(arena, entry, 2),
    .h0 = placeArg(arena, entry, 3),
    .h = placeArg(arena, entry, 4),
    .gates = placeArg(arena, entry, 5),
    .T = intArg(entry, 6),
    .H = intArg(entry, 7),
  };
  const Forward forward = { step.packed, step.bias, step.h, step.h0, step.T, step.H, 3 * step.H, &step, gruForwardRow };
  throughTime(&forward, lo, hi, scratchOf(arena, thread));
}

typedef struct GruBackward {
  const float *packedTwo, *packedOne, *h, *gates, *dh, *h0;
  float *dgx, *dinner, *dh0;
  int32_t T, H;
} GruBackward;

static void gruBackwardRow(const GruBackward *gru, int32_t n, int32_t t, float *carry) {
  const int32_t H = gru->H;
  const size_t q = (size_t)n * gru->T + t;
  const float *before = rowBefore(gru->h, gru->h0, n, t, gru->T, H);
  const float *gates = gru->gates + q * 4 * H, *dh = gru->dh + q * H;
  float *dgx = gru->dgx + q * 3 * H, *dinner = gru->dinner + q * H;
  const vf one = splat(1.0f);
  for (int32_t c = 0; c < H; c += LANES) {
    const int32_t left = H - c;
    const vf r = loadSome(gates + c, left), z = loadSome(gates + H + c, left);
    const vf n1 = loadSome(gates + 2 * H + c, left), inner = loadSome(gates + 3 * H + c, left);
    const vf old = before ? loadSome(before + c, left) : splat(0.0f);
    const vf g = loadSome(dh + c, left) + loadSome(carry + c, left);
    const vf rest = one - z, dn = g * rest * (one - n1 * n1);
    storeSome(dgx + c, dn * inner * (r * (one - r)), left);
    storeSome(dgx + H + c, g * (old - n1) * (z * rest), left);
    storeSome(dgx + 2 * H + c, dn, left);
    storeSome(dinner + c, dn * r, left);
    storeSome(carry + c, g * z, left);
  }
}

/** carry[rows, H] += dgates_t W. */
static void gruThroughWeight(const GruBackward *gru, int32_t n, int32_t rows, int32_t t, float *carry, char *work) {
  const int32_t T = gru->T, H = gru->H;
  const size_t q = (size_t)n * T + t;
  const Start start = { carry, H };
  gemmPacked(rows, H, 2 * H, gru->dgx + q * 3 * H, (size_t)T * 3 * H, gru->packedTwo, carry, start, work);
  gemmPacked(rows, H, H, gru->dinner + q * H, (size_t)T * H, gru->packedOne, carry, start, work);
}

/**
 * (packed W of r and z, packed W of n, h, gates, dh, h0, dgx, dinner, dh0, T, H): dgx = gradients of the pre-activations r | z | n; dinner
 * [B, T, H] = gradient of W_hn h + b_hn. The gradients of W and its bias follow from these in later entries.
 */
KERNEL(gruGrad) {
  const GruBackward step = {
    .packedTwo = placeArg(arena, entry, 0),
    .packedOne = placeArg(arena, entry, 1),
    .h = placeArg(arena, entry, 2),
    .gates = placeArg(arena, entry, 3),
    .dh = placeArg(arena, entry, 4),
    .h0 = placeArg(arena, entry, 5),
    .dgx = placeArg(arena, entry, 6),
    .dinner = placeArg(arena, entry, 7),
    .dh0 = placeArg(arena, entry, 8),
    .T = intArg(entry, 9),
    .H = intArg(entry, 10),
  };
  const int32_t H = step.H;
  char *work = scratchOf(arena, thread);
  for (int32_t n = lo; n < hi; n += GROUP) {
    const int32_t rows = minInt(GROUP, hi - n);
    const size_t bytes = (size_t)rows * H * sizeof(float);
    float *carry = afterStrips(work, rows);
    memset(carry, 0, bytes);
    for (int32_t t = step.T - 1; t >= 0; t--) {
      for (int32_t i = 0; i < rows; i++) gruBackwardRow(&step, n + i, t, carry + (size_t)i * H);
      if (t > 0 || step.dh0) gruThroughWeight(&step, n, rows, t, carry, work);
    }
    if (step.dh0) memcpy(step.dh0 + (size_t)n * H, carry, bytes);
  }
}
