// Native kernel of reverse.

/** (x, y, T, H): y[t] = x[T - 1 - t] of each sequence. Unit = sequence. */
KERNEL(reverse) {
  (void)thread;
  const float *x = placeArg(arena, entry, 0);
  float *y = placeArg(arena, entry, 1);
  const size_t T = (size_t)intArg(entry, 2), H = (size_t)intArg(entry, 3);
  for (size_t b = (size_t)lo; b < (size_t)hi; b++) {
    for (size_t t = 0; t < T; t++) memcpy(y + (b * T + t) * H, x + (b * T + T - 1 - t) * H, H * sizeof(float));
  }
}
