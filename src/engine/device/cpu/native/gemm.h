// Matrix products on packed operands: C = A B + (nothing, a bias row, or C). The order of additions for one element depends on K only, so any
// split of rows or columns gives the same bits. Scratch: strips of A, then panels of B.
#ifndef MINRNN_GEMM_H
#define MINRNN_GEMM_H
#include "ahead.h"
#include "pack.h"

// KC rows of a panel and a strip stay in the first-level cache; MC rows of A and NC columns of B share the second-level cache.
enum { MC = STRIP * 8, NC = 512, GEMM_FIXED_BYTES = 64 };

/** What the accumulators start from: zero (NULL), a bias row (ldi 0), C itself. */
typedef struct Start {
  const float *from;
  size_t ldi;
} Start;

typedef struct Tile {
  int32_t K;
  const float *a, *b;
  float *c;
  size_t ldc;
  Start start;
  /** Columns in the last vector that are inside C. */
  int32_t left;
  Ahead *ahead;
} Tile;

/** C[rows, vectors] = start + sum over k of a[rows, k] b[k, vectors]; everything except the tile is a constant after inlining. */
PACK_INLINE void tileOf(const int rows, const int vectors, const bool byRows, const Tile *tile) {
  vf sum[STRIP][PANEL_VECTORS];
  const int last = vectors - 1;
  PACK_UNROLL for (int r = 0; r < rows; r++) {
    const float *from = tile->start.from ? tile->start.from + (size_t)r * tile->start.ldi : NULL;
    PACK_UNROLL for (int v = 0; v < vectors; v++) {
      sum[r][v] = from ? loadSome(from + v * LANES, v == last ? tile->left : LANES) : splat(0.0f);
    }
  }
  const float *a = tile->a, *b = tile->b;
  Ahead ahead = *tile->ahead;
  for (int32_t k = tile->K; k > 0; k--) {
    fetchAhead(&ahead);
    vf row[PANEL_VECTORS];
    PACK_UNROLL for (int v = 0; v < vectors; v++) row[v] = load(b + v * LANES);
    PACK_UNROLL for (int r = 0; r < rows; r++) {
      const vf x = splat(a[byRows ? r * ROW : r]);
      PACK_UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = madd(x, row[v], sum[r][v]);
    }
    a += byRows ? 1 : rows;
    b += vectors * LANES;
  }
  *tile->ahead = ahead;
  PACK_UNROLL for (int r = 0; r < rows; r++) {
    float *c = tile->c + (size_t)r * tile->ldc;
    PACK_UNROLL for (int v = 0; v < vectors; v++) storeSome(c + v * LANES, sum[r][v], v == last ? tile->left : LANES);
  }
}

/** As many vectors as a panel has, or less. */
PACK_INLINE void tileOfWidth(const int rows, int32_t vectors, const bool byRows, const Tile *tile) {
  if (vectors == PANEL_VECTORS) tileOf(rows, PANEL_VECTORS, byRows, tile);
  else if (PANEL_VECTORS > 2 && vectors == 2) tileOf(rows, 2, byRows, tile);
  else tileOf(rows, 1, byRows, tile);
}

#define TILE_ROWS(rows)                                  \
  case rows:                                             \
    if (byRows) tileOfWidth(rows, vectors, true, tile);  \
    else tileOfWidth(rows, vectors, false, tile);        \
    break;

static void runTile(int32_t rows, int32_t vectors, bool byRows, const Tile *tile) {
  switch (rows) {
    TILE_ROWS(1)
    TILE_ROWS(2)
    TILE_ROWS(3)
    TILE_ROWS(4)
    TILE_ROWS(5)
    TILE_ROWS(6)
#if LANES == 16 || defined(__aarch64__)
    TILE_ROWS(7)
    TILE_ROWS(8)
#endif
#if LANES == 16
    TILE_ROWS(9)
    TILE_ROWS(10)
    TILE_ROWS(11)
    TILE_ROWS(12)
    TILE_ROWS(13)
    TILE_ROWS(14)
#endif
  }
}

/** C[rows, N] from strips and panels over K of at most KC; prefetches `ahead` at the same time. */
static void multiplyPacked(
  int32_t rows, int32_t N, int32_t K, Strips strips, const float *panels, float *c, size_t ldc, Start start, Ahead ahead) {
  const int32_t height = stripHeight(rows);
  for (int32_t j = 0; j < N; j += PANEL) {
    const int32_t n = minInt(PANEL, N - j), vectors = (n + LANES - 1) / LANES;
    for (int32_t i = 0; i < rows; i += height) {
      const Tile tile = {
        .K = K,
        .a = strips.at + (size_t)i * (strips.byRows ? ROW : K),
        .b = panels + (size_t)j * K,
        .c = c + (size_t)i * ldc + j,
        .ldc = ldc,
        .start = { start.from ? start.from + (size_t)i * start.ldi + j : NULL, start.ldi },
        .left = n - (vectors - 1) * LANES,
        .ahead = &ahead,
      };
      runTile(minInt(height, rows - i), vectors, strips.byRows, &tile);
    }
  }
}

