// Kernels of slstm and its gradient: the time loop is inside, the matrix of each head is packed once for all steps. Unit = sample; samples of a
// thread go through time in groups, one head after the other. Must not depend on how the input part gx was made.

typedef struct Slstm {
  /** Matrices of all heads, `block` floats apart. */
  const float *packed;
  size_t block;
  const float *cells, *cells0;
  int32_t T, H, heads, size;
} Slstm;

typedef struct SlstmForward {
  Slstm of;
  const float *gx, *h0;
  float *h, *cells, *gates;
} SlstmForward;

/** Weights of nothing: the logarithm of none. */
static const float nothingYet = -1e38f;

/** Gates, cell and state of head `head` of sample n at step t; `hidden` = W h of that head. */
static void slstmForwardRow(const SlstmForward *s, int32_t head, int32_t n, int32_t t, const float *hidden) {
  const int32_t T = s->of.T, H = s->of.H, d = s->of.size;
  const size_t q = (size_t)n * T + t;
  const float *gx = s->gx + q * 4 * H + (size_t)head * 4 * d, *before = rowBefore(s->cells, s->of.cells0, n, t, T, 2 * H);
  float *gates = s->gates + q * 4 * H + (size_t)head * 4 * d, *h = s->h + q * H + head * d, *cells = s->cells + q * 2 * H + head * d;
  if (before) before += head * d;
  for (int32_t k = 0; k < d; k += LANES) {
    const int32_t left = d - k;
    fetchParts(gx + 4 * H, 4, d, k);
    const vf key = loadSome(gx + k, left) + loadSome(hidden + k, left);
    const vf f = loadSome(gx + d + k, left) + loadSome(hidden + d + k, left);
    const vf z = vtanh(loadSome(gx + 2 * d + k, left) + loadSome(hidden + 2 * d + k, left));
    const vf shown = vsigmoid(loadSome(gx + 3 * d + k, left) + loadSome(hidden + 3 * d + k, left));
    const vf mean = before ? loadSome(before + k, left) : splat(0.0f);
    const vf weight = before ? loadSome(before + H + k, left) : splat(nothingYet);
    const vf small = vexpHeld(-absolute(f)), large = splat(1.0f) / (splat(1.0f) + small);
    const vf old = weight + smaller(f, splat(0.0f)) - log1pFinite(small);
    const vf apart = key - old, less = vexpHeld(-absolute(apart)), more = splat(1.0f) / (splat(1.0f) + less);
    const vf share = pick(apart < 0.0f, less * more, more);
    const vf next = madd(share, z - mean, mean);
    storeSome(cells + k, next, left);
    storeSome(cells + H + k, larger(key, old) + log1pFinite(less), left);
    storeSome(h + k, shown * next, left);
    storeSome(gates + k, share, left);
    storeSome(gates + d + k, pick(f < 0.0f, small * large, large), left);
    storeSome(gates + 2 * d + k, z, left);
    storeSome(gates + 3 * d + k, shown, left);
  }
}

/** All steps of a head for `rows` samples from n on. */
static void slstmForwardHead(const SlstmForward *s, int32_t head, int32_t n, int32_t rows, char *work) {
  const int32_t T = s->of.T, H = s->of.H, d = s->of.size;
  const float *packed = s->of.packed + s->of.block * head;
  float *hidden = afterStrips(work, rows);
  for (int32_t t = 0; t < T; t++) {
    const float *before = rowBefore(s->h, s->h0, n, t, T, H);
    if (before) gemmPacked(rows, 4 * d, d, before + head * d, t > 0 ? (size_t)T * H : (size_t)H, packed, hidden, (Start){ NULL, 0 }, work);
    else memset(hidden, 0, (size_t)rows * 4 * d * sizeof(float));
    for (int32_t i = 0; i < rows; i++) slstmForwardRow(s, head, n + i, t, hidden + (size_t)i * 4 * d);
  }
}

/** (gx, packed W^T of all heads, h0, cells0, h, cells, gates, T, H, heads): gates may be gx. */
KERNEL(slstm) {
  const int32_t H = intArg(entry, 8), heads = intArg(entry, 9), d = H / heads;
  const SlstmForward step = {
    .of = { .packed = placeArg(arena, entry, 1),
            .block = (size_t)d * roundUp(4 * (size_t)d, LANES),
            .cells0 = placeArg(arena, entry, 3),
            .T = intArg(entry, 7),
            .H = H,
            .heads = heads,
            .size = d },
    .gx = placeArg(arena, entry, 0),
    .h0 = placeArg(arena, entry, 2),
    .h = placeArg(arena, entry, 4),
    .cells = placeArg(arena, entry, 5),
    .gates = placeArg(arena, entry, 6),
  };
  for (int32_t n = lo; n < hi; n += GROUP) {
    for (int32_t head = 0; head < heads; head++) slstmForwardHead(&step, head, n, minInt(GROUP, hi - n), scratchOf(arena, thread));
  }
}

typedef struct SlstmBackward {
  Slstm of;
  const float *gates, *dh, *dcells;
  float *dgx, *dh0, *dcells0;
} SlstmBackward;

