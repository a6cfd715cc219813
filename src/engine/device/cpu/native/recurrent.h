// What the cells with a recurrent matrix share: groups of samples, the state before a step, and the gradient of the matrix as one product
// over all steps. Must not depend on any gate.
#ifndef MINRNN_RECURRENT_H
#define MINRNN_RECURRENT_H
#include "gemm.h"

/** Samples that go through time together, so that the packed matrix is read once for all of them (ops/recurrent-cpu.ts). */
enum { GROUP = 40 };

/** Row of a [B, T, H] state before step t of sample n: h0 at the start, NULL where it is zero. */
PACK_INLINE const float *rowBefore(const float *h, const float *h0, int32_t n, int32_t t, int32_t T, int32_t H) {
  if (t > 0) return h + ((size_t)n * T + t - 1) * H;
  return h0 ? h0 + (size_t)n * H : NULL;
}

/**
 * Fetches column c of `parts` vectors of H floats. A sample's steps are contiguous in memory, so the vectors of the next step are
 * prefetched while the product of this one runs.
 */
PACK_INLINE void fetchParts(const float *at, int32_t parts, int32_t H, int32_t c) {
  for (int32_t part = 0; part < parts; part++) __builtin_prefetch(at + part * H + c);
}

/** Computes sample n at step t of a cell; `hidden` is its row of W h_{t-1} + bias. */
typedef void ForwardRow(const void *cell, int32_t n, int32_t t, const float *hidden);

/** Input of a cell that computes W_ih x itself at each step: x [B, T, D], W_ih packed as [D, width]. */
typedef struct Input {
  const float *x, *packed;
  int32_t D;
} Input;

/** A cell during its loop over time: W packed as [H, width], states h [B, T, H]; bias, h0 and input.x may be NULL. */
typedef struct Forward {
  const float *packed, *bias, *h, *h0;
  int32_t T, H, width;
  const void *cell;
  ForwardRow *row;
  Input input;
} Forward;

/** hidden[rows, width] = bias + W h_{t-1} for samples n and on, + W_ih x_t where the input is given. */
static void hiddenPart(const Forward *forward, int32_t n, int32_t rows, int32_t t, float *hidden, char *work) {
  const int32_t T = forward->T, H = forward->H, N = forward->width;
  const float *before = rowBefore(forward->h, forward->h0, n, t, T, H), *bias = forward->bias;
  const Input input = forward->input;
  Start start = { bias, 0 };
  if (input.x) {
    const float *x = input.x + ((size_t)n * T + t) * input.D;
    gemmPacked(rows, N, input.D, x, (size_t)T * input.D, input.packed, hidden, start, work);
    start = (Start){ hidden, (size_t)N };
  }
  if (before) gemmPacked(rows, N, H, before, t > 0 ? (size_t)T * H : (size_t)H, forward->packed, hidden, start, work);
  if (before || input.x) return;
  for (int32_t i = 0; i < rows; i++) {
    if (bias) memcpy(hidden + (size_t)i * N, bias, (size_t)N * sizeof(float));
    else memset(hidden + (size_t)i * N, 0, (size_t)N * sizeof(float));
  }
}

/** Samples [lo, hi) from the first step to the last, in groups. */
static void throughTime(const Forward *forward, int32_t lo, int32_t hi, char *work) {
  for (int32_t n = lo; n < hi; n += GROUP) {
    const int32_t rows = minInt(GROUP, hi - n);
    float *hidden = afterStrips(work, rows);
    for (int32_t t = 0; t < forward->T; t++) {
      hiddenPart(forward, n, rows, t, hidden, work);
      for (int32_t i = 0; i < rows; i++) forward->row(forward->cell, n + i, t, hidden + (size_t)i * forward->width);
    }
  }
}

