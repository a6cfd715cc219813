// Native kernel of dropout: Philox 4x32-10, the same words as core/philox.ts. A block is four neighbouring lanes, so its words end up next
// to the elements that use them.

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
 * (x, counter, y, n, threshold, scale, stream, first, perSample): y = x scale where the word of the element reaches the threshold, else 0. counter =
 * seed low, seed high, step low, step high, sample. x starts with element number k = first + sample perSample; number k takes word k mod 4 of
 * block floor(k / 4). Unit = chunk.
 */
KERNEL(dropout) {
  const float *x = placeArg(arena, entry, 0);
  float *y = placeArg(arena, entry, 2);
  const uint32_t *counter = (const uint32_t *)placeArg(arena, entry, 1);
  const int32_t end = minInt(intArg(entry, 3), hi * CHUNK);
  const uint64_t first = (uint64_t)intArg(entry, 7) + (uint64_t)counter[4] * (uint64_t)intArg(entry, 8);
  const vu threshold = (vu)splatInt(intArg(entry, 4));
  const vf scale = splat(realArg(entry, 5));
  const vi lane = laneNumbers(), word = lane & 3;
  const vu step = (vu)((word == 2) & (int32_t)counter[2]) | (vu)((word == 3) & (int32_t)counter[3]);
  (void)thread;
  for (int32_t i = lo * CHUNK; i < end;) {
    const int32_t skip = (int32_t)((first + (uint64_t)i) & 3);
    const vi block = (word == 0) & (splatInt((int32_t)((first + (uint64_t)i) >> 2)) + (lane >> 2));
    const vu words = philox((vu)block | step, counter[0], (uint32_t)intArg(entry, 6) ^ counter[1]);
    if (skip == 0) {
      storePart(y + i, keep(words >= threshold, loadPart(x + i, end - i) * scale), end - i);
      i += LANES;
      continue;
    }
    for (int32_t j = skip; j < LANES && i < end; j++, i++) y[i] = words[j] >= threshold[0] ? x[i] * scale[0] : 0;
  }
}
