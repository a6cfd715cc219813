// Kernel of rotary. Angles are turns in double precision, reduced to half a turn before they become floats. Unit = row.

/** Cosines and sines of all pairs at a position; `ratio` = turn of pair i + 1 relative to that of pair i. */
static void turnsAt(int32_t position, int32_t pairs, double ratio, float *cosines, float *sines) {
  double turn = (double)position * 0.15915494309189535;
  for (int32_t i = 0; i < pairs; i++, turn *= ratio) cosines[i] = (float)((turn - rint(turn)) * 6.283185307179586);
  for (int32_t i = 0; i < pairs; i += LANES) {
    const vf angle = loadSome(cosines + i, pairs - i);
    store(sines + i, vsin(angle));
    store(cosines + i, vcos(angle));
  }
}

/** (x, y, T, N, pairs, heads, width, offset, ratio low, ratio high, halves, inverse): unit = row. */
KERNEL(rotary) {
  const int32_t T = intArg(entry, 2), N = intArg(entry, 3), pairs = intArg(entry, 4), heads = intArg(entry, 5), width = intArg(entry, 6);
  const int32_t stride = intArg(entry, 10) ? 1 : 2, apart = intArg(entry, 10) ? pairs : 1;
  const float sign = intArg(entry, 11) ? -1.0f : 1.0f;
  double ratio;
  memcpy(&ratio, entry + 4 + 8, sizeof ratio);
  float *cosines = (float *)scratchOf(arena, thread), *sines = cosines + roundUp((size_t)pairs, LANES);
  const float *xs = placeArg(arena, entry, 0);
  float *ys = placeArg(arena, entry, 1);
  int32_t at = -1;
  for (int32_t row = lo; row < hi; row++) {
    const float *x = xs + (size_t)row * N;
    float *y = ys + (size_t)row * N;
    if (at != row % T) turnsAt(intArg(entry, 7) + row % T, pairs, ratio, cosines, sines);
    at = row % T;
    if (x != y) memcpy(y, x, (size_t)N * sizeof(float));
    for (int32_t h = 0; h < heads; h++, y += width) {
      for (int32_t i = 0; i < pairs; i++) {
        const float a = y[i * stride], b = y[i * stride + apart], s = sign * sines[i];
        y[i * stride] = a * cosines[i] - b * s;
        y[i * stride + apart] = a * s + b * cosines[i];
      }
    }
  }
}
