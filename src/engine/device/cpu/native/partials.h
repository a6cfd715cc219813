// Sums over whole tensors by parts: their number and bounds depend on shapes only, and they are added up in order, so that any number of
// threads gives the same bits. Independent of ops.
#ifndef MINRNN_PARTIALS_H
#define MINRNN_PARTIALS_H

#include "kernel.h"
#include "simd.h"

/** Entry (x, n, chunk, partials): partials[p] (float64) = sum of x, or of x^2, over [p chunk, (p + 1) chunk). Unit = p. */
INLINE void sumParts(const Arena *arena, const int32_t *entry, int32_t lo, int32_t hi, const bool squares) {
  const float *x = placeArg(arena, entry, 0);
  double *partials = (double *)placeArg(arena, entry, 3);
  const int32_t n = intArg(entry, 1), chunk = intArg(entry, 2);
  for (int32_t p = lo; p < hi; p++) {
    const int32_t end = minInt(n, (p + 1) * chunk);
    double total = 0;
    for (int32_t i = p * chunk; i < end; i += CHUNK) {
      const int32_t stop = minInt(end, i + CHUNK);
      vf s = splat(0);
      for (int32_t j = i; j < stop; j += LANES) {
        const vf v = loadPart(x + j, stop - j);
        s = squares ? madd(v, v, s) : s + v;
      }
      total += laneSum(s);
    }
    partials[p] = total;
  }
}

/** Entry (partials, count, ...): the sum of the partials, in order. */
INLINE double sumOfParts(const Arena *arena, const int32_t *entry) {
  const double *partials = (const double *)placeArg(arena, entry, 0);
  const int32_t count = intArg(entry, 1);
  double total = 0;
  for (int32_t p = 0; p < count; p++) total += partials[p];
  return total;
}

#endif