/** Panels of columns [j, j + nc) of the states before steps [q, q + kc), counted over samples and steps. */
static void packStatesBefore(const Arena *arena, const int32_t *entry, int32_t q, int32_t kc, int32_t j, int32_t nc, float *panels) {
  const float *h = placeArg(arena, entry, 3), *h0 = placeArg(arena, entry, 4);
  const int32_t T = intArg(entry, 5), ld = intArg(entry, 12);
  for (int32_t k = 0; k < kc; k++) {
    const float *from = rowBefore(h, h0, (q + k) / T, (q + k) % T, T, ld);
    for (int32_t p = 0; p < nc; p += PANEL) {
      const int32_t n = minInt(PANEL, nc - p), width = panelWidth(n);
      float *out = panels + (size_t)p * kc + (size_t)k * width;
      for (int32_t i = 0; i < width; i += LANES) {
        store(out + i, from ? loadSome(from + j + p + i, n - i) : splat(0.0f));
      }
    }
  }
}

/** Columns of B as packed panels, and the part of C that they give. */
typedef struct Columns {
  int32_t n;
  const float *panels;
  float *c;
  size_t ldc;
} Columns;

/** c[M, n] += a[M, q .. q + kc] panels for each of `parts`, starting from zero where q is 0; a is packed once for all of them. */
static void addBlock(Matrix a, int32_t M, int32_t rows, int32_t q, int32_t kc, const Columns *parts, int count, float *room) {
  for (int32_t i = 0, mc; i < M; i += mc) {
    mc = rowBlock(M - i);
    const Strips strips = packStrips(a.at + (size_t)q * a.cs + i, 1, a.cs, mc, kc, room);
    Ahead ahead = nextBlock(a, M, rows, i, mc, q, kc, room);
    for (int p = 0; p < count; p++) {
      const Columns part = parts[p];
      float *c = part.c + (size_t)i * part.ldc;
      const Start start = blockStart((Start){ NULL, 0 }, part.c, part.ldc, i, 0, q);
      multiplyPacked(mc, part.n, kc, strips, part.panels, c, part.ldc, start, ahead);
      ahead = nothingAhead(room);
    }
  }
}

/**
 * (dgates, lda, M, h, h0, T, H, rows, dw, x, D, dwIh, ld): dw[M, H] = sum over all rows q = (sample, t) of dgates[q, :M]^T times the state before that step (H of
 * its `ld` numbers), and with x [rows, D] dwIh[M, D] = that of dgates^T x; then H + D <= NC. Unit = MATMUL_ROWS rows of dw. Blocks of KC rows in order, so bits do not depend on the
 * split.
 */
KERNEL(recurrentWeightGrad) {
  const int32_t lda = intArg(entry, 1), H = intArg(entry, 6), rows = intArg(entry, 7), D = intArg(entry, 10);
  const int32_t from = lo * MATMUL_ROWS, M = minInt(intArg(entry, 2), hi * MATMUL_ROWS) - from;
  const Matrix a = { placeArg(arena, entry, 0) + from, 1, (size_t)lda };
  const float *x = placeArg(arena, entry, 9);
  float *dw = placeArg(arena, entry, 8) + (size_t)from * H, *dwIh = placeArg(arena, entry, 11);
  char *work = scratchOf(arena, thread);
  float *room = (float *)work, *panels = afterStrips(work, minInt(MC, M));
  for (int32_t j = 0; j < H; j += NC) {
    const int32_t nc = minInt(NC, H - j);
    for (int32_t q = 0; q < rows; q += KC) {
      const int32_t kc = minInt(KC, rows - q);
      packStatesBefore(arena, entry, q, kc, j, nc, panels);
      Columns parts[2] = { { nc, panels, dw + j, (size_t)H } };
      if (x) {
        float *behind = panels + kc * roundUp((size_t)nc, LANES);
        packPanels(x + (size_t)q * D, (size_t)D, 1, kc, D, behind);
        parts[1] = (Columns){ D, behind, dwIh + (size_t)from * D, (size_t)D };
      }
      addBlock(a, M, rows, q, kc, parts, x ? 2 : 1, room);
    }
  }
}

#endif
