// Native kernels of globalNorm: sums of squares by chunk, then their sum and the clip factor.

/** (x, n, chunk, partials): partials[p] (float64) = sum of x^2 over chunk p. Unit = p. */
KERNEL(normPartial) {
  const float *x = placeArg(arena, entry, 0);
  double *partials = (double *)placeArg(arena, entry, 3);
  const int32_t n = intArg(entry, 1), chunk = intArg(entry, 2);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    const int32_t end = minInt(n, (p + 1) * chunk);
    double total = 0;
    for (int32_t i = p * chunk; i < end; i += CHUNK) {
      const int32_t stop = minInt(end, i + CHUNK);
      vf s = splat(0);
      for (int32_t j = i; j < stop; j += LANES) {
        const vf v = loadPart(x + j, stop - j);
        s = madd(v, v, s);
      }
      total += laneSum(s);
    }
    partials[p] = total;
  }
}

/** (partials, count, norm, factor, max): one unit. A norm that is not finite gives a factor that is not a number. */
KERNEL(normFinish) {
  const double *partials = (const double *)placeArg(arena, entry, 0);
  const int32_t count = intArg(entry, 1);
  const float limit = realArg(entry, 4);
  double total = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t p = 0; p < count; p++) total += partials[p];
  const float norm = (float)sqrt(total);
  float factor = 1;
  if (!(norm < INFINITY)) factor = NAN;
  else if (limit != 0) factor = fminf(1, (float)(limit / ((double)norm + 1e-6)));
  *placeArg(arena, entry, 2) = norm;
  *placeArg(arena, entry, 3) = factor;
}
