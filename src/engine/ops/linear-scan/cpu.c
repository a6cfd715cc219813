// Native kernels of linearScan and its gradient. A result larger than the caches is stored past them, so that it does not evict what is read.
#include "../../device/cpu/native/channels.h"

enum { SCAN_PAST_BYTES = 24 << 20 };

/** n channels through time; the state is the row of h before. `row` floats from step to step. */
static void scanRows(const float *a, const float *b, float *h, const float *before, int32_t T, size_t row, int32_t n) {
  for (int32_t t = 0; t < T; t++) {
    for (int32_t j = 0; j < n; j += LANES) {
      const int32_t left = n - j;
      storePart(h + j, madd(loadPart(a + j, left), loadPart(before + j, left), loadPart(b + j, left)), left);
    }
    before = h;
    a += row, b += row, h += row;
  }
}

/** As scanRows for n in whole vectors, with non-temporal stores of h and therefore the state in memory of its own. */
static void scanPast(const float *a, const float *b, float *h, const float *before, int32_t T, size_t row, int32_t n) {
  float state[CHANNELS_WIDE];
  memcpy(state, before, (size_t)n * 4);
  for (int32_t t = 0; t < T; t++) {
    for (int32_t j = 0; j < n; j += LANES) {
      const vf next = madd(load(a + j), load(state + j), load(b + j));
      store(state + j, next);
      storePast(h + j, next);
    }
    a += row, b += row, h += row;
  }
}

/** One vector of channels (or its first `lanes`) with the state in a register: for few channels. */
INLINE void scanVector(const float *a, const float *b, float *h, const float *before, int32_t T, size_t row, const int32_t lanes) {
  vf x = loadPart(before, lanes);
  for (int32_t t = 0; t < T; t++) {
    x = madd(loadPart(a, lanes), x, loadPart(b, lanes));
    storePart(h, x, lanes);
    a += row, b += row, h += row;
  }
}

/** (a, b, h, h0, T, H): h_t = a_t h_{t-1} + b_t. Unit = one sample and 16 channels. */
KERNEL(linearScan) {
  const float *a = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 1), *h0 = placeArg(arena, entry, 3);
  float *h = placeArg(arena, entry, 2);
  const int32_t T = intArg(entry, 4), H = intArg(entry, 5);
  const bool large = (size_t)entry[1] * CHANNEL_BLOCK * (size_t)T * 4 > SCAN_PAST_BYTES;
  const bool past = large && H % CHANNEL_BLOCK == 0 && (uintptr_t)h % (LANES * 4) == 0;
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const int32_t n = run.to - run.from;
    const size_t at = (size_t)run.sample * T * H + run.from;
    const float *before = h0 ? h0 + (size_t)run.sample * H + run.from : noState;
    if (past) scanPast(a + at, b + at, h + at, before, T, H, n);
    else if (n > LANES) scanRows(a + at, b + at, h + at, before, T, H, n);
    else if (n == LANES) scanVector(a + at, b + at, h + at, before, T, H, LANES);
    else scanVector(a + at, b + at, h + at, before, T, H, n);
  }
  if (past) fenceStores();
}

/** (a, h, dh, da, db, h0, dh0, T, H): s_t = dh_t + a_{t+1} s_{t+1}, db = s, da_t = s_t h_{t-1}, dh0 = a_1 s_1. db may be dh. */
KERNEL(linearScanGrad) {
  const float *a = placeArg(arena, entry, 0), *h = placeArg(arena, entry, 1), *dh = placeArg(arena, entry, 2), *h0 = placeArg(arena, entry, 5);
  float *da = placeArg(arena, entry, 3), *db = placeArg(arena, entry, 4), *dh0 = placeArg(arena, entry, 6);
  const int32_t T = intArg(entry, 7), H = intArg(entry, 8);
  float carry[CHANNELS_WIDE];
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    const int32_t n = run.to - run.from;
    const size_t first = (size_t)run.sample * T * H + run.from, state = (size_t)run.sample * H + run.from;
    memset(carry, 0, (size_t)n * 4);
    for (int32_t t = T - 1; t >= 0; t--) {
      const size_t at = first + (size_t)t * H;
      const float *before = t > 0 ? h + at - H : h0 ? h0 + state : noState;
      for (int32_t j = 0; j < n; j += LANES) {
        const int32_t left = n - j;
        const vf s = loadPart(dh + at + j, left) + loadPart(carry + j, left);
        storePart(carry + j, loadPart(a + at + j, left) * s, left);
        const vf earlier = loadPart(before + j, left);
        storePart(db + at + j, s, left);
        storePart(da + at + j, s * earlier, left);
      }
    }
    if (dh0) memcpy(dh0 + state, carry, (size_t)n * 4);
  }
}
