// Native kernels of accuracy: counts by chunk of rows, then their sum. Arguments as in cpu.as.ts beside this file.

/** Index of the first of the largest of x[0, V). */
static int32_t firstLargest(const float *x, int32_t V) {
  int32_t best = 0;
  for (int32_t j = 1; j < V; j++) {
    if (x[j] > x[best]) best = j;
  }
  return best;
}

/** (logits, targets, partials, rows, V, chunk): partials[p] = (hits, rows counted) as floats. Unit = p. */
KERNEL(accuracy) {
  const float *logits = placeArg(arena, entry, 0);
  const int32_t *targets = (const int32_t *)placeArg(arena, entry, 1);
  float *partials = placeArg(arena, entry, 2);
  const int32_t rows = intArg(entry, 3), V = intArg(entry, 4), chunk = intArg(entry, 5);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    int32_t hits = 0, count = 0;
    const int32_t end = minInt(rows, (p + 1) * chunk);
    for (int32_t row = p * chunk; row < end; row++) {
      if (targets[row] < 0) continue;
      count++;
      if (firstLargest(logits + (size_t)row * V, V) == targets[row]) hits++;
    }
    partials[2 * p] = (float)hits;
    partials[2 * p + 1] = (float)count;
  }
}

/** (partials, n, y): one unit. */
KERNEL(accuracyFinish) {
  const float *partials = placeArg(arena, entry, 0);
  float *y = placeArg(arena, entry, 2);
  const int32_t n = intArg(entry, 1);
  float hits = 0, count = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t p = 0; p < n; p++) {
    hits += partials[2 * p];
    count += partials[2 * p + 1];
  }
  y[0] = hits;
  y[1] = count;
}
