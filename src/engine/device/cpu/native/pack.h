// Packing of matrix operands so that a tile reads each with one pointer: B into panels of PANEL columns, k-major; A into strips of up to STRIP
// rows, in the order of memory: row by row, or k-major. Matrices are addressed by row and column stride in elements, which covers
// transposition. Must not depend on what is multiplied.
#ifndef MINRNN_PACK_H
#define MINRNN_PACK_H
#include "kernel.h"
#include "simd.h"

// Accumulators, one row of B and a broadcast fill the vector registers: 32 of AVX-512 and NEON, 16 of AVX2 and SSE.
#if LANES == 16
enum { STRIP = 14, PANEL_VECTORS = 2 };
#elif defined(__aarch64__)
enum { STRIP = 8, PANEL_VECTORS = 3 };
#else
enum { STRIP = 6, PANEL_VECTORS = 2 };
#endif
enum { PANEL = PANEL_VECTORS * LANES };

#define PACK_INLINE static inline __attribute__((always_inline))
#define PACK_UNROLL _Pragma("GCC unroll 16")

#if defined(__clang__) || __GNUC__ >= 12
#define HAS_SHUFFLE 1
#define LOW_LANE(i, s) ((i) & (s) ? LANES + (i) - (s) : (i))
#define HIGH_LANE(i, s) ((i) & (s) ? LANES + (i) : (i) + (s))
#if LANES == 16
#define MIX(f, s, a, b)                                                                                                     \
  __builtin_shufflevector(a, b, f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s), f(8, s), f(9, s),   \
                          f(10, s), f(11, s), f(12, s), f(13, s), f(14, s), f(15, s))
#elif LANES == 8
#define MIX(f, s, a, b) \
  __builtin_shufflevector(a, b, f(0, s), f(1, s), f(2, s), f(3, s), f(4, s), f(5, s), f(6, s), f(7, s))
#else
#define MIX(f, s, a, b) __builtin_shufflevector(a, b, f(0, s), f(1, s), f(2, s), f(3, s))
#endif
#define EXCHANGE(s)                                \
  PACK_UNROLL for (int i = 0; i < LANES; i++) {    \
    if (!(i & (s))) {                              \
      const vf a = block[i], b = block[i + (s)];   \
      block[i] = MIX(LOW_LANE, s, a, b);           \
      block[i + (s)] = MIX(HIGH_LANE, s, a, b);    \
    }                                              \
  }

/** Transposes LANES vectors in registers: pairs, then pairs of pairs, and so on. */
PACK_INLINE void transposeBlock(vf *block) {
  EXCHANGE(1)
  EXCHANGE(2)
#if LANES > 4
  EXCHANGE(4)
#endif
#if LANES > 8
  EXCHANGE(8)
#endif
}
#else
#define HAS_SHUFFLE 0
#endif

PACK_INLINE vf loadSome(const float *p, int32_t left) {
  return left >= LANES ? load(p) : loadPart(p, left);
}

PACK_INLINE void storeSome(float *p, vf value, int32_t left) {
  if (left >= LANES) store(p, value);
  else storePart(p, value, left);
}

/** out[k, width] from x[k, n] with rows `stride` apart and columns side by side; columns from n to width are 0. */
static void packAlong(const float *x, size_t stride, int32_t n, int32_t K, int32_t width, float *out) {
  for (int32_t k = 0; k < K; k++, x += stride, out += width) {
    for (int32_t i = 0; i < width; i += LANES) {
      storeSome(out + i, i < n ? loadSome(x + i, n - i) : splat(0.0f), width - i);
    }
  }
}

static void packScattered(const float *x, size_t rs, size_t cs, int32_t n, int32_t K, int32_t width, float *out) {
  for (int32_t k = 0; k < K; k++) {
    for (int32_t i = 0; i < width; i++) out[(size_t)k * width + i] = i < n ? x[i * rs + k * cs] : 0.0f;
  }
}

#if HAS_SHUFFLE
/** LANES steps of k of up to LANES rows that lie along memory, `stride` apart; rows beyond n are 0. */
PACK_INLINE void packBlock(const float *x, size_t stride, int32_t n, int32_t width, int32_t room, float *out) {
  vf block[LANES];
  PACK_UNROLL for (int i = 0; i < LANES; i++) block[i] = i < n ? load(x + i * stride) : splat(0.0f);
  transposeBlock(block);
  PACK_UNROLL for (int k = 0; k < LANES; k++) storeSome(out + (size_t)k * width, block[k], room);
}
#endif

