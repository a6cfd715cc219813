// Kernels of matrixState and its gradient. Sixteen steps at a time: scores of their queries and keys, products with the matrix before them, the
// matrix after them. Decays enter as products of factors of at most 1, step by step, never as quotients, so nothing overflows and no digits
// cancel. Unit = a head of a sample. Must not depend on how queries, keys and values were made.

#if LANES == 16 || defined(__aarch64__)
enum { BLOCK_ROWS = 8 };
#else
enum { BLOCK_ROWS = 4 };
#endif
enum { MATRIX_STEPS = 16, STEP_VECTORS = MATRIX_STEPS / LANES };

/** Element (m, k) is at m row + k column. */
typedef struct Across {
  const float *at;
  size_t row, column;
} Across;

/** c[rows, vectors] = (c +) a[rows, K] b[K, vectors]; b and c have rows of whole vectors. */
PACK_INLINE void blockOf(
  const int rows, const int vectors, int32_t K, Across a, const float *b, size_t ldb, float *c, size_t ldc, bool more) {
  vf sum[BLOCK_ROWS][2];
  PACK_UNROLL for (int r = 0; r < rows; r++) {
    PACK_UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = more ? load(c + r * ldc + v * LANES) : splat(0.0f);
  }
  for (int32_t k = 0; k < K; k++) {
    vf row[2];
    PACK_UNROLL for (int v = 0; v < vectors; v++) row[v] = load(b + k * ldb + v * LANES);
    PACK_UNROLL for (int r = 0; r < rows; r++) {
      const vf x = splat(a.at[r * a.row + k * a.column]);
      PACK_UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = madd(x, row[v], sum[r][v]);
    }
  }
  PACK_UNROLL for (int r = 0; r < rows; r++) {
    PACK_UNROLL for (int v = 0; v < vectors; v++) store(c + r * ldc + v * LANES, sum[r][v]);
  }
}

PACK_INLINE void blocksOf(
  const int vectors, int32_t M, int32_t K, Across a, const float *b, size_t ldb, float *c, size_t ldc, bool more) {
  int32_t m = 0;
  for (; m + BLOCK_ROWS <= M; m += BLOCK_ROWS) {
    blockOf(BLOCK_ROWS, vectors, K, (Across){ a.at + m * a.row, a.row, a.column }, b, ldb, c + m * ldc, ldc, more);
  }
  for (; m < M; m++) blockOf(1, vectors, K, (Across){ a.at + m * a.row, a.row, a.column }, b, ldb, c + m * ldc, ldc, more);
}

/** c[M, N] = (c +) a[M, K] b[K, N]: small matrices in the first-level cache, N whole vectors. */
static void smallProduct(int32_t M, int32_t N, int32_t K, Across a, const float *b, size_t ldb, float *c, size_t ldc, bool more) {
  int32_t n = 0;
  for (; n + 2 * LANES <= N; n += 2 * LANES) blocksOf(2, M, K, a, b + n, ldb, c + n, ldc, more);
  if (n < N) blocksOf(1, M, K, a, b + n, ldb, c + n, ldc, more);
}

enum { FAR_BYTES = 1 << 20 };

typedef enum DecayOf { DECAY_NONE, DECAY_HEAD, DECAY_KEY } DecayOf;

/** Of one head of one sample; rows of queries and keys are `ldk` apart, those of values `ldv`, decays `ldd`. */
typedef struct MatrixHead {
  int32_t T, dk, dv, columns, K, V;
  DecayOf kind;
  size_t ldk, ldv, ldd, heads;
  const float *q, *k, *v, *decay;
  /** All heads together are more than the second-level cache has room for. */
  bool far;
} MatrixHead;

