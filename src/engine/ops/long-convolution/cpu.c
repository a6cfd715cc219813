// Native kernels of longConvolution and its gradient: direct sums, and transforms of tiles of 16 channels. A tile holds n complex numbers of each
// channel, [n, 2, 16], so that channels are the lanes of every butterfly. Rows 0 … 2n - 1 are the real parts, then the imaginary parts, of numbers
// multiplied by w^j with w^n = i: a product of transforms is then the product of two polynomials in which x^(2n) = -1, without room for zeros.
// Transforms leave their results in the order of their last pass: products do not mind, and the way back takes them from there.

enum { LONG_TILE = 16, LONG_PAIR = 2 * LONG_TILE };

/** Rows of a tensor [rows, C] from `first` on, `step` floats apart (backwards if negative). */
typedef struct LongRows {
  float *first;
  ptrdiff_t step;
} LongRows;

/** (source, kernel, out, from, to, K, C, shift, direction): out_r = sum over l of kernel_l source_(r + shift + direction l). Unit = row of out. */
KERNEL(longRows) {
  const float *kernel = placeArg(arena, entry, 1);
  const int32_t from = intArg(entry, 3), to = intArg(entry, 4), K = intArg(entry, 5), C = intArg(entry, 6), direction = intArg(entry, 8);
  (void)thread;
  for (int32_t unit = lo; unit < hi; unit++) {
    const float *source = (const float *)placeArg(arena, entry, 0) + (size_t)(unit / to) * from * C;
    float *out = (float *)placeArg(arena, entry, 2) + (size_t)unit * C;
    const int32_t at = unit % to + intArg(entry, 7);
    const int32_t begin = maxInt(0, direction < 0 ? at - from + 1 : -at), end = minInt(K, direction < 0 ? at + 1 : from - at);
    int32_t c = 0;
    for (; c + 4 * LANES <= C; c += 4 * LANES) {
      vf sum[4] = {{0}, {0}, {0}, {0}};
      for (int32_t l = begin; l < end; l++) {
        const float *k = kernel + (size_t)l * C + c, *s = source + (size_t)(at + direction * l) * C + c;
        for (int32_t i = 0; i < 4; i++) sum[i] = madd(load(k + i * LANES), load(s + i * LANES), sum[i]);
      }
      for (int32_t i = 0; i < 4; i++) store(out + c + i * LANES, sum[i]);
    }
    for (; c < C; c += LANES) {
      vf sum = {0};
      for (int32_t l = begin; l < end; l++)
        sum = madd(loadPart(kernel + (size_t)l * C + c, C - c), loadPart(source + (size_t)(at + direction * l) * C + c, C - c), sum);
      storePart(out + c, sum, C - c);
    }
  }
}

/** (x, dy, dkernel, B, S, T, C, shift, direction): dkernel_l = sum over samples and rows of dy_r x_(r + shift + direction l). Unit = tap. */
KERNEL(longTaps) {
  const float *x = placeArg(arena, entry, 0), *dy = placeArg(arena, entry, 1);
  const int32_t B = intArg(entry, 3), S = intArg(entry, 4), T = intArg(entry, 5), C = intArg(entry, 6);
  (void)thread;
  for (int32_t l = lo; l < hi; l++) {
    float *out = (float *)placeArg(arena, entry, 2) + (size_t)l * C;
    const int32_t shift = intArg(entry, 7) + intArg(entry, 8) * l, begin = maxInt(0, -shift), end = minInt(T, S - shift);
    for (int32_t c = 0; c < C; c += LANES) {
      vf sum = {0};
      for (int32_t b = 0; b < B; b++) {
        for (int32_t r = begin; r < end; r++)
          sum = madd(loadPart(dy + ((size_t)b * T + r) * C + c, C - c), loadPart(x + ((size_t)b * S + r + shift) * C + c, C - c), sum);
      }
      storePart(out + c, sum, C - c);
    }
  }
}

