// Native kernels of rmsNorm and its gradient.

/** (x, weight, y, rstd, N, eps): unit = row. */
KERNEL(rmsNorm) {
  const float *weight = placeArg(arena, entry, 1);
  const int32_t N = intArg(entry, 4);
  (void)thread;
  for (int32_t row = lo; row < hi; row++) {
    const float *x = placeArg(arena, entry, 0) + (size_t)row * N;
    float *y = placeArg(arena, entry, 2) + (size_t)row * N;
    vf s = splat(0);
    for (int32_t j = 0; j < N; j += LANES) {
      const vf v = loadPart(x + j, N - j);
      s = madd(v, v, s);
    }
    const float rstd = 1 / sqrtf(laneSum(s) / (float)N + realArg(entry, 5));
    placeArg(arena, entry, 3)[row] = rstd;
    for (int32_t j = 0; j < N; j += LANES) {
      storePart(y + j, loadPart(x + j, N - j) * rstd * loadPart(weight + j, N - j), N - j);
    }
  }
}

static void rmsNormGradRow(const Arena *arena, const int32_t *entry, int32_t row, int32_t N, float *partial) {
  const float *x = placeArg(arena, entry, 0) + (size_t)row * N, *weight = placeArg(arena, entry, 1);
  const float *dy = placeArg(arena, entry, 3) + (size_t)row * N;
  float *dx = placeArg(arena, entry, 4) + (size_t)row * N;
  const float rstd = placeArg(arena, entry, 2)[row];
  vf s = splat(0);
  for (int32_t j = 0; j < N; j += LANES) {
    const int32_t left = N - j;
    const vf gn = loadPart(dy + j, left) * (loadPart(x + j, left) * rstd);
    storePart(partial + j, loadPart(partial + j, left) + gn, left);
    s = madd(gn, loadPart(weight + j, left), s);
  }
  // A row of one number is +-1 but for eps: the general form would cancel, 1 - n^2 = eps rstd^2 does not.
  if (N == 1) {
    dx[0] = dy[0] * weight[0] * realArg(entry, 9) * rstd * rstd * rstd;
    return;
  }
  const float mean = laneSum(s) / (float)N;
  for (int32_t j = 0; j < N; j += LANES) {
    const int32_t left = N - j;
    const vf n = loadPart(x + j, left) * rstd, g = loadPart(dy + j, left) * loadPart(weight + j, left);
    storePart(dx + j, rstd * (g - n * mean), left);
  }
}

/**
 * (x, weight, rstd, dy, dx, partials, rows, N, chunk, eps): with n = x rstd, dx = rstd (w dy - n mean(w dy n)); partials[p] = sum of dy n over rows of
 * chunk p. Unit = p.
 */
KERNEL(rmsNormGrad) {
  const int32_t rows = intArg(entry, 6), N = intArg(entry, 7), chunk = intArg(entry, 8);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    float *partial = placeArg(arena, entry, 5) + (size_t)p * N;
    memset(partial, 0, (size_t)N * 4);
    const int32_t end = minInt(rows, (p + 1) * chunk);
    for (int32_t row = p * chunk; row < end; row++) rmsNormGradRow(arena, entry, row, N, partial);
  }
}