/** out[k, width] from n rows that lie along memory, `stride` apart: a transposition. */
static void packAcross(const float *x, size_t stride, int32_t n, int32_t K, int32_t width, float *out) {
  int32_t k = 0;
#if HAS_SHUFFLE
  for (; k + LANES <= K; k += LANES) {
    for (int32_t i = 0; i < width; i += LANES) {
      packBlock(x + i * stride + k, stride, n - i, width, width - i, out + (size_t)k * width + i);
    }
  }
#endif
  packScattered(x + k, stride, 1, n, K - k, width, out + (size_t)k * width);
}

/** out[k, width]: element (i, k) of x is at i rs + k cs, i < n <= width; the rest is 0. */
static void packOperand(const float *x, size_t rs, size_t cs, int32_t n, int32_t K, int32_t width, float *out) {
  if (rs == 1) packAlong(x, cs, n, K, width, out);
  else if (cs == 1) packAcross(x, rs, n, K, width, out);
  else packScattered(x, rs, cs, n, K, width, out);
}

/** Columns of a panel in memory when `n` of them are used. */
PACK_INLINE int32_t panelWidth(int32_t n) {
  return n >= PANEL ? PANEL : (int32_t)roundUp((size_t)n, LANES);
}

/** All panels of b[K, N], one after the other; b is read by row and column stride. */
static void packPanels(const float *b, size_t brs, size_t bcs, int32_t K, int32_t N, float *out) {
  for (int32_t j = 0; j < N; j += PANEL) {
    const int32_t n = minInt(PANEL, N - j);
    packOperand(b + j * bcs, bcs, brs, n, K, panelWidth(n), out + (size_t)j * K);
  }
}

/** Height of the strips into which `rows` rows are cut: as even as can be, so 16 rows are 8 and 8. */
PACK_INLINE int32_t stripHeight(int32_t rows) {
  const int32_t strips = (rows + STRIP - 1) / STRIP;
  return (rows + strips - 1) / strips;
}

/** Longest run of k in a strip, and floats from row to row of one whose rows are copied: an odd number of lines, so that rows do not map to the same cache set. */
enum { KC = 256, ROW = KC + 16 };

/** Strips of A: rows ROW apart, or k-major. */
typedef struct Strips {
  const float *at;
  bool byRows;
} Strips;

/**
 * Strips of a[rows, K] whose rows are contiguous: copies cache line by cache line to all strips.
 * height <= LANES.
 */
static void packStripsAlong(const float *a, size_t acs, int32_t rows, int32_t height, int32_t K, float *out) {
  for (int32_t k = 0; k < K; k++, a += acs) {
    __builtin_prefetch(a + 4 * acs);
    int32_t i = 0;
    for (; i + LANES <= rows; i += height) storePart(out + (size_t)i * K + (size_t)k * height, load(a + i), height);
    for (; i < rows; i += height) {
      const int32_t n = minInt(height, rows - i);
      storePart(out + (size_t)i * K + (size_t)k * n, loadPart(a + i, n), n);
    }
  }
}

/** All strips of a[rows, K], K <= KC, one after the other. */
static Strips packStrips(const float *a, size_t ars, size_t acs, int32_t rows, int32_t K, float *out) {
  const int32_t height = stripHeight(rows);
  if (acs == 1) {
    for (int32_t i = 0; i < rows; i++, a += ars) {
      for (int32_t k = 0; k < K; k += LANES) storeSome(out + (size_t)i * ROW + k, loadSome(a + k, K - k), K - k);
    }
    return (Strips){ out, true };
  }
  if (ars == 1 && height <= LANES) {
    packStripsAlong(a, acs, rows, height, K, out);
    return (Strips){ out, false };
  }
  for (int32_t i = 0; i < rows; i += height) {
    const int32_t n = minInt(height, rows - i);
    packOperand(a + i * ars, ars, acs, n, K, n, out + (size_t)i * K);
  }
  return (Strips){ out, false };
}

#endif
