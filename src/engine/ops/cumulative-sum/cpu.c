// Native kernel of cumulativeSum.
#include "../../device/cpu/native/channels.h"

/** (x, y, T, H, reverse): running sum over time, from either end. Unit = (sample, block of channels). */
KERNEL(cumulativeSum) {
  const int32_t T = intArg(entry, 2), H = intArg(entry, 3);
  const bool reverse = intArg(entry, 4) != 0;
  const ptrdiff_t step = reverse ? -(ptrdiff_t)H : H;
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    for (int32_t c = run.from; c < run.to; c += LANES) {
      const size_t start = ((size_t)run.sample * T + (reverse ? T - 1 : 0)) * H + c;
      const float *x = placeArg(arena, entry, 0) + start;
      float *y = placeArg(arena, entry, 1) + start;
      vf sum = splat(0);
      for (int32_t t = 0; t < T; t++) {
        sum += loadPart(x + t * step, run.to - c);
        storePart(y + t * step, sum, run.to - c);
      }
    }
  }
}
