// Native kernels of globalNorm: sums of squares by chunk, then their sum and the clip factor.
#include "../../device/cpu/native/partials.h"

/** (x, n, chunk, partials): partials[p] (float64) = sum of x^2 over chunk p. Unit = p. */
KERNEL(normPartial) {
  (void)thread;
  sumParts(arena, entry, lo, hi, true);
}

/** (partials, count, norm, factor, max): one unit. A non-finite norm gives the factor NaN. */
KERNEL(normFinish) {
  const float limit = realArg(entry, 4), norm = (float)sqrt(sumOfParts(arena, entry));
  float factor = 1;
  (void)lo, (void)hi, (void)thread;
  if (!(norm < INFINITY)) factor = NAN;
  else if (limit != 0) factor = fminf(1, (float)(limit / ((double)norm + 1e-6)));
  *placeArg(arena, entry, 2) = norm;
  *placeArg(arena, entry, 3) = factor;
}