/** Number `at` of e^(2 pi i at / 4n) from those of the first quarter. */
static void longQuarter(const double *quarter, int32_t n, int32_t at, float *out) {
  const double c = quarter[2 * (at % n)], s = quarter[2 * (at % n) + 1];
  const int32_t turns = at / n;
  out[0] = (float)(turns == 0 ? c : turns == 1 ? -s : turns == 2 ? -c : s);
  out[1] = (float)(turns == 0 ? s : turns == 1 ? c : turns == 2 ? -s : -c);
}

/** (turns, n, cos, sin as doubles): w^j for the rows [n, 2], then for each pass over blocks of m its numbers W^j, W^2j, W^3j, W = e^(2 pi i / m). */
KERNEL(longTurns) {
  float *turns = placeArg(arena, entry, 0);
  const int32_t n = intArg(entry, 1);
  double *quarter = (double *)scratchOf(arena, thread), c, s;
  memcpy(&c, entry + 4 + 2, sizeof c);
  memcpy(&s, entry + 4 + 4, sizeof s);
  (void)lo;
  (void)hi;
  quarter[0] = 1;
  quarter[1] = 0;
  for (int32_t length = 1; length < n; length *= 2) {
    for (int32_t j = 0; j < length; j++) {
      const double *from = quarter + 2 * j;
      double *to = quarter + 2 * (length + j);
      to[0] = from[0] * c - from[1] * s;
      to[1] = from[0] * s + from[1] * c;
    }
    const double both = c * s;
    c = c * c - s * s;
    s = both + both;
  }
  for (int32_t j = 0; j < n; j++) longQuarter(quarter, n, j, turns + 2 * j);
  float *to = turns + 2 * n;
  for (int32_t m = n; m >= 4; m /= 4) {
    for (int32_t j = 0; j < m / 4; j++) {
      for (int32_t i = 1; i < 4; i++, to += 2) longQuarter(quarter, n, 4 * (n / m) * i * j, to);
    }
  }
}

/** re + i im times c + i s. */
INLINE void longTurn(vf *re, vf *im, float c, float s) {
  const vf a = *re, b = *im;
  *re = madd(splat(-s), b, splat(c) * a);
  *im = madd(splat(s), a, splat(c) * b);
}

/** Four numbers q floats apart become their sums of radix 4, the last three turned. */
INLINE void longFour(float *p, size_t q, const float *w, bool turned) {
  float *p1 = p + q, *p2 = p1 + q, *p3 = p2 + q;
  const vf ar = load(p), ai = load(p + LONG_TILE), br = load(p1), bi = load(p1 + LONG_TILE);
  const vf cr = load(p2), ci = load(p2 + LONG_TILE), dr = load(p3), di = load(p3 + LONG_TILE);
  const vf sumR = ar + cr, sumI = ai + ci, apartR = ar - cr, apartI = ai - ci;
  const vf otherR = br + dr, otherI = bi + di, aroundR = di - bi, aroundI = br - dr;
  vf oneR = apartR + aroundR, oneI = apartI + aroundI, twoR = sumR - otherR, twoI = sumI - otherI;
  vf threeR = apartR - aroundR, threeI = apartI - aroundI;
  if (turned) {
    longTurn(&oneR, &oneI, w[0], w[1]);
    longTurn(&twoR, &twoI, w[2], w[3]);
    longTurn(&threeR, &threeI, w[4], w[5]);
  }
  store(p, sumR + otherR);
  store(p + LONG_TILE, sumI + otherI);
  store(p1, oneR);
  store(p1 + LONG_TILE, oneI);
  store(p2, twoR);
  store(p2 + LONG_TILE, twoI);
  store(p3, threeR);
  store(p3 + LONG_TILE, threeI);
}