/** (q, k, v, decay, …, T, heads, dk, dv, columns, kind) from argument `from` on. K and V are widths in whole vectors. */
static MatrixHead matrixHeadOf(const Arena *arena, const int32_t *entry, int from, int32_t unit) {
  const int32_t T = intArg(entry, from), heads = intArg(entry, from + 1), dk = intArg(entry, from + 2), dv = intArg(entry, from + 3);
  const int32_t columns = intArg(entry, from + 4), b = unit / heads, h = unit % heads;
  const DecayOf kind = (DecayOf)intArg(entry, from + 5);
  const size_t first = (size_t)b * T * heads + h, wide = kind == DECAY_KEY ? dk : 1;
  return (MatrixHead){
    .T = T,
    .dk = dk,
    .dv = dv,
    .columns = columns,
    .K = (int32_t)roundUp((size_t)dk, LANES),
    .V = (int32_t)roundUp((size_t)columns, LANES),
    .kind = kind,
    .ldk = (size_t)heads * dk,
    .ldv = (size_t)heads * dv,
    .ldd = heads * wide,
    .heads = heads,
    .q = placeArg(arena, entry, 0) + first * dk,
    .k = placeArg(arena, entry, 1) + first * dk,
    .v = placeArg(arena, entry, 2) + first * dv,
    .decay = kind == DECAY_NONE ? NULL : placeArg(arena, entry, 3) + first * wide,
    .far = (size_t)entry[1] * T * (2 * dk + dv) * sizeof(float) > FAR_BYTES,
  };
}

/** Rows of heads lie apart, so that no processor foresees them: asks for `rows` rows of `width` numbers at `x`, to be read or written. */
#define FETCH_ROWS(x, ld, rows, width, writes)                                                              \
  for (int32_t r = 0; r < (rows); r++) {                                                                    \
    for (int32_t i = 0; i < (width); i += CACHE_LINE / 4) __builtin_prefetch((x) + r * (ld) + i, writes, 2); \
  }

/** Queries, keys, values and decays of the sixteen steps from t on. */
static void fetchSteps(const MatrixHead *h, int32_t t) {
  if (!h->far) return;
  const int32_t rows = minInt(MATRIX_STEPS, h->T - t);
  FETCH_ROWS(h->q + t * h->ldk, h->ldk, rows, h->dk, 0)
  FETCH_ROWS(h->k + t * h->ldk, h->ldk, rows, h->dk, 0)
  FETCH_ROWS(h->v + t * h->ldv, h->ldv, rows, h->dv, 0)
  if (h->kind != DECAY_NONE) FETCH_ROWS(h->decay + t * h->ldd, h->ldd, rows, h->kind == DECAY_KEY ? h->dk : 1, 0)
}

/** What both passes have of sixteen steps. before: products of factors up to a step; after: of those behind it; mask: between two steps. */
typedef struct MatrixSteps {
  float *q, *k, *v, *factor, *before, *after, *qBefore, *kAfter, *keysAcross, *scores, *mask;
} MatrixSteps;

static float *stepsRoom(const MatrixHead *h, float *work, MatrixSteps *s) {
  const size_t keys = (size_t)MATRIX_STEPS * h->K;
  float *at = work;
  s->q = at, at += keys;
  s->k = at, at += keys;
  s->factor = at, at += keys;
  s->before = at, at += keys;
  s->after = at, at += keys;
  s->qBefore = at, at += keys;
  s->kAfter = at, at += keys;
  s->keysAcross = at, at += keys;
  s->v = at, at += (size_t)MATRIX_STEPS * h->V;
  s->scores = at, at += MATRIX_STEPS * MATRIX_STEPS;
  s->mask = at, at += MATRIX_STEPS * MATRIX_STEPS;
  return at;
}

/** Rows of x, each filled up with zeros to `wide` columns, and rows of zeros up to sixteen. */
static void takeRows(const float *x, size_t ld, int32_t rows, int32_t width, int32_t wide, float *out) {
  packAlong(x, ld, width, rows, wide, out);
  memset(out + (size_t)rows * wide, 0, (size_t)(MATRIX_STEPS - rows) * wide * sizeof(float));
}

/** Values, or their gradients, with the column of sums behind them. */
static void takeValues(const MatrixHead *h, const float *x, int32_t count, const float *sums, float one, float *out) {
  takeRows(x, h->ldv, count, h->dv, h->V, out);
  for (int32_t t = 0; t < count && h->columns > h->dv; t++) out[t * h->V + h->dv] = sums ? sums[t * h->heads] : one;
}

