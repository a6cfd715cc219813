// Native kernels of softmaxCrossEntropy and its gradient.

static float rowMax(const float *x, int32_t V) {
  vf top = splat(-INFINITY);
  for (int32_t j = 0; j < V; j += LANES) top = largerOrNan(top, loadPartOr(x + j, V - j, -INFINITY));
  return laneMax(top);
}

/** Sum of e^(x - top) over a row except one entry equal to `top`: used with log(1 + …) to keep the loss of a confident prediction accurate. */
static float othersSum(const float *x, int32_t V, float top) {
  vf s = splat(0), equal = splat(0);
  for (int32_t j = 0; j < V; j += LANES) {
    const vf v = loadPartOr(x + j, V - j, -INFINITY);
    const vi same = v == top;
    equal += keep(same, splat(1));
    s += keep(~same, vexpHeld(v - top));
  }
  return laneSum(s) + fmaxf(laneSum(equal) - 1, 0);
}

static float rowMean(const float *x, int32_t V) {
  vf s = splat(0);
  for (int32_t j = 0; j < V; j += LANES) s += loadPart(x + j, V - j);
  return laneSum(s) / (float)V;
}

/** (logits, targets, lse, partials, rows, V, chunk, smoothing): partials[p] = (loss, rows counted) of chunk p, both float64. Unit = p. */
KERNEL(crossEntropy) {
  const int32_t *targets = (const int32_t *)placeArg(arena, entry, 1);
  double *partials = (double *)placeArg(arena, entry, 3);
  const int32_t rows = intArg(entry, 4), V = intArg(entry, 5), chunk = intArg(entry, 6);
  const float smoothing = realArg(entry, 7);
  (void)thread;
  for (int32_t p = lo; p < hi; p++) {
    const int32_t end = minInt(rows, (p + 1) * chunk);
    double loss = 0, count = 0;
    for (int32_t row = p * chunk; row < end; row++) {
      const float *x = placeArg(arena, entry, 0) + (size_t)row * V;
      const float top = rowMax(x, V);
      const float log = vlog1p(splat(othersSum(x, V, top)))[0];
      placeArg(arena, entry, 2)[row] = top + log;
      if (targets[row] < 0) continue;
      float rowLoss = log + (top - x[minInt(targets[row], V - 1)]);
      if (smoothing != 0) rowLoss = (1 - smoothing) * rowLoss + smoothing * (log + (top - rowMean(x, V)));
      loss += rowLoss;
      count += 1;
    }
    partials[2 * p] = loss;
    partials[2 * p + 1] = count;
  }
}

/** (partials, n, loss, count, mean): the sum of the partials in order, divided by the rows counted when `mean`. One unit. */
KERNEL(crossEntropyFinish) {
  const double *partials = (const double *)placeArg(arena, entry, 0);
  const int32_t n = intArg(entry, 1);
  double loss = 0, count = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t p = 0; p < n; p++) {
    loss += partials[2 * p];
    count += partials[2 * p + 1];
  }
  *placeArg(arena, entry, 2) = (float)(intArg(entry, 4) != 0 && count > 0 ? loss / count : loss);
  *placeArg(arena, entry, 3) = (float)count;
}

/** (targets, n, count): how many of the n targets are not negative. One unit. */
KERNEL(countTargets) {
  const int32_t *targets = (const int32_t *)placeArg(arena, entry, 0);
  const int32_t n = intArg(entry, 1);
  int32_t count = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t i = 0; i < n; i++) count += targets[i] >= 0;
  *placeArg(arena, entry, 2) = (float)count;
}

/** d = e^(x - top); returns the sum without entry `hit`, so that p - 1 of a confident prediction does not cancel. */
static float exponentials(const float *x, float *d, int32_t V, float top, int32_t hit) {
  const vi lane = laneNumbers();
  vf s = splat(0);
  for (int32_t j = 0; j < V; j += LANES) {
    const vf e = vexpHeld(loadPartOr(x + j, V - j, -INFINITY) - top);
    storePart(d + j, e, V - j);
    s += keep(lane != hit - j, e);
  }
  return laneSum(s);
}

/** (logits, targets, lse, count, dloss, dlogits, V, smoothing, mean): unit = row. */
KERNEL(crossEntropyGrad) {
  const int32_t *targets = (const int32_t *)placeArg(arena, entry, 1);
  const int32_t V = intArg(entry, 6);
  const float smoothing = realArg(entry, 7), dloss = *placeArg(arena, entry, 4), spread = smoothing / (float)V;
  const float factor = intArg(entry, 8) != 0 ? dloss / fmaxf(*placeArg(arena, entry, 3), 1) : dloss;
  (void)thread;
  for (int32_t row = lo; row < hi; row++) {
    const float *x = placeArg(arena, entry, 0) + (size_t)row * V;
    float *d = placeArg(arena, entry, 5) + (size_t)row * V;
    if (targets[row] < 0) {
      memset(d, 0, (size_t)V * 4);
      continue;
    }
    const int32_t hit = minInt(targets[row], V - 1);
    const float wrong = exponentials(x, d, V, rowMax(x, V), hit), inverse = 1 / (wrong + d[hit]);
    for (int32_t j = 0; j < V; j += LANES) storePart(d + j, (loadPart(d + j, V - j) * inverse - spread) * factor, V - j);
    d[hit] = (smoothing - spread - wrong * inverse) * factor;
  }
}