/** Gradients that come back from the step after, of a sample's state, mean and weight in one head. */
typedef struct SlstmCarry {
  float *h, *mean, *weight;
} SlstmCarry;

static void slstmBackwardRow(const SlstmBackward *s, int32_t head, int32_t n, int32_t t, SlstmCarry carry) {
  const int32_t T = s->of.T, H = s->of.H, d = s->of.size;
  const size_t q = (size_t)n * T + t, wide = q * 4 * H + (size_t)head * 4 * d, cell = q * 2 * H + head * d;
  const float *before = rowBefore(s->of.cells, s->of.cells0, n, t, T, 2 * H), *gates = s->gates + wide;
  const float *mean = s->of.cells + cell, *dcells = s->dcells + cell, *dh = s->dh + q * H + head * d;
  float *dgx = s->dgx + wide;
  if (before) before += head * d;
  for (int32_t k = 0; k < d; k += LANES) {
    const int32_t left = d - k;
    fetchParts(gates - 4 * H, 4, d, k);
    const vf share = loadSome(gates + k, left), f = loadSome(gates + d + k, left);
    const vf z = loadSome(gates + 2 * d + k, left), shown = loadSome(gates + 3 * d + k, left);
    const vf old = before ? loadSome(before + k, left) : splat(0.0f), rest = splat(1.0f) - share;
    const vf dshown = loadSome(dh + k, left) + loadSome(carry.h + k, left);
    const vf dmean = madd(dshown, shown, loadSome(dcells + k, left) + loadSome(carry.mean + k, left));
    const vf dweight = loadSome(dcells + H + k, left) + loadSome(carry.weight + k, left);
    const vf dapart = dmean * (z - old) * share * rest, dold = dweight * rest - dapart;
    storeSome(dgx + k, madd(dweight, share, dapart), left);
    storeSome(dgx + d + k, dold * (splat(1.0f) - f), left);
    storeSome(dgx + 2 * d + k, dmean * share * (splat(1.0f) - z * z), left);
    storeSome(dgx + 3 * d + k, dshown * loadSome(mean + k, left) * shown * (splat(1.0f) - shown), left);
    storeSome(carry.mean + k, dmean * rest, left);
    storeSome(carry.weight + k, dold, left);
  }
}

/** Steps T - 1 to 0 of a head for `rows` samples from n on. */
static void slstmBackwardHead(const SlstmBackward *s, int32_t head, int32_t n, int32_t rows, char *work) {
  const int32_t T = s->of.T, H = s->of.H, d = s->of.size;
  const size_t count = (size_t)rows * d;
  const float *packed = s->of.packed + s->of.block * head;
  float *room = afterStrips(work, rows);
  memset(room, 0, 3 * count * sizeof(float));
  for (int32_t t = T - 1; t >= 0; t--) {
    for (int32_t i = 0; i < rows; i++) {
      float *own = room + (size_t)i * d;
      slstmBackwardRow(s, head, n + i, t, (SlstmCarry){ own, own + count, own + 2 * count });
    }
    if (t == 0 && !s->dh0) return;
    const float *dgx = s->dgx + ((size_t)n * T + t) * 4 * H + (size_t)head * 4 * d;
    gemmPacked(rows, d, 4 * d, dgx, (size_t)T * 4 * H, packed, room, (Start){ NULL, 0 }, work);
  }
  for (int32_t i = 0; i < rows; i++) {
    const float *own = room + (size_t)i * d;
    float *dcells0 = s->dcells0 + (size_t)(n + i) * 2 * H + head * d;
    memcpy(s->dh0 + (size_t)(n + i) * H + head * d, own, (size_t)d * sizeof(float));
    memcpy(dcells0, own + count, (size_t)d * sizeof(float));
    memcpy(dcells0 + H, own + 2 * count, (size_t)d * sizeof(float));
  }
}

/**
 * (packed W of all heads, cells, gates, dh, dcells, cells0, dgx, dh0, dcells0, T, H, heads): gradients of the four pre-activations, and of the initial
 * state where dh0 is given. dgx may be gates. The gradient of the matrix follows from dgx in later entries.
 */
KERNEL(slstmGrad) {
  const int32_t H = intArg(entry, 10), heads = intArg(entry, 11), d = H / heads;
  const SlstmBackward step = {
    .of = { .packed = placeArg(arena, entry, 0),
            .block = 4 * (size_t)d * roundUp((size_t)d, LANES),
            .cells = placeArg(arena, entry, 1),
            .cells0 = placeArg(arena, entry, 5),
            .T = intArg(entry, 9),
            .H = H,
            .heads = heads,
            .size = d },
    .gates = placeArg(arena, entry, 2),
    .dh = placeArg(arena, entry, 3),
    .dcells = placeArg(arena, entry, 4),
    .dgx = placeArg(arena, entry, 6),
    .dh0 = placeArg(arena, entry, 7),
    .dcells0 = placeArg(arena, entry, 8),
  };
  for (int32_t n = lo; n < hi; n += GROUP) {
    for (int32_t head = 0; head < heads; head++) slstmBackwardHead(&step, head, n, minInt(GROUP, hi - n), scratchOf(arena, thread));
  }
}