/** First byte after the strips of `rows` rows in a scratch. */
PACK_INLINE float *afterStrips(char *work, int32_t rows) {
  return (float *)(work + (size_t)rows * ROW * sizeof(float));
}

/** Rows to pack next of `left`: MC, but the last two blocks are even. */
PACK_INLINE int32_t rowBlock(int32_t left) {
  if (left <= MC) return left;
  return left >= 2 * MC ? MC : (int32_t)roundUp((size_t)(left / 2), STRIP);
}

typedef struct Matrix {
  const float *at;
  size_t rs, cs;
} Matrix;

/** Of A[M, K] in blocks of `mc` rows and `kc` columns, k outside: what is packed after the block at (i, k). */
PACK_INLINE Ahead nextBlock(Matrix a, int32_t M, int32_t K, int32_t i, int32_t mc, int32_t k, int32_t kc, const void *near) {
  const bool below = i + mc < M;
  const int32_t row = below ? i + mc : 0, column = below ? k : k + kc;
  if (column >= K) return nothingAhead(near);
  return blockAhead(a.at + row * a.rs + column * a.cs, a.rs, a.cs, rowBlock(M - row), minInt(KC, K - column));
}

/** Start of a block of C at (i, j): what was asked for before the first block of K, C itself from then on. */
PACK_INLINE Start blockStart(Start start, float *c, size_t ldc, int32_t i, int32_t j, int32_t k) {
  if (k > 0) return (Start){ c + (size_t)i * ldc + j, ldc };
  return (Start){ start.from ? start.from + (size_t)i * start.ldi + j : NULL, start.ldi };
}

/** C[M, N] = A[M, K] B[K, N] + start, packing as it goes. Rows of C are `ldc` elements apart. */
static void gemm(int32_t M, int32_t N, int32_t K, Matrix a, Matrix b, float *c, size_t ldc, Start start, char *work) {
  float *room = (float *)work, *panels = afterStrips(work, minInt(MC, M));
  for (int32_t j = 0; j < N; j += NC) {
    const int32_t nc = minInt(NC, N - j);
    for (int32_t k = 0; k < K; k += KC) {
      const int32_t kc = minInt(KC, K - k);
      packPanels(b.at + k * b.rs + j * b.cs, b.rs, b.cs, kc, nc, panels);
      for (int32_t i = 0, mc; i < M; i += mc) {
        mc = rowBlock(M - i);
        const Strips strips = packStrips(a.at + i * a.rs + k * a.cs, a.rs, a.cs, mc, kc, room);
        const Ahead ahead = nextBlock(a, M, K, i, mc, k, kc, room);
        multiplyPacked(mc, nc, kc, strips, panels, c + (size_t)i * ldc + j, ldc, blockStart(start, c, ldc, i, j, k), ahead);
      }
    }
  }
}

/** One of several products of the same A: with a B packed once by OP_PACK, into C whose rows are `ldc` apart. */
typedef struct PackedProduct {
  int32_t N;
  const float *packed;
  float *c;
  size_t ldc;
  Start start;
} PackedProduct;

/** C[rows, N] = A[rows, K] B + start for each product: for recurrences. rows <= MC, rows of A along memory, `ars` apart; packed once for all. */
PACK_INLINE void gemmPackedEach(
  int32_t rows, int32_t K, const float *a, size_t ars, const PackedProduct *products, int count, char *work) {
  for (int32_t k = 0; k < K; k += KC) {
    const int32_t kc = minInt(KC, K - k);
    const Strips strips = packStrips(a + k, ars, 1, rows, kc, (float *)work);
    for (int p = 0; p < count; p++) {
      const PackedProduct product = products[p];
      const float *panels = product.packed + k * roundUp((size_t)product.N, LANES);
      const Start from = blockStart(product.start, product.c, product.ldc, 0, 0, k);
      multiplyPacked(rows, product.N, kc, strips, panels, product.c, product.ldc, from, nothingAhead(work));
    }
  }
}

/** One product, rows of C side by side. */
static void gemmPacked(
  int32_t rows, int32_t N, int32_t K, const float *a, size_t ars, const float *packed, float *c, Start start, char *work) {
  const PackedProduct product = { N, packed, c, (size_t)N, start };
  gemmPackedEach(rows, K, a, ars, &product, 1, work);
}

#endif
