// Kernels of matrixScan and its gradient. Unit = sample; every matrix is read once.

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
        vf sum = splat(0.0f);
        for (int32_t j = 0; before && j < H; j += LANES) sum = madd(loadSome(row + j, H - j), loadSome(before + j, H - j), sum);
        y[q * H + i] = b[q * H + i] + laneSum(sum);
      }
    }
  }
}

/** (matrix, dy, db, T, H): db_t = dy_t + A_{t+1}^T db_{t+1}. */
KERNEL(matrixScanGrad) {
  const float *matrix = placeArg(arena, entry, 0), *dy = placeArg(arena, entry, 1);
  float *db = placeArg(arena, entry, 2);
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  for (int32_t n = lo; n < hi; n++) {
    for (int32_t t = T - 1; t >= 0; t--) {
      const size_t q = (size_t)n * T + t;
      const float *later = t + 1 < T ? db + (q + 1) * H : NULL, *across = matrix + (q + 1) * H * H;
      for (int32_t j = 0; j < H; j += LANES) {
        vf sum = loadSome(dy + q * H + j, H - j);
        for (int32_t i = 0; later && i < H; i++) sum = madd(loadSome(across + (size_t)i * H + j, H - j), splat(later[i]), sum);
        storeSome(db + q * H + j, sum, H - j);
      }
    }
  }
}
