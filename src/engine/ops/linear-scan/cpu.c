// Native kernels of linearScan and its gradient. Neighbouring channels go through time together, in registers where they are few; a result
// larger than the caches is walked row by row, so that memory is read and written in one stream.
#include "../../device/cpu/native/channels.h"

enum { SCAN_WIDE = 1024, SCAN_STREAM_BYTES = 1 << 20, SCAN_PAST_BYTES = 24 << 20 };

/** `vectors` vectors of channels, the last of `lanes` lanes; pointers at the first, `row` floats from step to step. */
INLINE void scanFew(const float *a, const float *b, float *h, const float *h0, int32_t T, size_t row, const int vectors, const int32_t lanes) {
  vf x[8];
  for (int v = 0; v < vectors; v++) x[v] = h0 ? loadPart(h0 + v * LANES, lanes) : splat(0);
  for (int32_t t = 0; t < T; t++) {
    for (int v = 0; v < vectors; v++) {
      x[v] = madd(loadPart(a + v * LANES, lanes), x[v], loadPart(b + v * LANES, lanes));
      storePart(h + v * LANES, x[v], lanes);
    }
    a += row, b += row, h += row;
  }
}

/** n channels (at most SCAN_WIDE) with the state in memory; `past`: n and row are whole vectors and h is stored past the caches. */
INLINE void scanMany(const float *a, const float *b, float *h, const float *h0, int32_t T, size_t row, int32_t n, const bool past) {
  float x[SCAN_WIDE];
  if (h0) memcpy(x, h0, (size_t)n * 4);
  else memset(x, 0, (size_t)n * 4);
  for (int32_t t = 0; t < T; t++) {
    for (int32_t j = 0; j < n; j += LANES) {
      const int32_t left = past ? LANES : n - j;
      const vf next = madd(loadPart(a + j, left), loadPart(x + j, left), loadPart(b + j, left));
      storePart(x + j, next, left);
      if (past) storePast(h + j, next);
      else storePart(h + j, next, left);
    }
    a += row, b += row, h += row;
  }
}

static void scanRegisters(const float *a, const float *b, float *h, const float *h0, int32_t T, size_t row, int32_t n) {
  int32_t c = 0;
  for (; n - c >= 8 * LANES; c += 8 * LANES) scanFew(a + c, b + c, h + c, h0 ? h0 + c : NULL, T, row, 8, LANES);
  for (; n - c >= 2 * LANES; c += 2 * LANES) scanFew(a + c, b + c, h + c, h0 ? h0 + c : NULL, T, row, 2, LANES);
  for (; n - c >= LANES; c += LANES) scanFew(a + c, b + c, h + c, h0 ? h0 + c : NULL, T, row, 1, LANES);
  if (c < n) scanFew(a + c, b + c, h + c, h0 ? h0 + c : NULL, T, row, 1, n - c);
}

/** (a, b, h, h0, T, H): h_t = a_t h_{t-1} + b_t. Unit = one sample and 16 channels. */
KERNEL(linearScan) {
  const float *a = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 1), *h0 = placeArg(arena, entry, 3);
  float *h = placeArg(arena, entry, 2);
  const int32_t T = intArg(entry, 4), H = intArg(entry, 5);
  const size_t bytes = (size_t)entry[1] * CHANNEL_BLOCK * (size_t)T * 4;
  const bool even = H % CHANNEL_BLOCK == 0 && (uintptr_t)h % (LANES * 4) == 0;
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    for (int32_t c = run.from; c < run.to; c += SCAN_WIDE) {
      const int32_t n = minInt(SCAN_WIDE, run.to - c);
      const size_t at = (size_t)run.sample * T * H + c;
      const float *start = h0 ? h0 + (size_t)run.sample * H + c : NULL;
      if (bytes < SCAN_STREAM_BYTES || n <= 2 * LANES) scanRegisters(a + at, b + at, h + at, start, T, H, n);
      else if (bytes < SCAN_PAST_BYTES || !even) scanMany(a + at, b + at, h + at, start, T, H, n, false);
      else scanMany(a + at, b + at, h + at, start, T, H, n, true);
    }
  }
  fenceStores();
}

/** Addresses of the gradient, in floats from the first channel of a sample. */
typedef struct ScanGrad {
  const float *a, *h, *dh, *h0;
  float *da, *db, *dh0;
} ScanGrad;

INLINE void scanGradFew(const ScanGrad *g, size_t p, size_t state, int32_t T, size_t row, const int vectors, const int32_t lanes) {
  vf carry[4];
  for (int v = 0; v < vectors; v++) carry[v] = splat(0);
  p += (size_t)(T - 1) * row;
  for (int32_t t = T - 1; t >= 0; t--) {
    const float *before = t > 0 ? g->h + p - row : g->h0 ? g->h0 + state : NULL;
    for (int v = 0; v < vectors; v++) {
      const size_t at = p + v * LANES;
      const vf s = loadPart(g->dh + at, lanes) + carry[v];
      carry[v] = loadPart(g->a + at, lanes) * s;
      const vf earlier = before ? loadPart(before + v * LANES, lanes) : splat(0);
      storePart(g->db + at, s, lanes);
      storePart(g->da + at, s * earlier, lanes);
    }
    p -= row;
  }
  for (int v = 0; v < vectors && g->dh0; v++) storePart(g->dh0 + state + v * LANES, carry[v], lanes);
}

/** (a, h, dh, da, db, h0, dh0, T, H): s_t = dh_t + a_{t+1} s_{t+1}, db = s, da_t = s_t h_{t-1}, dh0 = a_1 s_1. db may be dh. */
KERNEL(linearScanGrad) {
  const ScanGrad g = {
    placeArg(arena, entry, 0), placeArg(arena, entry, 1), placeArg(arena, entry, 2), placeArg(arena, entry, 5),
    placeArg(arena, entry, 3), placeArg(arena, entry, 4), placeArg(arena, entry, 6),
  };
  const int32_t T = intArg(entry, 7), H = intArg(entry, 8);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const size_t at = (size_t)run.sample * T * H, state = (size_t)run.sample * H;
    int32_t c = run.from;
    for (; run.to - c >= 4 * LANES; c += 4 * LANES) scanGradFew(&g, at + c, state + c, T, H, 4, LANES);
    for (; run.to - c >= LANES; c += LANES) scanGradFew(&g, at + c, state + c, T, H, 1, LANES);
    if (c < run.to) scanGradFew(&g, at + c, state + c, T, H, 1, run.to - c);
  }
}
