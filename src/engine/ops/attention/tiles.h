// What both passes of attention share: a head of a sample, blocks of keys, which queries see them, and operands as strips and panels. Must not
// depend on what is computed with them.

enum { CHUNK_PANELS = 8, CHUNK_QUERIES = CHUNK_PANELS * PANEL };

/** Rows of the head that comes next, fetched into the cache while tiles are computed: they lie apart, so that no processor foresees them. */
typedef struct Coming {
  const float *from[5];
  size_t ld[5];
  int32_t width[5], parts;
  /** The next row, all rows, and how many of them go with a tile. */
  int32_t row, rows, pace;
} Coming;

enum { COMING_FLOATS = 128 * 1024, FAR_HEADS = 1 << 20 };

/** Called after a tile. */
static void fetchComing(Coming *coming) {
  const int32_t end = minInt(coming->rows, coming->row + coming->pace);
  for (; coming->row < end; coming->row++) {
    for (int32_t part = 0; part < coming->parts; part++) {
      const float *row = coming->from[part] + (size_t)coming->row * coming->ld[part];
      for (int32_t i = 0; i < coming->width[part]; i += CACHE_LINE / 4) __builtin_prefetch(row + i, 0, 2);
    }
  }
}

/** Of one head of one sample. Columns of rows of the past: all keys, then all values. */
typedef struct Attention {
  int32_t T, P, keys, dk, dv;
  float scale;
  /** A score s becomes relu(s)^2 / n instead of a share by softmax; 1 / n takes the place of lse. */
  bool squared;
  /** Queries, keys and values of the sequence; rows are `ld` apart. */
  const float *q, *k, *v;
  size_t ld;
  const float *pastK, *pastV, *filled;
  size_t ldPast;
  /** All heads together are more than the second-level cache has room for. */
  bool far;
} Attention;

/** Keys that are processed at a time, all from the past or all from the sequence. */
typedef struct KeyBlock {
  const float *k, *v;
  size_t ld;
  /** How full their rows are; NULL = full. */
  const float *filled;
  int32_t first, rows;
  bool past;
} KeyBlock;

/** (qkv, past, filled, …, T, P, heads, dk, dv, scale, keys, squared) from argument `from` on, for head `h` of sample `b`. */
static Attention attentionOf(const Arena *arena, const int32_t *entry, int from, int32_t b, int32_t h) {
  const int32_t heads = intArg(entry, from + 2), dk = intArg(entry, from + 3), dv = intArg(entry, from + 4);
  const int32_t T = intArg(entry, from), P = intArg(entry, from + 1);
  const size_t ld = (size_t)heads * (2 * dk + dv), ldPast = (size_t)heads * (dk + dv);
  const float *qkv = placeArg(arena, entry, 0) + (size_t)b * T * ld, *past = placeArg(arena, entry, 1);
  const float *before = past ? past + (size_t)b * P * ldPast : NULL;
  return (Attention){
    .T = T,
    .P = P,
    .keys = intArg(entry, from + 6),
    .dk = dk,
    .dv = dv,
    .scale = realArg(entry, from + 5),
    .squared = intArg(entry, from + 7) != 0,
    .q = qkv + (size_t)h * dk,
    .k = qkv + (size_t)(heads + h) * dk,
    .v = qkv + (size_t)2 * heads * dk + (size_t)h * dv,
    .ld = ld,
    .pastK = before ? before + (size_t)h * dk : NULL,
    .pastV = before ? before + (size_t)heads * dk + (size_t)h * dv : NULL,
    .filled = past ? placeArg(arena, entry, 2) + (size_t)b * P : NULL,
    .ldPast = ldPast,
    .far = (size_t)entry[1] * T * (2 * dk + dv) * sizeof(float) > FAR_HEADS,
  };
}

/** Queries, keys and values of head `next`; nothing where they are near or would drive out those of this head. `tiles` = how many there are until then. */
static Coming comingRows(const Attention *next, int32_t tiles) {
  const bool fits = next->far && (size_t)next->T * (2 * next->dk + next->dv) <= COMING_FLOATS;
  return (Coming){
    .from = { next->q, next->k, next->v },
    .ld = { next->ld, next->ld, next->ld },
    .width = { next->dk, next->dk, next->dv },
    .parts = 3,
    .rows = fits ? next->T : 0,
    .pace = (next->T + tiles - 1) / tiles,
  };
}

/** Tiles of queries [t, t + count) with the keys of the sequence. */
static int32_t tilesOf(const Attention *a, int32_t t, int32_t count) {
  const int32_t panels = (count + PANEL - 1) / PANEL, blocks = (t + a->keys - 1) / a->keys;
  return panels * blocks + panels * (panels + 1) / 2;
}

