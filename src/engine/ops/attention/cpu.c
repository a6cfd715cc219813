// Kernels of attention and its gradient: tiles of scores with keys as rows and a panel of queries as columns, so that a tile is the packed
// operand of the next product and maxima and sums go down the lanes. Scores exist for one tile at a time. Unit = head of a sample, and a
// chunk of queries of the forward pass. Must not depend on how queries, keys and values were made.
#include "tiles.h"
#include "forward.h"
#include "gradient.h"

/**
 * (qkv, past, filled, o, lse, T, P, heads, dk, dv, scale, keys, squared, pairs): unit = a pair of chunks of queries of a head of a sample, one from the
 * beginning and one from the end, so that all units take as long.
 */
KERNEL(attention) {
  const int32_t pairs = intArg(entry, 13);
  char *work = scratchOf(arena, thread);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t head = unit / pairs, pair = unit % pairs, heads = intArg(entry, 7), b = head / heads, h = head % heads;
    const Attention a = attentionOf(arena, entry, 5, b, h);
    const size_t ld = (size_t)heads * a.dv;
    float *o = placeArg(arena, entry, 3) + (size_t)b * a.T * ld + (size_t)h * a.dv;
    float *lse = placeArg(arena, entry, 4) + (size_t)b * a.T * heads + h;
    const int32_t chunks = (a.T + CHUNK_QUERIES - 1) / CHUNK_QUERIES, both[2] = { pair, chunks - 1 - pair };
    const int passes = both[0] == both[1] ? 1 : 2;
    Coming coming = { 0 };
    if (pair == pairs - 1 && unit + 1 < hi) {
      const Attention next = attentionOf(arena, entry, 5, (head + 1) / heads, (head + 1) % heads);
      const int32_t last = both[passes - 1] * CHUNK_QUERIES;
      coming = comingRows(&next, tilesOf(&a, last, minInt(CHUNK_QUERIES, a.T - last)));
    }
    Coming none = { 0 };
    for (int i = 0; i < passes; i++) {
      const int32_t t = both[i] * CHUNK_QUERIES;
      forwardChunk(&a, t, minInt(CHUNK_QUERIES, a.T - t), o, ld, lse, heads, work, i == passes - 1 ? &coming : &none);
    }
  }
}

/** Arguments of `attentionGrad` for head `h` of sample `b`. */
static AttentionGradient gradientOf(const Arena *arena, const int32_t *entry, const Attention *a, int32_t b, int32_t h) {
  const int32_t heads = intArg(entry, 10);
  const size_t ldOut = (size_t)heads * a->dv, out = (size_t)b * a->T * ldOut + (size_t)h * a->dv;
  float *dqkv = placeArg(arena, entry, 6) + (size_t)b * a->T * a->ld, *dpast = placeArg(arena, entry, 7);
  if (dpast) dpast += (size_t)b * a->P * a->ldPast;
  return (AttentionGradient){
    .o = placeArg(arena, entry, 3) + out,
    .dout = placeArg(arena, entry, 5) + out,
    .lse = placeArg(arena, entry, 4) + (size_t)b * a->T * heads + h,
    .ldOut = ldOut,
    .heads = heads,
    .dq = dqkv + (size_t)h * a->dk,
    .dk = dqkv + (size_t)(heads + h) * a->dk,
    .dv = dqkv + (size_t)2 * heads * a->dk + (size_t)h * a->dv,
    .pastDk = dpast ? dpast + (size_t)h * a->dk : NULL,
    .pastDv = dpast ? dpast + (size_t)heads * a->dk + (size_t)h * a->dv : NULL,
  };
}

/** (qkv, past, filled, o, lse, dout, dqkv, dpast, T, P, heads, dk, dv, scale, keys, squared): unit = head of a sample. */
KERNEL(attentionGrad) {
  const int32_t heads = intArg(entry, 10);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / heads, h = unit % heads;
    const Attention a = attentionOf(arena, entry, 8, b, h);
    const AttentionGradient g = gradientOf(arena, entry, &a, b, h);
    Coming coming = { 0 };
    if (unit + 1 < hi) {
      const int32_t nextB = (unit + 1) / heads, nextH = (unit + 1) % heads;
      const Attention next = attentionOf(arena, entry, 8, nextB, nextH);
      const AttentionGradient then = gradientOf(arena, entry, &next, nextB, nextH);
      const int32_t last = (a.T - 1) / CHUNK_QUERIES * CHUNK_QUERIES;
      coming = comingGradient(&next, &then, tilesOf(&a, last, a.T - last));
    }
    backwardHead(&a, &g, scratchOf(arena, thread), &coming);
  }
}
