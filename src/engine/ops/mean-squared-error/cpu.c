// Native kernels of meanSquaredError.

/** (prediction, target, mask, n, partials): partials[p] (two float64) = sums of mask (prediction - target)^2 and of mask. Unit = chunk p. */
KERNEL(squaredError) {
  const float *prediction = placeArg(arena, entry, 0), *target = placeArg(arena, entry, 1), *mask = placeArg(arena, entry, 2);
  double *partials = (double *)placeArg(arena, entry, 4);
  const int32_t n = intArg(entry, 3);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    vf squares = splat(0), counted = splat(0);
    const int32_t end = minInt(n, (p + 1) * CHUNK);
    for (int32_t i = p * CHUNK; i < end; i += LANES) {
      const vf d = loadPart(prediction + i, end - i) - loadPart(target + i, end - i);
      const vf m = loadPart(mask + i, end - i);
      squares = madd(m, d * d, squares);
      counted += m;
    }
    partials[2 * p] = laneSum(squares);
    partials[2 * p + 1] = laneSum(counted);
  }
}

/** (partials, count, loss, counted): loss = sum of squares / sum of mask, 0 when that is 0. One unit. */
KERNEL(squaredErrorFinish) {
  const double *partials = (const double *)placeArg(arena, entry, 0);
  const int32_t count = intArg(entry, 1);
  double squares = 0, counted = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t p = 0; p < count; p++) {
    squares += partials[2 * p];
    counted += partials[2 * p + 1];
  }
  *placeArg(arena, entry, 2) = counted > 0 ? (float)(squares / counted) : 0;
  *placeArg(arena, entry, 3) = (float)counted;
}
