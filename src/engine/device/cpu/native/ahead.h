// Prefetches what will be packed next while tiles compute, since a block is read from memory once when it is packed.
// Must not depend on what is multiplied.
#ifndef MINRNN_AHEAD_H
#define MINRNN_AHEAD_H
#include "kernel.h"
#include "simd.h"

/** Runs of `bytes` of memory, `stride` bytes apart, of which `runs` are left from the one that ends at `end`. */
typedef struct Ahead {
  const char *at, *end;
  size_t stride, bytes;
  int32_t runs;
} Ahead;

/** Bytes fetched for one step of k of a tile. A block of MC rows is there after the tiles of 4 panels. */
enum { FETCH = 16 };

/** Nothing to fetch: points at memory that is in the cache anyway. */
INLINE Ahead nothingAhead(const void *near) {
  return (Ahead){ near, (const char *)UINTPTR_MAX, 0, 0, 0 };
}

/** The block [rows, K] at `at`, element (r, k) at r rs + k cs, of which one is 1. */
INLINE Ahead blockAhead(const float *at, size_t rs, size_t cs, int32_t rows, int32_t K) {
  const bool byRows = cs == 1;
  const size_t bytes = (size_t)(byRows ? K : rows) * sizeof(float);
  return (Ahead){ (const char *)at, (const char *)at + bytes, (byRows ? rs : cs) * sizeof(float), bytes, byRows ? rows : K };
}

/** Fetches into the second-level cache and continues; at the end of the last run it stays there. */
INLINE void fetchAhead(Ahead *ahead) {
  __builtin_prefetch(ahead->at, 0, 2);
  if (ahead->runs == 0) return;
  ahead->at += FETCH;
  if (ahead->at < ahead->end) return;
  ahead->runs--;
  ahead->at = ahead->end - ahead->bytes + (ahead->runs > 0 ? ahead->stride : 0);
  ahead->end = ahead->at + ahead->bytes;
}

#endif