/** Factors of each row at each step, and their products from the first step and to the last. */
static void takeDecays(const MatrixHead *h, int32_t t, int32_t count, const MatrixSteps *s) {
  const int32_t K = h->K;
  for (int32_t i = 0; i < K; i += LANES) {
    vf product = splat(1.0f);
    for (int32_t r = 0; r < MATRIX_STEPS; r++) {
      vf factor = splat(1.0f);
      if (r < count) {
        const float *log = h->decay + (size_t)(t + r) * h->ldd;
        factor = vexp(h->kind == DECAY_HEAD ? splat(*log) : i < h->dk ? loadSome(log + i, h->dk - i) : splat(0.0f));
      }
      product *= factor;
      store(s->factor + r * K + i, factor);
      store(s->before + r * K + i, product);
      store(s->qBefore + r * K + i, load(s->q + r * K + i) * product);
    }
    product = splat(1.0f);
    for (int32_t r = MATRIX_STEPS - 1; r >= 0; r--) {
      store(s->after + r * K + i, product);
      store(s->kAfter + r * K + i, load(s->k + r * K + i) * product);
      product *= load(s->factor + r * K + i);
    }
  }
}

static void openSteps(const MatrixHead *h, int32_t t, int32_t count, MatrixSteps *s) {
  takeRows(h->q + t * h->ldk, h->ldk, count, h->dk, h->K, s->q);
  takeRows(h->k + t * h->ldk, h->ldk, count, h->dk, h->K, s->k);
  takeValues(h, h->v + t * h->ldv, count, NULL, 1.0f, s->v);
  if (h->kind == DECAY_NONE) s->qBefore = s->q, s->kAfter = s->k;
  else takeDecays(h, t, count, s);
}

/** scores[t, s] = q_t k_s times what is left at t of step s; 0 where s is later. Lanes are keys. */
static void scoreSteps(const MatrixHead *h, const MatrixSteps *s) {
  const int32_t K = h->K;
  packOperand(s->k, K, 1, MATRIX_STEPS, h->dk, MATRIX_STEPS, s->keysAcross);
  if (h->kind == DECAY_KEY) {
    for (int32_t v = 0; v < MATRIX_STEPS; v += LANES) {
      const vi lane = laneNumbers() + v;
      vf sum[MATRIX_STEPS];
      PACK_UNROLL for (int r = 0; r < MATRIX_STEPS; r++) sum[r] = splat(0.0f);
      for (int32_t i = 0; i < h->dk; i++) {
        const vf keys = load(s->keysAcross + i * MATRIX_STEPS + v);
        const float *factor = s->factor + i, *q = s->q + i;
        vf left = splat(0.0f);
        PACK_UNROLL for (int r = 0; r < MATRIX_STEPS; r++) {
          left = pick(lane == r, keys, left * factor[r * K]);
          sum[r] = madd(splat(q[r * K]), left, sum[r]);
        }
      }
      PACK_UNROLL for (int r = 0; r < MATRIX_STEPS; r++) store(s->scores + r * MATRIX_STEPS + v, sum[r]);
    }
    return;
  }
  smallProduct(MATRIX_STEPS, MATRIX_STEPS, h->dk, (Across){ s->q, K, 1 }, s->keysAcross, MATRIX_STEPS, s->scores, MATRIX_STEPS, false);
  for (int32_t v = 0; v < MATRIX_STEPS; v += LANES) {
    const vi lane = laneNumbers() + v;
    vf left = splat(0.0f);
    for (int32_t r = 0; r < MATRIX_STEPS; r++) {
      if (h->kind == DECAY_HEAD) left *= s->factor[r * K];
      left = pick(lane == r, splat(1.0f), left);
      float *score = s->scores + r * MATRIX_STEPS + v;
      store(s->mask + r * MATRIX_STEPS + v, left);
      store(score, load(score) * left);
    }
  }
}

/** Matrix [dk, V]: rows of `columns` numbers in memory, filled up with zeros; NULL = all zeros. */
static void takeMatrix(const MatrixHead *h, const float *from, float *matrix) {
  if (from) packAlong(from, h->columns, h->columns, h->dk, h->V, matrix);
  else memset(matrix, 0, (size_t)h->dk * h->V * sizeof(float));
}

