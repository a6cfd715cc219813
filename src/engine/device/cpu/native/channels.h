// What the kernels that go through time share: units of one sample and CHANNEL_BLOCK channels are taken together as long as they are side by
// side, so that a time step reads one stream of memory; channel by channel it would jump by a row, at a third of the speed on large
// tensors. Independent of ops.
#ifndef MINRNN_CHANNELS_H
#define MINRNN_CHANNELS_H

#include "kernel.h"
#include "simd.h"

/** Results of this size are stored past the caches: they would only push out what is read. */
enum { PAST_CACHES = 24 << 20 };

/** The state before the first step where none is given. */
static const float noState[CHANNELS_WIDE];

/** Neighbouring channels [from, to) of one sample, at most CHANNELS_WIDE. */
typedef struct Channels {
  int32_t sample, from, to;
} Channels;

/** The next run of channels in units [*unit, hi) of tensors with H channels; moves *unit behind it. False at the end. */
static inline bool nextChannels(int32_t *unit, int32_t hi, int32_t H, Channels *run) {
  if (*unit >= hi) return false;
  const int32_t blocks = (H + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
  const int32_t first = *unit % blocks, count = minInt(hi - *unit, CHANNELS_WIDE / CHANNEL_BLOCK);
  const int32_t last = minInt(first + count, blocks);
  *run = (Channels){*unit / blocks, first * CHANNEL_BLOCK, minInt(H, last * CHANNEL_BLOCK)};
  *unit += last - first;
  return true;
}

#endif
