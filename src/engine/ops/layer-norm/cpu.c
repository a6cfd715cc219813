// Native kernels of layerNorm and its gradient.

/** Sum of (x - mean)^2; lanes beyond the row must not count. */
static float squaresAround(const float *x, int32_t N, float mean) {
  vf s = splat(0);
  for (int32_t j = 0; j < N; j += LANES) {
    const vf d = loadPartOr(x + j, N - j, mean) - mean;
    s = madd(d, d, s);
  }
  return laneSum(s);
}

/** (x, weight, bias, y, mean, rstd, N, eps): unit = row. Variance from the differences to the mean, so it does not cancel. */
KERNEL(layerNorm) {
  const float *weight = placeArg(arena, entry, 1), *bias = placeArg(arena, entry, 2);
  const int32_t N = intArg(entry, 6);
  (void)thread;
  for (int32_t row = lo; row < hi; row++) {
    const float *x = placeArg(arena, entry, 0) + (size_t)row * N;
    float *y = placeArg(arena, entry, 3) + (size_t)row * N;
    vf s = splat(0);
    for (int32_t j = 0; j < N; j += LANES) s += loadPart(x + j, N - j);
    const float mean = laneSum(s) / (float)N;
    const float rstd = 1 / sqrtf(squaresAround(x, N, mean) / (float)N + realArg(entry, 7));
    placeArg(arena, entry, 4)[row] = mean;
    placeArg(arena, entry, 5)[row] = rstd;
    for (int32_t j = 0; j < N; j += LANES) {
      const vf n = (loadPart(x + j, N - j) - mean) * rstd;
      storePart(y + j, madd(n, loadPart(weight + j, N - j), loadPart(bias + j, N - j)), N - j);
    }
  }
}

static void layerNormGradRow(const Arena *arena, const int32_t *entry, int32_t row, int32_t N, float *partial) {
  const float *x = placeArg(arena, entry, 0) + (size_t)row * N, *weight = placeArg(arena, entry, 1);
  const float *dy = placeArg(arena, entry, 4) + (size_t)row * N;
  float *dx = placeArg(arena, entry, 5) + (size_t)row * N, *partialBias = partial + N;
  const float mean = placeArg(arena, entry, 2)[row], rstd = placeArg(arena, entry, 3)[row];
  vf sum = splat(0), along = splat(0);
  for (int32_t j = 0; j < N; j += LANES) {
    const int32_t left = N - j;
    const vf g = loadPart(dy + j, left), n = (loadPart(x + j, left) - mean) * rstd;
    storePart(partial + j, madd(g, n, loadPart(partial + j, left)), left);
    storePart(partialBias + j, loadPart(partialBias + j, left) + g, left);
    const vf d = g * loadPart(weight + j, left);
    sum += d;
    along = madd(d, n, along);
  }
  const float meanD = laneSum(sum) / (float)N, meanDN = laneSum(along) / (float)N;
  for (int32_t j = 0; j < N; j += LANES) {
    const int32_t left = N - j;
    const vf n = (loadPart(x + j, left) - mean) * rstd;
    const vf d = loadPart(dy + j, left) * loadPart(weight + j, left);
    storePart(dx + j, rstd * ((d - meanD) - n * meanDN), left);
  }
}

/**
 * (x, weight, mean, rstd, dy, dx, partials, rows, N, chunk): with n = (x - mean) rstd and d = w dy, dx = rstd (d - mean(d) - n mean(d n));
 * partials[p] [2, N] = sums of dy n and of dy over rows of chunk p. Unit = p.
 */
KERNEL(layerNormGrad) {
  const int32_t rows = intArg(entry, 7), N = intArg(entry, 8), chunk = intArg(entry, 9);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    float *partial = placeArg(arena, entry, 6) + (size_t)p * 2 * N;
    memset(partial, 0, (size_t)2 * N * 4);
    const int32_t end = minInt(rows, (p + 1) * chunk);
    for (int32_t row = p * chunk; row < end; row++) layerNormGradRow(arena, entry, row, N, partial);
  }
}