/** The way back of longFour, times 4. */
INLINE void longFourBack(float *p, size_t q, const float *w, bool turned) {
  float *p1 = p + q, *p2 = p1 + q, *p3 = p2 + q;
  vf oneR = load(p1), oneI = load(p1 + LONG_TILE), twoR = load(p2), twoI = load(p2 + LONG_TILE);
  vf threeR = load(p3), threeI = load(p3 + LONG_TILE);
  const vf zeroR = load(p), zeroI = load(p + LONG_TILE);
  if (turned) {
    longTurn(&oneR, &oneI, w[0], -w[1]);
    longTurn(&twoR, &twoI, w[2], -w[3]);
    longTurn(&threeR, &threeI, w[4], -w[5]);
  }
  const vf sumR = zeroR + twoR, sumI = zeroI + twoI, apartR = zeroR - twoR, apartI = zeroI - twoI;
  const vf otherR = oneR + threeR, otherI = oneI + threeI, aroundR = oneI - threeI, aroundI = threeR - oneR;
  store(p, sumR + otherR);
  store(p + LONG_TILE, sumI + otherI);
  store(p1, apartR + aroundR);
  store(p1 + LONG_TILE, apartI + aroundI);
  store(p2, sumR - otherR);
  store(p2 + LONG_TILE, sumI - otherI);
  store(p3, apartR - aroundR);
  store(p3 + LONG_TILE, apartI - aroundI);
}

/** Sums and differences of pairs of neighbours: their own way back, times 2. */
static void longPairs(float *tile, int32_t n, int32_t width) {
  for (int32_t j = 0; j < n; j += 2) {
    float *p = tile + (size_t)j * LONG_PAIR;
    for (int32_t v = 0; v < LONG_PAIR; v += LONG_TILE) {
      for (int32_t i = v; i < v + width; i += LANES) {
        const vf a = load(p + i), b = load(p + LONG_PAIR + i);
        store(p + i, a + b);
        store(p + LONG_PAIR + i, a - b);
      }
    }
  }
}

/** Blocks of this many numbers go through all passes before the next block does: they stay in the cache. */
enum { LONG_BLOCK = 256 };

/** One pass over blocks of m of n numbers, there or back. */
static void longPass(float *tile, int32_t n, int32_t m, const float *turns, int32_t width, bool back) {
  const size_t q = (size_t)(m / 4) * LONG_PAIR;
  for (int32_t block = 0; block < n; block += m) {
    for (int32_t j = 0; j < m / 4; j++) {
      float *p = tile + (size_t)(block + j) * LONG_PAIR;
      for (int32_t v = 0; v < width; v += LANES) {
        if (m == 4) back ? longFourBack(p + v, q, turns, false) : longFour(p + v, q, turns, false);
        else back ? longFourBack(p + v, q, turns + 6 * j, true) : longFour(p + v, q, turns + 6 * j, true);
      }
    }
  }
}

/** n numbers of a tile to their transform; `turns` are those of blocks of n and smaller ones. */
static void longForward(float *tile, int32_t n, const float *turns, int32_t width) {
  if (n > LONG_BLOCK) {
    longPass(tile, n, n, turns, width, false);
    for (int32_t i = 0; i < 4; i++) longForward(tile + (size_t)i * (n / 4) * LONG_PAIR, n / 4, turns + n / 4 * 6, width);
    return;
  }
  int32_t m = n;
  for (; m >= 4; m /= 4) longPass(tile, n, m, turns + 2 * (n - m), width, false);
  if (m == 2) longPairs(tile, n, width);
}

/** The way back of longForward, times n. */
static void longBackward(float *tile, int32_t n, const float *turns, int32_t width) {
  if (n > LONG_BLOCK) {
    for (int32_t i = 0; i < 4; i++) longBackward(tile + (size_t)i * (n / 4) * LONG_PAIR, n / 4, turns + n / 4 * 6, width);
    longPass(tile, n, n, turns, width, true);
    return;
  }
  int32_t m = n;
  while (m > 4) m /= 4;
  if (m == 2) longPairs(tile, n, width);
  for (m = m == 2 ? 8 : 4; m <= n; m *= 4) longPass(tile, n, m, turns + 2 * (n - m), width, true);
}

/** Rows 0 … count - 1 as numbers of a tile, turned by w^j; rows beyond them are 0. */
static void longRead(float *tile, int32_t n, LongRows rows, int32_t count, const float *turns, int32_t left) {
  for (int32_t j = 0; j < n; j++) {
    float *p = tile + (size_t)j * LONG_PAIR;
    for (int32_t v = 0; v < minInt(left, LONG_TILE); v += LANES) {
      vf re = {0}, im = {0};
      if (j < count) re = loadPart(rows.first + j * rows.step + v, left - v);
      if (j + n < count) im = loadPart(rows.first + (j + n) * rows.step + v, left - v);
      longTurn(&re, &im, turns[2 * j], turns[2 * j + 1]);
      store(p + v, re);
      store(p + LONG_TILE + v, im);
    }
  }
}