static void giveMatrix(const MatrixHead *h, const float *matrix, float *to) {
  for (int32_t i = 0; i < h->dk; i++) memcpy(to + (size_t)i * h->columns, matrix + (size_t)i * h->V, h->columns * sizeof(float));
}

/** Rows of a matrix [dk, V] times what is left of them after all steps. */
static void fadeRows(const MatrixHead *h, const MatrixSteps *s, float *matrix) {
  if (h->kind == DECAY_NONE) return;
  const float *left = s->before + (size_t)(MATRIX_STEPS - 1) * h->K;
  for (int32_t i = 0; i < h->dk; i++) {
    for (int32_t j = 0; j < h->V; j += LANES) {
      float *at = matrix + (size_t)i * h->V + j;
      store(at, load(at) * left[i]);
    }
  }
}

/** The same of a transposed one [columns, K]. */
static void fadeColumns(const MatrixHead *h, const MatrixSteps *s, const float *from, float *to) {
  const float *left = s->before + (size_t)(MATRIX_STEPS - 1) * h->K;
  for (int32_t j = 0; j < h->columns; j++) {
    for (int32_t i = 0; i < h->K; i += LANES) {
      const vf x = load(from + (size_t)j * h->K + i);
      store(to + (size_t)j * h->K + i, h->kind == DECAY_NONE ? x : x * load(left + i));
    }
  }
}

/** (q, k, v, decay, start, o, weight, final, T, heads, dk, dv, columns, kind): unit = a head of a sample. */
KERNEL(matrixState) {
  const float *start = placeArg(arena, entry, 4);
  for (int32_t unit = lo; unit < hi; unit++) {
    const MatrixHead h = matrixHeadOf(arena, entry, 8, unit);
    const int32_t K = h.K, V = h.V, b = unit / (int32_t)h.heads, head = unit % (int32_t)h.heads;
    const size_t first = (size_t)b * h.T * h.heads + head, size = (size_t)h.dk * h.columns;
    float *o = placeArg(arena, entry, 5) + first * h.dv;
    float *weight = h.columns > h.dv ? placeArg(arena, entry, 6) + first : NULL;
    MatrixSteps s;
    float *out = stepsRoom(&h, (float *)scratchOf(arena, thread), &s), *matrix = out + (size_t)MATRIX_STEPS * V;
    const MatrixSteps room = s;
    takeMatrix(&h, start ? start + unit * size : NULL, matrix);
    for (int32_t t = 0; t < h.T; t += MATRIX_STEPS) {
      const int32_t count = minInt(MATRIX_STEPS, h.T - t);
      s = room;
      if (t + MATRIX_STEPS < h.T) fetchSteps(&h, t + MATRIX_STEPS);
      else if (unit + 1 < hi) {
        const MatrixHead next = matrixHeadOf(arena, entry, 8, unit + 1);
        fetchSteps(&next, 0);
      }
      if (h.far) FETCH_ROWS(o + t * h.ldv, h.ldv, count, h.dv, 1)
      openSteps(&h, t, count, &s);
      scoreSteps(&h, &s);
      smallProduct(count, V, count, (Across){ s.scores, MATRIX_STEPS, 1 }, s.v, V, out, V, false);
      smallProduct(count, V, h.dk, (Across){ s.qBefore, K, 1 }, matrix, V, out, V, true);
      for (int32_t r = 0; r < count; r++) {
        memcpy(o + (size_t)(t + r) * h.ldv, out + (size_t)r * V, h.dv * sizeof(float));
        if (weight) weight[(size_t)(t + r) * h.heads] = out[(size_t)r * V + h.dv];
      }
      fadeRows(&h, &s, matrix);
      smallProduct(h.dk, V, count, (Across){ s.kAfter, 1, K }, s.v, V, matrix, V, true);
    }
    giveMatrix(&h, matrix, placeArg(arena, entry, 7) + unit * size);
  }
}

/** Of sixteen steps of the gradient: of results; of scores, those of a step with itself beside them; of queries, keys and values. */
typedef struct MatrixSlopes {
  float *dout, *valuesAcross, *slopes, *own, *dq, *dk, *dv, *later, *laterAcross, *states;
} MatrixSlopes;

