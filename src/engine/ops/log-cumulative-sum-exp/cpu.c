// Native kernels of logCumulativeSumExp and its gradient.
#include "../../device/cpu/native/channels.h"

/** log(e^a + e^b); log 0 + log 0 = log 0. */
INLINE vf logAdd(vf a, vf b) {
  const vf top = largerOrNan(a, b);
  return pick(top == -INFINITY, top, top + vlog1p(vexp(-absolute(a - b))));
}

/** e^(a - b), 0 where a is log 0. */
INLINE vf logRatio(vf a, vf b) { return keep(a != -INFINITY, vexp(a - b)); }

/** (x, y, T, H): unit = (sample, block of channels). */
KERNEL(logCumulativeSumExp) {
  const int32_t T = intArg(entry, 2), H = intArg(entry, 3);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    for (int32_t c = run.from; c < run.to; c += LANES) {
      const size_t at = (size_t)run.sample * T * H + c;
      const float *x = placeArg(arena, entry, 0) + at;
      float *y = placeArg(arena, entry, 1) + at;
      vf total = splat(-INFINITY);
      for (int32_t t = 0; t < T; t++, x += H, y += H) {
        total = logAdd(total, loadPart(x, run.to - c));
        storePart(y, total, run.to - c);
      }
    }
  }
}

/** (x, y, dy, dx, T, H): s_t = dy_t + s_{t+1} e^(y_t - y_{t+1}), dx_t = s_t e^(x_t - y_t). Unit = (sample, block of channels). */
KERNEL(logCumulativeSumExpGrad) {
  const int32_t T = intArg(entry, 4), H = intArg(entry, 5);
  Channels run;
  (void)thread;
  for (int32_t unit = lo; nextChannels(&unit, hi, H, &run);) {
    for (int32_t c = run.from; c < run.to; c += LANES) {
      const int32_t left = run.to - c;
      const size_t first = (size_t)run.sample * T * H + c;
      const float *x = placeArg(arena, entry, 0), *y = placeArg(arena, entry, 1), *dy = placeArg(arena, entry, 2);
      float *dx = placeArg(arena, entry, 3);
      vf arriving = splat(0), later = loadPart(y + first + (size_t)(T - 1) * H, left);
      for (int32_t t = T - 1; t >= 0; t--) {
        const size_t at = first + (size_t)t * H;
        const vf here = loadPart(y + at, left);
        arriving = madd(arriving, logRatio(here, later), loadPart(dy + at, left));
        storePart(dx + at, arriving * logRatio(loadPart(x + at, left), here), left);
        later = here;
      }
    }
  }
}