/** Rows `from` … `to` - 1 of a tile that came back, to where the first of them belongs. */
static void longWrite(const float *tile, int32_t n, LongRows rows, int32_t from, int32_t to, const float *turns, int32_t left) {
  for (int32_t row = from; row < to; row++) {
    const int32_t j = row % n;
    const float *p = tile + (size_t)j * LONG_PAIR, c = turns[2 * j] / (float)n, s = turns[2 * j + 1] / (float)n;
    // The real part of (re + i im) (c - i s), or its imaginary part.
    const vf byRe = splat(row < n ? c : -s), byIm = splat(row < n ? s : c);
    for (int32_t v = 0; v < minInt(left, LONG_TILE); v += LANES)
      storePart(rows.first + (row - from) * rows.step + v, madd(load(p + v), byRe, load(p + LONG_TILE + v) * byIm), left - v);
  }
}

/** out = a b, or out + a b, for n numbers of a tile. */
static void longProduct(float *out, const float *a, const float *b, int32_t n, int32_t width, bool added) {
  for (int32_t j = 0; j < n; j++) {
    const size_t at = (size_t)j * LONG_PAIR;
    for (int32_t v = 0; v < width; v += LANES) {
      const vf ar = load(a + at + v), ai = load(a + at + LONG_TILE + v), br = load(b + at + v), bi = load(b + at + LONG_TILE + v);
      const vf re = madd(-ai, bi, ar * br), im = madd(ai, br, ar * bi);
      store(out + at + v, added ? load(out + at + v) + re : re);
      store(out + at + LONG_TILE + v, added ? load(out + at + LONG_TILE + v) + im : im);
    }
  }
}

/** Lanes of a tile that hold channels, in whole vectors. */
static inline int32_t longWidth(int32_t left) { return (int32_t)roundUp((size_t)minInt(left, LONG_TILE), LANES); }

/** Rows of x [S, C], of the last `count` places of S: from the place `first` on, in the order of the filter or against it. */
static LongRows longPlaces(float *x, int32_t count, int32_t S, int32_t C, bool backwards, int32_t first, bool against) {
  const int32_t row = backwards ? S - 1 - first : first - (S - count);
  const ptrdiff_t step = backwards != against ? -(ptrdiff_t)C : C;
  return (LongRows){x + (ptrdiff_t)row * C, step};
}

/** (turns, kernel, spectrum, n, taps, C): unit = tile of channels. */
KERNEL(longSpectrum) {
  const float *turns = placeArg(arena, entry, 0);
  const int32_t n = intArg(entry, 3), taps = intArg(entry, 4), C = intArg(entry, 5);
  (void)thread;
  for (int32_t tile = lo; tile < hi; tile++) {
    float *spectrum = (float *)placeArg(arena, entry, 2) + (size_t)tile * n * LONG_PAIR;
    const int32_t c = tile * LONG_TILE;
    longRead(spectrum, n, (LongRows){(float *)placeArg(arena, entry, 1) + c, C}, taps, turns, C - c);
    longForward(spectrum, n, turns + 2 * n, longWidth(C - c));
  }
}

/** (turns, spectrum, x, y, n, S, T, C, backwards): unit = tile of a sample. */
KERNEL(longTransform) {
  const float *turns = placeArg(arena, entry, 0), *spectrum = placeArg(arena, entry, 1);
  const int32_t n = intArg(entry, 4), S = intArg(entry, 5), T = intArg(entry, 6), C = intArg(entry, 7);
  const bool backwards = intArg(entry, 8);
  const int32_t tiles = (C + LONG_TILE - 1) / LONG_TILE;
  float *work = (float *)scratchOf(arena, thread);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / tiles, c = unit % tiles * LONG_TILE, width = longWidth(C - c);
    float *x = (float *)placeArg(arena, entry, 2) + (size_t)b * S * C + c, *y = (float *)placeArg(arena, entry, 3) + (size_t)b * T * C + c;
    longRead(work, n, longPlaces(x, S, S, C, backwards, 0, false), S, turns, C - c);
    longForward(work, n, turns + 2 * n, width);
    longProduct(work, work, spectrum + (size_t)(unit % tiles) * n * LONG_PAIR, n, width, false);
    longBackward(work, n, turns + 2 * n, width);
    longWrite(work, n, longPlaces(y, T, S, C, backwards, S - T, false), S - T, S, turns, C - c);
  }
}

