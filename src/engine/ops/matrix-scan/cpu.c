// Kernels of matrixScan and its gradient. Unit = sample; every matrix is read once.

/** Four numbers: a row of a few numbers fills no wider vector, and their sum takes less time than that of many lanes. */
typedef float Four __attribute__((vector_size(16)));
typedef float FourLoose __attribute__((vector_size(16), aligned(4), may_alias));

/** Sum of the products of H numbers, for rows that are short beside a vector. */
INLINE float shortRowProduct(const float *a, const float *b, int32_t H) {
  Four sum = { 0 };
  int32_t j = 0;
  for (; j + 4 <= H; j += 4) sum += (Four)(*(const FourLoose *)(a + j)) * (Four)(*(const FourLoose *)(b + j));
  float rest = 0;
  for (; j < H; j++) rest += a[j] * b[j];
  return ((sum[0] + sum[2]) + (sum[1] + sum[3])) + rest;
}

INLINE float longRowProduct(const float *a, const float *b, int32_t H) {
  vf sum = splat(0.0f);
  for (int32_t j = 0; j < H; j += LANES) sum = madd(loadSome(a + j, H - j), loadSome(b + j, H - j), sum);
  return laneSum(sum);
}

/** (matrix, b, y, T, H): y_t = A_t y_{t-1} + b_t. */
KERNEL(matrixScan) {
  const float *matrix = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 1);
  float *y = placeArg(arena, entry, 2);
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  for (int32_t n = lo; n < hi; n++) {
    for (int32_t t = 0; t < T; t++) {
      const size_t q = (size_t)n * T + t;
      const float *before = rowBefore(y, NULL, n, t, T, H);
      for (int32_t i = 0; i < H; i++) {
        const float *row = matrix + (q * H + i) * H;
        const float sum = !before ? 0 : H < 4 * LANES ? shortRowProduct(row, before, H) : longRowProduct(row, before, H);
        y[q * H + i] = b[q * H + i] + sum;
      }
    }
  }
}

/** (matrix, dy, db, T, H): db_t = dy_t + A_{t+1}^T db_{t+1}. */
KERNEL(matrixScanGrad) {
  const float *matrix = placeArg(arena, entry, 0), *dy = placeArg(arena, entry, 1);
  float *db = placeArg(arena, entry, 2);
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  // What fits into a vector is read from here: a part of a vector that has just been stored cannot be read before it is in the cache.
  _Alignas(LANES * 4) float kept[LANES];
  for (int32_t n = lo; n < hi; n++) {
    for (int32_t t = T - 1; t >= 0; t--) {
      const size_t q = (size_t)n * T + t;
      const float *later = t + 1 == T ? NULL : H <= LANES ? kept : db + (q + 1) * H, *across = matrix + (q + 1) * H * H;
      for (int32_t j = 0; j < H; j += LANES) {
        vf sum = loadSome(dy + q * H + j, H - j);
        for (int32_t i = 0; later && i < H; i++) sum = madd(loadSome(across + (size_t)i * H + j, H - j), splat(later[i]), sum);
        storeSome(db + q * H + j, sum, H - j);
        if (H <= LANES) store(kept, sum);
      }
    }
  }
}
