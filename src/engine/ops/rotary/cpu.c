// Kernel of rotary. Angles are turns in double precision, reduced to half a turn before they become floats. Unit = position of all samples, so that
// its angles are computed once.

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

/** The same for neighbours: every cosine twice, every sine with - for the first and + for the second number of its pair. */
static void spreadTurns(int32_t pairs, float *cosines, float *sines) {
  for (int32_t i = pairs - 1; i >= 0; i--) {
    cosines[2 * i + 1] = cosines[2 * i] = cosines[i];
    sines[2 * i + 1] = sines[i];
    sines[2 * i] = -sines[i];
  }
}

/** Pairs (i, i + pairs) of a head. */
static void turnHalves(const float *x, float *y, int32_t pairs, float sign, const float *cosines, const float *sines) {
  for (int32_t i = 0; i < pairs; i += LANES) {
    const int32_t left = pairs - i;
    const vf a = loadSome(x + i, left), b = loadSome(x + pairs + i, left), c = load(cosines + i), s = sign * load(sines + i);
    storeSome(y + i, a * c - b * s, left);
    storeSome(y + pairs + i, a * s + b * c, left);
  }
}

/** Pairs (2i, 2i + 1) of a head. */
static void turnNeighbours(const float *x, float *y, int32_t pairs, float sign, const float *cosines, const float *sines) {
  for (int32_t i = 0; i < 2 * pairs; i += LANES) {
    const int32_t left = 2 * pairs - i;
    const vf both = loadSome(x + i, left);
    storeSome(y + i, both * load(cosines + i) + swapPairs(both) * (sign * load(sines + i)), left);
  }
}

/** (x, y, T, N, pairs, heads, width, offset, ratio low, ratio high, halves, inverse, B): unit = position. */
KERNEL(rotary) {
  const int32_t T = intArg(entry, 2), N = intArg(entry, 3), pairs = intArg(entry, 4), heads = intArg(entry, 5), width = intArg(entry, 6);
  const bool halves = intArg(entry, 10) != 0;
  const float sign = intArg(entry, 11) ? -1.0f : 1.0f;
  double ratio;
  memcpy(&ratio, entry + 4 + 8, sizeof ratio);
  float *cosines = (float *)scratchOf(arena, thread), *sines = cosines + roundUp((size_t)2 * pairs, LANES);
  for (int32_t t = lo; t < hi; t++) {
    turnsAt(intArg(entry, 7) + t, pairs, ratio, cosines, sines);
    if (!halves) spreadTurns(pairs, cosines, sines);
    for (int32_t b = 0; b < intArg(entry, 12); b++) {
      const size_t row = ((size_t)b * T + t) * N;
      const float *x = placeArg(arena, entry, 0) + row;
      float *y = placeArg(arena, entry, 1) + row;
      for (int32_t h = 0; h < heads; h++, x += width, y += width) {
        if (halves) turnHalves(x, y, pairs, sign, cosines, sines);
        else turnNeighbours(x, y, pairs, sign, cosines, sines);
        if (width % 2 != 0) y[width - 1] = x[width - 1];
      }
      if (x != y) memcpy(y, x, ((size_t)N - (size_t)heads * width) * sizeof(float));
    }
  }
}