static MatrixSlopes slopesRoom(const MatrixHead *h, float *at) {
  MatrixSlopes g = { .dout = at };
  g.dv = g.dout + (size_t)MATRIX_STEPS * h->V;
  g.dq = g.dv + (size_t)MATRIX_STEPS * h->V;
  g.dk = g.dq + (size_t)MATRIX_STEPS * h->K;
  g.valuesAcross = g.dk + (size_t)MATRIX_STEPS * h->K;
  g.slopes = g.valuesAcross + (size_t)MATRIX_STEPS * h->V;
  g.own = g.slopes + MATRIX_STEPS * MATRIX_STEPS;
  g.later = g.own + MATRIX_STEPS;
  g.laterAcross = g.later + (size_t)h->dk * h->V;
  g.states = g.laterAcross + (size_t)h->columns * h->K;
  return g;
}

/** dscores = dout v^T below the diagonal, times what is left between both steps unless keys fade apart; the diagonal itself in `own`. */
static void slopeSteps(const MatrixHead *h, const MatrixSteps *s, const MatrixSlopes *g) {
  packOperand(s->v, h->V, 1, MATRIX_STEPS, h->columns, MATRIX_STEPS, g->valuesAcross);
  smallProduct(
    MATRIX_STEPS, MATRIX_STEPS, h->columns, (Across){ g->dout, h->V, 1 }, g->valuesAcross, MATRIX_STEPS, g->slopes, MATRIX_STEPS, false);
  for (int32_t r = 0; r < MATRIX_STEPS; r++) {
    float *row = g->slopes + r * MATRIX_STEPS;
    g->own[r] = row[r];
    for (int32_t v = 0; v < MATRIX_STEPS; v += LANES) {
      const vf slope = h->kind == DECAY_KEY ? load(row + v) : load(row + v) * load(s->mask + r * MATRIX_STEPS + v);
      store(row + v, keep(laneNumbers() + v < r, slope));
    }
  }
}

/** Adds what steps give each other where every key fades at a rate of its own. */
static void slopeKeys(const MatrixHead *h, const MatrixSteps *s, const MatrixSlopes *g) {
  const int32_t K = h->K;
  for (int32_t i = 0; i < K; i += LANES) {
    vf left[MATRIX_STEPS];
    PACK_UNROLL for (int r = 0; r < MATRIX_STEPS; r++) {
      const vf factor = load(s->factor + r * K + i);
      vf sum = load(g->dq + r * K + i);
      PACK_UNROLL for (int c = 0; c < r; c++) {
        left[c] *= factor;
        sum = madd(splat(g->slopes[r * MATRIX_STEPS + c]), left[c], sum);
      }
      left[r] = load(s->k + r * K + i);
      store(g->dq + r * K + i, sum);
    }
    PACK_UNROLL for (int c = MATRIX_STEPS - 1; c >= 0; c--) {
      const vf factor = c + 1 < MATRIX_STEPS ? load(s->factor + (c + 1) * K + i) : splat(1.0f);
      vf sum = load(g->dk + c * K + i);
      PACK_UNROLL for (int r = MATRIX_STEPS - 1; r > c; r--) {
        left[r] = r == MATRIX_STEPS - 1 && c == MATRIX_STEPS - 2 ? load(s->q + r * K + i) * factor : left[r] * factor;
        sum = madd(splat(g->slopes[r * MATRIX_STEPS + c]), left[r], sum);
      }
      left[c] = load(s->q + c * K + i);
      store(g->dk + c * K + i, sum);
    }
  }
}

