// Kernel of attentionStep: one query of a head over the rows of a cache, which gets the row of this position first. Rows are read once for the
// scores and once for the values, as vectors along a row. Unit = head of a sample.

static void turnsAt(int32_t position, int32_t pairs, double ratio, float *cosines, float *sines);

/** Pairs (2i, 2i + 1) of x turned. */
static void turnPairs(float *x, int32_t pairs, const float *cosines, const float *sines) {
  for (int32_t i = 0; i < pairs; i++, x += 2) {
    const float a = x[0], b = x[1];
    x[0] = a * cosines[i] - b * sines[i];
    x[1] = a * sines[i] + b * cosines[i];
  }
}

/** scores[rows] of a query over keys that are `ld` apart; their maximum, NaN if one is NaN. */
static float scoreRows(const float *q, const float *keys, size_t ld, int32_t rows, int32_t dk, float *scores) {
  float most = -INFINITY;
  for (int32_t j = 0; j < rows; j++, keys += ld) {
    vf sum = splat(0.0f);
    for (int32_t d = 0; d < dk; d += LANES) sum = madd(load(q + d), loadSome(keys + d, dk - d), sum);
    const float score = laneSum(sum);
    if (!(score <= most)) most = score;
    scores[j] = score;
  }
  return most;
}

/** Scores become shares of one; 0 in the vector behind the last. */
static void shareOut(float *scores, int32_t rows, float most) {
  vf total = splat(0.0f);
  for (int32_t j = 0; j < rows; j += LANES) {
    const vf share = pick(laneNumbers() + j < splatInt(rows), vexpHeld(load(scores + j) - splat(most)), splat(0.0f));
    store(scores + j, share);
    total += share;
  }
  const vf factor = splat(1.0f / laneSum(total));
  for (int32_t j = 0; j < rows; j += LANES) store(scores + j, load(scores + j) * factor);
}

/** o[dv] = sum of rows of values, each times its share: four vectors of columns at a time. */
static void sumRows(const float *shares, const float *values, size_t ld, int32_t rows, int32_t dv, float *o) {
  for (int32_t from = 0; from < dv; from += 4 * LANES) {
    vf sums[4] = { splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f) };
    const float *row = values + from;
    for (int32_t j = 0; j < rows; j++, row += ld) {
      const vf share = splat(shares[j]);
      for (int v = 0; v < 4; v++) {
        const int32_t left = dv - from - v * LANES;
        if (left > 0) sums[v] = madd(share, loadSome(row + v * LANES, left), sums[v]);
      }
    }
    for (int v = 0; v < 4; v++) {
      const int32_t left = dv - from - v * LANES;
      if (left > 0) storeSome(o + from + v * LANES, sums[v], left);
    }
  }
}

/** (qkv, cache, position, o, P, heads, dk, dv, scale, pairs, ratio low, ratio high): unit = head of a sample. */
KERNEL(attentionStep) {
  const int32_t P = intArg(entry, 4), heads = intArg(entry, 5), dk = intArg(entry, 6), dv = intArg(entry, 7), pairs = intArg(entry, 9);
  const size_t N = (size_t)heads * (2 * dk + dv), M = (size_t)heads * (dk + dv);
  const float scale = realArg(entry, 8);
  double ratio;
  memcpy(&ratio, entry + 4 + 10, sizeof ratio);
  float *cosines = (float *)scratchOf(arena, thread), *sines = cosines + roundUp((size_t)pairs, LANES);
  float *q = sines + roundUp((size_t)pairs, LANES), *scores = q + roundUp((size_t)dk, LANES);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / heads, h = unit % heads;
    const float where = placeArg(arena, entry, 2)[b];
    const int32_t position = where > 0.0f ? where < 2e9f ? (int32_t)where : 2000000000 : 0;
    const int32_t rows = minInt(P, position + 1);
    const float *x = placeArg(arena, entry, 0) + (size_t)b * N;
    float *keys = placeArg(arena, entry, 1) + (size_t)b * P * M + (size_t)h * dk;
    float *values = placeArg(arena, entry, 1) + (size_t)b * P * M + (size_t)heads * dk + (size_t)h * dv;
    float *key = keys + (size_t)(position % P) * M, *value = values + (size_t)(position % P) * M;
    for (int32_t d = 0; d < dk; d += LANES) store(q + d, loadSome(x + (size_t)h * dk + d, dk - d));
    memcpy(key, x + (size_t)(heads + h) * dk, (size_t)dk * sizeof(float));
    memcpy(value, x + (size_t)2 * heads * dk + (size_t)h * dv, (size_t)dv * sizeof(float));
    if (pairs > 0) {
      turnsAt(position, pairs, ratio, cosines, sines);
      turnPairs(q, pairs, cosines, sines);
      turnPairs(key, pairs, cosines, sines);
    }
    for (int32_t d = 0; d < dk; d += LANES) store(q + d, load(q + d) * splat(scale));
    shareOut(scores, rows, scoreRows(q, keys, M, rows, dk, scores));
    sumRows(scores, values, M, rows, dv, placeArg(arena, entry, 3) + ((size_t)b * heads + h) * dv);
  }
}
