// Kernels of matmul: the packed product, cut by rows or by columns, and two forms for few rows that read B without packing. Must not depend
// on graphs or gradients.

/** (a, ars, acs, b, brs, bcs, c, bias, M, N, K, byColumns): unit = MATMUL_ROWS rows or MATMUL_COLUMNS columns of C [M, N]. */
KERNEL(matmul) {
  Matrix a = { placeArg(arena, entry, 0), intArg(entry, 1), intArg(entry, 2) };
  Matrix b = { placeArg(arena, entry, 3), intArg(entry, 4), intArg(entry, 5) };
  float *c = placeArg(arena, entry, 6);
  Start start = { placeArg(arena, entry, 7), 0 };
  const int32_t M = intArg(entry, 8), N = intArg(entry, 9), K = intArg(entry, 10);
  char *work = scratchOf(arena, thread);
  if (intArg(entry, 11) != 0) {
    const int32_t from = lo * MATMUL_COLUMNS, n = minInt(N, hi * MATMUL_COLUMNS) - from;
    b.at += from * b.cs;
    if (start.from) start.from += from;
    gemm(M, n, K, a, b, c + from, N, start, work);
  } else {
    const int32_t from = lo * MATMUL_ROWS, m = minInt(M, hi * MATMUL_ROWS) - from;
    a.at += from * a.rs;
    gemm(m, N, K, a, b, c + (size_t)from * N, N, start, work);
  }
}

/** (b, rs, cs, K, N, out): unit = panel of PANEL columns, in blocks of KC one after the other, for products that use b many times. */
KERNEL(pack) {
  (void)thread;
  const float *b = placeArg(arena, entry, 0);
  float *out = placeArg(arena, entry, 5);
  const size_t rs = intArg(entry, 1), cs = intArg(entry, 2);
  const int32_t K = intArg(entry, 3), N = intArg(entry, 4);
  const size_t columns = roundUp((size_t)N, LANES);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t j = unit * PANEL, n = minInt(PANEL, N - j);
    for (int32_t k = 0; k < K; k += KC) {
      const int32_t kc = minInt(KC, K - k);
      packPanels(b + k * rs + j * cs, rs, cs, kc, n, out + k * columns + (size_t)j * kc);
    }
  }
}

/** Products of a[K] with `w` (1 to 4) rows of b, to out. */
static void dotRows(const float *a, const float *b, size_t brs, int32_t w, int32_t K, float *out) {
  vf sums[4] = { splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f) };
  for (int32_t k = 0; k < K; k += LANES) {
    const vf x = loadSome(a + k, K - k);
    for (int32_t i = 0; i < 4; i++) {
      const float *row = b + (size_t)minInt(i, w - 1) * brs + k;
      sums[i] = madd(x, loadSome(row, K - k), sums[i]);
    }
  }
  for (int32_t i = 0; i < w; i++) out[i] += laneSum(sums[i]);
}

/** (a, ars, b, brs, c, bias, M, N, K): rows of a times rows of b, both along memory. Unit = 4 columns of C. */
KERNEL(matmulDot) {
  (void)thread;
  const float *a = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 2), *bias = placeArg(arena, entry, 5);
  float *c = placeArg(arena, entry, 4);
  const size_t ars = intArg(entry, 1), brs = intArg(entry, 3);
  const int32_t M = intArg(entry, 6), N = intArg(entry, 7), K = intArg(entry, 8);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t j = unit * 4, w = minInt(4, N - j);
    for (int32_t m = 0; m < M; m++) {
      float sums[4] = { 0 };
      for (int32_t i = 0; i < w; i++) sums[i] = bias ? bias[j + i] : 0.0f;
      dotRows(a + m * ars, b + j * brs, brs, w, K, sums);
      memcpy(c + (size_t)m * N + j, sums, (size_t)w * sizeof(float));
    }
  }
}

enum { OUTER_COLUMNS = 16 };

/** (a, ars, acs, b, brs, c, bias, M, N, K): rows of b, along memory, weighted by elements of a. Unit = 16 columns of C. */
KERNEL(matmulOuter) {
  (void)thread;
  const float *a = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 3), *bias = placeArg(arena, entry, 6);
  float *c = placeArg(arena, entry, 5);
  const size_t ars = intArg(entry, 1), acs = intArg(entry, 2), brs = intArg(entry, 4);
  const int32_t M = intArg(entry, 7), N = intArg(entry, 8), K = intArg(entry, 9);
  const int32_t end = minInt(N, hi * OUTER_COLUMNS);
  for (int32_t j = lo * OUTER_COLUMNS; j < end; j += LANES) {
    const int32_t left = end - j;
    for (int32_t m = 0; m < M; m++) {
      vf sum = bias ? loadSome(bias + j, left) : splat(0.0f);
      const float *x = a + m * ars, *row = b + j;
      for (int32_t k = 0; k < K; k++, x += acs, row += brs) sum = madd(splat(*x), loadSome(row, left), sum);
      storeSome(c + (size_t)m * N + j, sum, left);
    }
  }
}