/** Gradients of queries and keys without what a step gives itself, which is nothing to its decay. */
static void slopeRows(const MatrixHead *h, const MatrixSteps *s, const MatrixSlopes *g, int32_t count, const float *state) {
  const int32_t K = h->K, V = h->V;
  smallProduct(count, K, h->columns, (Across){ g->dout, V, 1 }, state, K, g->dq, K, false);
  smallProduct(count, K, h->columns, (Across){ s->v, V, 1 }, g->laterAcross, K, g->dk, K, false);
  for (int32_t i = 0; i < count * K && h->kind != DECAY_NONE; i += LANES) {
    store(g->dq + i, load(g->dq + i) * load(s->before + i));
    store(g->dk + i, load(g->dk + i) * load(s->after + i));
  }
  memset(g->dq + (size_t)count * K, 0, (size_t)(MATRIX_STEPS - count) * K * sizeof(float));
  memset(g->dk + (size_t)count * K, 0, (size_t)(MATRIX_STEPS - count) * K * sizeof(float));
  if (h->kind == DECAY_KEY) {
    slopeKeys(h, s, g);
    return;
  }
  smallProduct(count, K, count, (Across){ g->slopes, MATRIX_STEPS, 1 }, s->k, K, g->dq, K, true);
  smallProduct(count, K, count, (Across){ g->slopes, 1, MATRIX_STEPS }, s->q, K, g->dk, K, true);
}

/**
 * Logarithms of decays: what later steps need of a row, S dS at the end of the steps, and from there q dq - k dk of each step. Rows of ddecay are
 * `ldd` apart.
 */
static void slopeDecays(const MatrixHead *h, const MatrixSteps *s, const MatrixSlopes *g, int32_t count, const float *next, float *ddecay) {
  const int32_t K = h->K;
  float head[MATRIX_STEPS] = { 0 };
  for (int32_t i = 0; i < h->dk; i += LANES) {
    vf sum = splat(0.0f);
    for (int32_t j = 0; j < h->columns; j++) sum = madd(load(next + (size_t)j * K + i), load(g->laterAcross + (size_t)j * K + i), sum);
    for (int32_t r = count - 1; r >= 0; r--) {
      const int32_t at = r * K + i;
      sum += load(s->q + at) * load(g->dq + at) - load(s->k + at) * load(g->dk + at);
      if (h->kind == DECAY_KEY) storeSome(ddecay + (size_t)r * h->ldd + i, sum, h->dk - i);
      else head[r] += laneSum(sum);
    }
  }
  for (int32_t r = 0; r < count && h->kind == DECAY_HEAD; r++) ddecay[(size_t)r * h->ldd] = head[r];
}

/** Gradients of steps [t, t + count) to memory; those of queries and keys get what a step gives itself. */
static void giveSlopes(
  const MatrixHead *h, const MatrixSteps *s, const MatrixSlopes *g, int32_t count, float *dq, float *dk, float *dv) {
  for (int32_t r = 0; r < count; r++) {
    const vf own = splat(g->own[r]);
    for (int32_t i = 0; i < h->dk; i += LANES) {
      const int32_t at = r * h->K + i;
      storeSome(dq + (size_t)r * h->ldk + i, madd(own, load(s->k + at), load(g->dq + at)), h->dk - i);
      storeSome(dk + (size_t)r * h->ldk + i, madd(own, load(s->q + at), load(g->dk + at)), h->dk - i);
    }
    memcpy(dv + (size_t)r * h->ldv, g->dv + (size_t)r * h->V, h->dv * sizeof(float));
  }
}

/** Transposed matrices [columns, K] before each sixteen steps, and behind the last. */
static void matricesAcross(const MatrixHead *h, const MatrixSteps *room, const float *start, const MatrixSlopes *g) {
  const size_t size = (size_t)h->columns * h->K;
  memset(g->states, 0, size * sizeof(float));
  for (int32_t i = 0; i < h->dk && start; i++) {
    for (int32_t j = 0; j < h->columns; j++) g->states[(size_t)j * h->K + i] = start[(size_t)i * h->columns + j];
  }
  float *state = g->states;
  for (int32_t t = 0; t < h->T; t += MATRIX_STEPS, state += size) {
    const int32_t count = minInt(MATRIX_STEPS, h->T - t);
    MatrixSteps s = *room;
    if (t + MATRIX_STEPS < h->T) fetchSteps(h, t + MATRIX_STEPS);
    openSteps(h, t, count, &s);
    fadeColumns(h, &s, state, state + size);
    smallProduct(h->columns, h->K, count, (Across){ s.v, 1, h->V }, s.kAfter, h->K, state + size, h->K, true);
  }
}

