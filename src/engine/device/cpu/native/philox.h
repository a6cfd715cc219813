// Random words of kernels: Philox 4x32-10, the same words as core/philox.ts. A block is four neighbouring lanes, so its words end up next to
// the elements that use them.
#ifndef MINRNN_PHILOX_H
#define MINRNN_PHILOX_H

#include "simd.h"

/** Ten rounds on blocks (c0, c1, c2, c3) with keys in lanes 0 (k0) and 2 (k1). Products of a round are of lanes 0 and 2. */
INLINE vu philox(vu counter, uint32_t k0, uint32_t k1) {
  const vi odd = laneNumbers() & 3;
  const vu factor = (vu)((odd == 0) & (int32_t)0xd2511f53) | (vu)((odd == 2) & (int32_t)0xcd9e8d57);
  const vu growth = (vu)((odd == 0) & (int32_t)0x9e3779b9) | (vu)((odd == 2) & (int32_t)0xbb67ae85);
  vu key = (vu)((odd == 0) & (int32_t)k0) | (vu)((odd == 2) & (int32_t)k1);
  for (int32_t round = 0; round < 10; round++) {
    const vw products = evenProducts((vw)counter, (vw)factor);
    counter = (vu)reverseFours(products) ^ (vu)((vw)counter >> 32) ^ key;
    key += growth;
  }
  return counter;
}

/**
 * Draws the words `first` to `first` + n into `to`, which has room for 15 more; returns the address of the first. Word k is word k mod 4 of block
 * floor(k / 4). counter = seed low, seed high, step low, step high.
 */
INLINE const float *drawWords(float *to, const float *counterPlace, int32_t stream, uint64_t first, int32_t n) {
  const uint32_t *counter = (const uint32_t *)counterPlace;
  const int32_t skip = (int32_t)(first & 3);
  const vi lane = laneNumbers(), word = lane & 3;
  const vu step = (vu)((word == 2) & (int32_t)counter[2]) | (vu)((word == 3) & (int32_t)counter[3]);
  for (int32_t i = 0; i < n + skip; i += LANES) {
    const vi block = (word == 0) & (splatInt((int32_t)((first + (uint64_t)i) >> 2)) + (lane >> 2));
    store(to + i, (vf)philox((vu)block | step, counter[0], (uint32_t)stream ^ counter[1]));
  }
  return to + skip;
}

#endif
