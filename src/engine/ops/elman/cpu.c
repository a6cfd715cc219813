// Kernels of elman and its gradient: the time loop is inside, the recurrent matrix is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups. Must not depend on how the input part gx was made.

typedef struct ElmanForward {
  const float *gx;
  float *h;
  int32_t T, H;
} ElmanForward;

static void elmanForwardRow(const void *cell, int32_t n, int32_t t, const float *hidden) {
  const ElmanForward *elman = cell;
  const int32_t H = elman->H;
  const size_t q = ((size_t)n * elman->T + t) * H;
  for (int32_t c = 0; c < H; c += LANES) {
    const int32_t left = H - c;
    storeSome(elman->h + q + c, vtanh(loadSome(elman->gx + q + c, left) + loadSome(hidden + c, left)), left);
  }
}

/** (gx, packed W^T, h0, h, T, H): h_t = tanh(gx_t + W h_{t-1}). h may be gx. */
KERNEL(elman) {
  const int32_t T = intArg(entry, 4), H = intArg(entry, 5);
  const ElmanForward step = { placeArg(arena, entry, 0), placeArg(arena, entry, 3), T, H };
  const float *packed = placeArg(arena, entry, 1), *h0 = placeArg(arena, entry, 2);
  const Forward forward = { packed, NULL, step.h, h0, T, H, H, &step, elmanForwardRow };
  throughTime(&forward, lo, hi, scratchOf(arena, thread));
}

static void elmanBackwardRow(const float *h, const float *dh, const float *carry, float *dgx, int32_t H) {
  for (int32_t c = 0; c < H; c += LANES) {
    const int32_t left = H - c;
    const vf y = loadSome(h + c, left);
    storeSome(dgx + c, (loadSome(dh + c, left) + loadSome(carry + c, left)) * (splat(1.0f) - y * y), left);
  }
}

/**
 * (packed W, h, dh, dgx, dh0, T, H): dgx_t = (dh_t + W^T dgx_{t+1}) (1 - h_t^2). dgx may be dh. The gradient of W follows from dgx in a
 * later entry.
 */
KERNEL(elmanGrad) {
  const float *packed = placeArg(arena, entry, 0), *h = placeArg(arena, entry, 1), *dh = placeArg(arena, entry, 2);
  float *dgx = placeArg(arena, entry, 3), *dh0 = placeArg(arena, entry, 4);
  const int32_t T = intArg(entry, 5), H = intArg(entry, 6);
  char *work = scratchOf(arena, thread);
  for (int32_t n = lo; n < hi; n += GROUP) {
    const int32_t rows = minInt(GROUP, hi - n);
    const size_t bytes = (size_t)rows * H * sizeof(float);
    float *carry = afterStrips(work, rows);
    memset(carry, 0, bytes);
    for (int32_t t = T - 1; t >= 0; t--) {
      for (int32_t i = 0; i < rows; i++) {
        const size_t q = ((size_t)(n + i) * T + t) * H;
        elmanBackwardRow(h + q, dh + q, carry + (size_t)i * H, dgx + q, H);
      }
      if (t == 0 && !dh0) break;
      gemmPacked(rows, H, H, dgx + ((size_t)n * T + t) * H, (size_t)T * H, packed, carry, (Start){ NULL, 0 }, work);
    }
    if (dh0) memcpy(dh0 + (size_t)n * H, carry, bytes);
  }
}