/** (q, k, v, decay, start, dout, dfinal, dweight, dq, dk, dv, ddecay, dstart, T, heads, dk, dv, columns, kind): unit = a head of a sample. */
KERNEL(matrixStateGrad) {
  const float *start = placeArg(arena, entry, 4), *dfinal = placeArg(arena, entry, 6);
  float *dstart = placeArg(arena, entry, 12);
  for (int32_t unit = lo; unit < hi; unit++) {
    const MatrixHead h = matrixHeadOf(arena, entry, 13, unit);
    const int32_t K = h.K, V = h.V, heads = (int32_t)h.heads;
    const size_t first = (size_t)(unit / heads) * h.T * heads + unit % heads, size = (size_t)h.dk * h.columns, across = (size_t)h.columns * K;
    const float *dout = placeArg(arena, entry, 5) + first * h.dv;
    const float *dweight = h.columns > h.dv ? placeArg(arena, entry, 7) + first : NULL;
    float *dq = placeArg(arena, entry, 8) + first * h.dk, *dk = placeArg(arena, entry, 9) + first * h.dk;
    float *dv = placeArg(arena, entry, 10) + first * h.dv;
    float *ddecay = h.kind == DECAY_NONE ? NULL : placeArg(arena, entry, 11) + first * (h.kind == DECAY_KEY ? h.dk : 1);
    MatrixSteps room;
    float *work = stepsRoom(&h, (float *)scratchOf(arena, thread), &room);
    const MatrixSlopes g = slopesRoom(&h, work);
    matricesAcross(&h, &room, start ? start + unit * size : NULL, &g);
    takeMatrix(&h, dfinal + unit * size, g.later);
    packOperand(g.later, V, 1, h.dk, h.columns, K, g.laterAcross);
    const int32_t chunks = (h.T + MATRIX_STEPS - 1) / MATRIX_STEPS;
    for (int32_t c = chunks - 1; c >= 0; c--) {
      const int32_t t = c * MATRIX_STEPS, count = minInt(MATRIX_STEPS, h.T - t);
      const float *state = g.states + c * across;
      MatrixSteps s = room;
      if (c > 0) {
        fetchSteps(&h, t - MATRIX_STEPS);
        if (h.far) FETCH_ROWS(dout + (t - MATRIX_STEPS) * h.ldv, h.ldv, MATRIX_STEPS, h.dv, 0)
      } else if (unit + 1 < hi) {
        const MatrixHead next = matrixHeadOf(arena, entry, 13, unit + 1);
        fetchSteps(&next, 0);
      }
      if (h.far) {
        FETCH_ROWS(dq + t * h.ldk, h.ldk, count, h.dk, 1)
        FETCH_ROWS(dk + t * h.ldk, h.ldk, count, h.dk, 1)
        FETCH_ROWS(dv + t * h.ldv, h.ldv, count, h.dv, 1)
      }
      openSteps(&h, t, count, &s);
      scoreSteps(&h, &s);
      takeValues(&h, dout + t * h.ldv, count, dweight ? dweight + (size_t)t * heads : NULL, 0.0f, g.dout);
      slopeSteps(&h, &s, &g);
      smallProduct(count, V, count, (Across){ s.scores, 1, MATRIX_STEPS }, g.dout, V, g.dv, V, false);
      smallProduct(count, V, h.dk, (Across){ s.kAfter, K, 1 }, g.later, V, g.dv, V, true);
      slopeRows(&h, &s, &g, count, state);
      if (ddecay) slopeDecays(&h, &s, &g, count, state + across, ddecay + t * h.ldd);
      giveSlopes(&h, &s, &g, count, dq + t * h.ldk, dk + t * h.ldk, dv + t * h.ldv);
      fadeRows(&h, &s, g.later);
      smallProduct(h.dk, V, count, (Across){ s.qBefore, 1, K }, g.dout, V, g.later, V, true);
      fadeColumns(&h, &s, g.laterAcross, g.laterAcross);
      smallProduct(h.columns, K, count, (Across){ g.dout, 1, V }, s.qBefore, K, g.laterAcross, K, true);
    }
    if (dstart) giveMatrix(&h, g.later, dstart + unit * size);
  }
}