/**
 * (turns, spectrum, x, dy, dx, products, n, S, T, C, backwards, B, groups): dx, and for every `groups`-th sample the sum of the products of the
 * transforms of x and of dy from its last row on, whose way back is dkernel. Unit = tile of a group.
 */
KERNEL(longTransformGrad) {
  const float *turns = placeArg(arena, entry, 0), *spectrum = placeArg(arena, entry, 1);
  const int32_t n = intArg(entry, 6), S = intArg(entry, 7), T = intArg(entry, 8), C = intArg(entry, 9), B = intArg(entry, 11), groups = intArg(entry, 12);
  const bool backwards = intArg(entry, 10);
  const int32_t tiles = (C + LONG_TILE - 1) / LONG_TILE;
  float *work = (float *)scratchOf(arena, thread), *other = work + (size_t)n * LONG_PAIR;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t c = unit % tiles * LONG_TILE, width = longWidth(C - c);
    float *products = (float *)placeArg(arena, entry, 5) + (size_t)unit * n * LONG_PAIR;
    for (int32_t b = unit / tiles; b < B; b += groups) {
      float *x = (float *)placeArg(arena, entry, 2) + (size_t)b * S * C + c, *dx = (float *)placeArg(arena, entry, 4) + (size_t)b * S * C + c;
      float *dy = (float *)placeArg(arena, entry, 3) + (size_t)b * T * C + c;
      longRead(work, n, longPlaces(dy, T, S, C, backwards, S - 1, true), T, turns, C - c);
      longForward(work, n, turns + 2 * n, width);
      longRead(other, n, longPlaces(x, S, S, C, backwards, 0, false), S, turns, C - c);
      longForward(other, n, turns + 2 * n, width);
      longProduct(products, work, other, n, width, b >= groups);
      longProduct(work, work, spectrum + (size_t)(unit % tiles) * n * LONG_PAIR, n, width, false);
      longBackward(work, n, turns + 2 * n, width);
      longWrite(work, n, longPlaces(dx, S, S, C, backwards, S - 1, true), 0, S, turns, C - c);
    }
  }
}

/** (turns, products, dkernel, n, S, K, C, taps, groups): the sums of all groups on their way back. Unit = tile of channels. */
KERNEL(longSpectrumGrad) {
  const float *turns = placeArg(arena, entry, 0), *products = placeArg(arena, entry, 1);
  const int32_t n = intArg(entry, 3), S = intArg(entry, 4), K = intArg(entry, 5), C = intArg(entry, 6), taps = intArg(entry, 7), groups = intArg(entry, 8);
  const int32_t tiles = (C + LONG_TILE - 1) / LONG_TILE;
  const size_t size = (size_t)n * LONG_PAIR;
  float *work = (float *)scratchOf(arena, thread);
  for (int32_t tile = lo; tile < hi; tile++) {
    const int32_t c = tile * LONG_TILE, left = C - c;
    float *dkernel = (float *)placeArg(arena, entry, 2) + c;
    for (size_t i = 0; i < size; i += LANES) {
      vf sum = load(products + (size_t)tile * size + i);
      for (int32_t group = 1; group < groups; group++) sum += load(products + ((size_t)group * tiles + tile) * size + i);
      store(work + i, sum);
    }
    longBackward(work, n, turns + 2 * n, longWidth(left));
    longWrite(work, n, (LongRows){dkernel + (size_t)(taps - 1) * C, -(ptrdiff_t)C}, S - taps, S, turns, left);
    for (int32_t l = taps; l < K; l++) memset(dkernel + (size_t)l * C, 0, (size_t)minInt(left, LONG_TILE) * 4);
  }
}