/** Blocks of the past, then of the sequence up to row `end`; the one after `at`, with 0 rows behind the last. */
static KeyBlock keyBlock(const Attention *a, int32_t at, int32_t end) {
  if (at < a->P) {
    const size_t row = (size_t)at * a->ldPast;
    return (KeyBlock){ a->pastK + row, a->pastV + row, a->ldPast, a->filled + at, at, minInt(a->keys, a->P - at), true };
  }
  const int32_t first = at - a->P;
  const size_t row = (size_t)first * a->ld;
  return (KeyBlock){ a->k + row, a->v + row, a->ld, NULL, first, maxInt(0, minInt(a->keys, end - first)), false };
}

/** Which of the rows a panel of queries from t on sees: none, all or some. */
typedef enum Sight { SEES_NONE, SEES_ALL, SEES_SOME } Sight;

static Sight sightOf(const KeyBlock *block, int32_t t) {
  const int32_t first = block->first, last = first + block->rows - 1;
  if (block->past) return last <= t ? SEES_NONE : first > t + PANEL - 1 ? SEES_ALL : SEES_SOME;
  return first > t + PANEL - 1 ? SEES_NONE : last <= t ? SEES_ALL : SEES_SOME;
}

/** Of vector `v` of a panel of queries from t on: those that see the key. */
INLINE vi seesKey(const KeyBlock *block, int32_t row, int32_t t, int v) {
  const vi query = laneNumbers() + (t + v * LANES);
  return block->past ? query < block->first + row : query >= block->first + row;
}

/** Rows of x for products with panels: blocks of KC columns one after the other, each with room for `room` rows. */
static void packRowStrips(const float *x, size_t ld, int32_t rows, int32_t K, int32_t room, float *out) {
  for (int32_t k = 0; k < K; k += KC, out += (size_t)room * ROW) packStrips(x + k, ld, 1, rows, minInt(KC, K - k), out);
}

/** c[rows, PANEL] = strips of `packRowStrips` times panel[K, PANEL]. */
static void timesPanel(const float *strips, int32_t rows, int32_t K, int32_t room, const float *panel, float *c) {
  for (int32_t k = 0; k < K; k += KC, strips += (size_t)room * ROW) {
    const Start start = { k > 0 ? c : NULL, PANEL };
    multiplyPacked(rows, PANEL, minInt(KC, K - k), (Strips){ strips, true }, panel + (size_t)k * PANEL, c, PANEL, start, nothingAhead(c));
  }
}

/** The transposition x^T [width, rows] as strips. */
PACK_INLINE Strips packTransposed(const float *x, size_t ld, int32_t rows, int32_t width, float *out) {
  return packStrips(x, 1, ld, width, rows, out);
}

/** panel[width, PANEL] = factor x^T of up to PANEL rows; columns beyond them are 0. */
static void packQueries(const float *x, size_t ld, int32_t rows, int32_t width, float factor, float *panel) {
  packOperand(x, ld, 1, minInt(PANEL, rows), width, PANEL, panel);
  if (factor != 1.0f) {
    for (int32_t i = 0; i < width * PANEL; i += LANES) store(panel + i, load(panel + i) * factor);
  }
}

/** out[row, width] = panel[width, row] factor[row] for the first `rows` columns of the panel; rows of out are `ld` apart. */
static void unpackQueries(const float *panel, int32_t rows, int32_t width, const float *factor, float *out, size_t ld) {
  for (int32_t v = 0; v < PANEL && v < rows; v += LANES) {
    const vf by = load(factor + v);
    for (int32_t d = 0; d < width; d += LANES) {
      const int32_t left = minInt(LANES, width - d);
      vf block[LANES];
      for (int32_t i = 0; i < LANES; i++) block[i] = i < left ? load(panel + (size_t)(d + i) * PANEL + v) * by : splat(0.0f);
#if HAS_SHUFFLE
      transposeBlock(block);
      for (int32_t i = 0; i < LANES && v + i < rows; i++) storeSome(out + (size_t)(v + i) * ld + d, block[i], left);
#else
      for (int32_t i = 0; i < LANES && v + i < rows; i++) {
        for (int32_t j = 0; j < left; j++) out[(size_t)(v + i) * ld + d + j] = block[j][i];
      }
#endif
    }
  }
}

/** Log of how full row `r` is. */
INLINE vf fillOf(const KeyBlock *block, int32_t r) {
  return block->filled ? splat(logf(block->filled[r])) : splat(0.0f);
}
