// Kernels of attention and its gradient: tiles of scores with keys as rows and a panel of queries as columns, so that a tile is the packed
// operand of the next product and maxima and sums go down the lanes. Scores exist for one tile at a time. Unit = head of a sample, and a
// chunk of queries of the forward pass. Must not depend on how queries, keys and values were made.

enum { CHUNK_PANELS = 8, CHUNK_QUERIES = CHUNK_PANELS * PANEL };

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
  };
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

/** What a forward pass keeps for a panel of queries: maxima and sums of their scores, and o^T [dv, PANEL]. */
typedef struct Running {
  float *most, *total, *o;
} Running;

/** Log of how full row `r` is. */
INLINE vf fillOf(const KeyBlock *block, int32_t r) {
  return block->filled ? splat(logf(block->filled[r])) : splat(0.0f);
}

/** Scores s[rows, PANEL] become e^(s - maximum); what was added up before them is scaled to the new maximum. */
PACK_INLINE void foldScores(const KeyBlock *block, int32_t t, const bool masked, float *s, Running running, int32_t dv) {
  const bool partly = masked || block->filled;
  PACK_UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    float *column = s + v * LANES;
    const vf before = load(running.most + v * LANES);
    vf most = before;
    for (int32_t r = 0; r < block->rows; r++, column += PANEL) {
      vf score = load(column);
      if (partly) {
        const vi sees = masked ? seesKey(block, r, t, v) : splatInt(-1);
        score = block->filled && block->filled[r] == 0.0f ? splat(-1e30f) : pick(sees, score + fillOf(block, r), splat(-1e30f));
        store(column, score);
      }
      most = largerOrNan(score, most);
    }
    const vf fade = vexpHeld(before - most);
    vf total = load(running.total + v * LANES) * fade;
    column = s + v * LANES;
    for (int32_t r = 0; r < block->rows; r++, column += PANEL) {
      const vf score = load(column);
      vf share = vexpHeld(score - most);
      if (partly) share = pick(score == -1e30f, splat(0.0f), share);
      total += share;
      store(column, share);
    }
    store(running.most + v * LANES, most);
    store(running.total + v * LANES, total);
    for (int32_t d = 0; d < dv; d++) {
      float *o = running.o + (size_t)d * PANEL + v * LANES;
      store(o, load(o) * fade);
    }
  }
}

/** Scores s[rows, PANEL] become relu(s)^2; the rows that each query sees are counted. */
PACK_INLINE void squareScores(const KeyBlock *block, int32_t t, const bool masked, float *s, Running running) {
  PACK_UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    float *column = s + v * LANES;
    vf count = load(running.total + v * LANES);
    for (int32_t r = 0; r < block->rows; r++, column += PANEL) {
      const vf full = splat(block->filled ? block->filled[r] : 1.0f);
      const vf seen = masked ? keep(seesKey(block, r, t, v), full) : full;
      const vf above = largerOrNan(splat(0.0f), load(column));
      count += seen;
      store(column, masked ? keep(seesKey(block, r, t, v), above * above * full) : above * above * full);
    }
    store(running.total + v * LANES, count);
  }
}

/** Memory of a thread for a chunk of queries. */
typedef struct ForwardRoom {
  float *q, *o, *most, *total, *keys, *values, *scores;
} ForwardRoom;

static ForwardRoom forwardRoom(const Attention *a, char *work) {
  ForwardRoom room = { .q = (float *)work };
  room.o = room.q + (size_t)CHUNK_QUERIES * a->dk;
  room.most = room.o + (size_t)CHUNK_QUERIES * a->dv;
  room.total = room.most + CHUNK_QUERIES;
  room.scores = room.total + CHUNK_QUERIES;
  room.keys = room.scores + (size_t)a->keys * PANEL;
  room.values = room.keys + (size_t)a->keys * ROW * ((a->dk + KC - 1) / KC);
  return room;
}

PACK_INLINE Running runningOf(const ForwardRoom *room, int32_t panel, int32_t dv) {
  return (Running){ room->most + panel * PANEL, room->total + panel * PANEL, room->o + (size_t)panel * PANEL * dv };
}

/** A block of keys for all panels of a chunk of `count` queries from t on. */
static void forwardBlock(const Attention *a, const KeyBlock *block, int32_t t, int32_t count, const ForwardRoom *room) {
  const int32_t dk = a->dk, dv = a->dv;
  packRowStrips(block->k, block->ld, block->rows, dk, a->keys, room->keys);
  const Strips values = packTransposed(block->v, block->ld, block->rows, dv, room->values);
  for (int32_t panel = 0; panel * PANEL < count; panel++) {
    const int32_t at = t + panel * PANEL;
    const Sight sight = sightOf(block, at);
    if (sight == SEES_NONE) continue;
    const Running running = runningOf(room, panel, dv);
    timesPanel(room->keys, block->rows, dk, a->keys, room->q + (size_t)panel * PANEL * dk, room->scores);
    if (a->squared) {
      if (sight == SEES_ALL) squareScores(block, at, false, room->scores, running);
      else squareScores(block, at, true, room->scores, running);
    } else if (sight == SEES_ALL) foldScores(block, at, false, room->scores, running, dv);
    else foldScores(block, at, true, room->scores, running, dv);
    const Start start = { running.o, PANEL };
    multiplyPacked(dv, PANEL, block->rows, values, room->scores, running.o, PANEL, start, nothingAhead(room->scores));
  }
}

/** Results of queries [t, t + count): rows of o are `ld` apart, lse `heads` apart. */
static void forwardChunk(const Attention *a, int32_t t, int32_t count, float *o, size_t ld, float *lse, int32_t heads, char *work) {
  const ForwardRoom room = forwardRoom(a, work);
  for (int32_t i = 0; i < count; i += PANEL) {
    packQueries(a->q + (size_t)(t + i) * a->ld, a->ld, count - i, a->dk, a->scale, room.q + (size_t)i * a->dk);
  }
  memset(room.o, 0, (size_t)CHUNK_QUERIES * a->dv * sizeof(float));
  for (int32_t i = 0; i < CHUNK_QUERIES; i++) room.most[i] = -1e30f, room.total[i] = 0.0f;
  int32_t at = 0;
  while (at < a->P && (a->filled[at] == 0.0f || at <= t)) at++;
  for (KeyBlock block = keyBlock(a, at, t + count); block.rows > 0; block = keyBlock(a, at, t + count)) {
    forwardBlock(a, &block, t, count, &room);
    at += block.rows;
  }
  for (int32_t i = 0; i < count; i += PANEL) {
    const Running running = runningOf(&room, i / PANEL, a->dv);
    float factor[PANEL], log[PANEL];
    for (int32_t v = 0; v < PANEL; v += LANES) {
      const vf total = load(running.total + v);
      store(factor + v, 1.0f / total);
      store(log + v, a->squared ? 1.0f / total : load(running.most + v) + vlog(total));
    }
    unpackQueries(running.o, count - i, a->dv, factor, o + (size_t)(t + i) * ld, ld);
    for (int32_t j = 0; j < PANEL && i + j < count; j++) lse[(size_t)(t + i + j) * heads] = log[j];
  }
}

/**
 * (qkv, past, filled, o, lse, T, P, heads, dk, dv, scale, keys, squared, pairs): unit = a pair of chunks of queries of a head of a sample, one from the
 * beginning and one from the end, so that all units take as long.
 */
KERNEL(attention) {
  const int32_t pairs = intArg(entry, 13);
  char *work = scratchOf(arena, thread);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t head = unit / pairs, pair = unit % pairs, heads = intArg(entry, 7), b = head / heads, h = head % heads;
    const Attention a = attentionOf(arena, entry, 5, b, h);
    const size_t ld = (size_t)heads * a.dv;
    float *o = placeArg(arena, entry, 3) + (size_t)b * a.T * ld + (size_t)h * a.dv;
    float *lse = placeArg(arena, entry, 4) + (size_t)b * a.T * heads + h;
    const int32_t chunks = (a.T + CHUNK_QUERIES - 1) / CHUNK_QUERIES, both[2] = { pair, chunks - 1 - pair };
    for (int i = 0; i < (both[0] == both[1] ? 1 : 2); i++) {
      const int32_t t = both[i] * CHUNK_QUERIES;
      forwardChunk(&a, t, minInt(CHUNK_QUERIES, a.T - t), o, ld, lse, heads, work);
    }
  }
}

/** Gradients of one head of one sample; rows of dq, dk and dv are `ld` of `Attention` apart, those of the past `ldPast`. */
typedef struct AttentionGradient {
  const float *o, *dout, *lse;
  size_t ldOut;
  int32_t heads;
  float *dq, *dk, *dv, *pastDk, *pastDv;
} AttentionGradient;

typedef struct BackwardRoom {
  float *q, *dout, *dq, *qRows, *doutRows, *lse, *delta, *keys, *values, *keysAcross, *scores, *slopes, *shares, *dscores;
} BackwardRoom;

static BackwardRoom backwardRoom(const Attention *a, char *work) {
  const size_t dk = a->dk, dv = a->dv, keys = a->keys;
  const size_t strips[2] = { keys * ROW * ((dk + KC - 1) / KC), keys * ROW * ((dv + KC - 1) / KC) };
  BackwardRoom room = { .q = (float *)work };
  room.dout = room.q + CHUNK_QUERIES * dk;
  room.dq = room.dout + CHUNK_QUERIES * dv;
  room.qRows = room.dq + CHUNK_QUERIES * dk;
  room.doutRows = room.qRows + CHUNK_QUERIES * roundUp(dk, LANES);
  room.lse = room.doutRows + CHUNK_QUERIES * roundUp(dv, LANES);
  room.delta = room.lse + CHUNK_QUERIES;
  room.scores = room.delta + CHUNK_QUERIES;
  room.slopes = room.scores + keys * PANEL;
  room.shares = room.slopes + keys * PANEL;
  room.dscores = room.shares + keys * ROW;
  room.keys = room.dscores + keys * ROW;
  room.values = room.keys + strips[0];
  room.keysAcross = room.values + strips[1];
  return room;
}

/** Everything about queries [t, t + count) that does not depend on keys. */
static void openChunk(const Attention *a, const AttentionGradient *g, int32_t t, int32_t count, const BackwardRoom *room) {
  const float *q = a->q + (size_t)t * a->ld, *dout = g->dout + (size_t)t * g->ldOut, *o = g->o + (size_t)t * g->ldOut;
  for (int32_t i = 0; i < count; i += PANEL) {
    packQueries(q + (size_t)i * a->ld, a->ld, count - i, a->dk, a->scale, room->q + (size_t)i * a->dk);
    packQueries(dout + (size_t)i * g->ldOut, g->ldOut, count - i, a->dv, 1.0f, room->dout + (size_t)i * a->dv);
  }
  packPanels(q, a->ld, 1, count, a->dk, room->qRows);
  packPanels(dout, g->ldOut, 1, count, a->dv, room->doutRows);
  const size_t rows = (size_t)count * roundUp((size_t)a->dk, LANES);
  for (size_t i = 0; i < rows; i += LANES) store(room->qRows + i, load(room->qRows + i) * a->scale);
  memset(room->dq, 0, (size_t)CHUNK_QUERIES * a->dk * sizeof(float));
  for (int32_t i = 0; i < CHUNK_QUERIES; i++) {
    vf sum = splat(0.0f);
    for (int32_t d = 0; i < count && d < a->dv; d += LANES) {
      const int32_t left = a->dv - d;
      sum = madd(loadSome(dout + (size_t)i * g->ldOut + d, left), loadSome(o + (size_t)i * g->ldOut + d, left), sum);
    }
    room->delta[i] = laneSum(sum);
    room->lse[i] = i < count ? g->lse[(size_t)(t + i) * g->heads] : 0.0f;
  }
}

/** Of scores and of gradients of shares, [rows, PANEL] each: shares and gradients of scores, the latter as a panel too. */
PACK_INLINE void shareScores(const KeyBlock *block, int32_t t, const bool masked, int32_t panel, const BackwardRoom *room) {
  const bool partly = masked || block->filled;
  PACK_UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    const int32_t at = panel * PANEL + v * LANES;
    const vf lse = load(room->lse + at), delta = load(room->delta + at);
    for (int32_t r = 0; r < block->rows; r++) {
      float *score = room->scores + (size_t)r * PANEL + v * LANES;
      vf share;
      if (partly) {
        const bool empty = block->filled && block->filled[r] == 0.0f;
        const vi sees = masked ? seesKey(block, r, t, v) : splatInt(-1);
        share = empty ? splat(0.0f) : keep(sees, vexpHeld(load(score) + fillOf(block, r) - lse));
      } else share = vexpHeld(load(score) - lse);
      const vf dscore = share * (load(room->slopes + (size_t)r * PANEL + v * LANES) - delta);
      store(score, dscore);
      store(room->shares + (size_t)r * ROW + at, share);
      store(room->dscores + (size_t)r * ROW + at, dscore);
    }
  }
}

/** The same by squared relu: the gradient of a score is 2 relu(s) / n times that of its share. */
PACK_INLINE void shareSquares(const KeyBlock *block, int32_t t, const bool masked, int32_t panel, const BackwardRoom *room) {
  PACK_UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    const int32_t at = panel * PANEL + v * LANES;
    const vf by = load(room->lse + at);
    for (int32_t r = 0; r < block->rows; r++) {
      float *score = room->scores + (size_t)r * PANEL + v * LANES;
      vf above = largerOrNan(splat(0.0f), load(score));
      if (masked) above = keep(seesKey(block, r, t, v), above);
      const vf part = above * by * splat(block->filled ? block->filled[r] : 1.0f);
      const vf dscore = (part + part) * load(room->slopes + (size_t)r * PANEL + v * LANES);
      store(score, dscore);
      store(room->shares + (size_t)r * ROW + at, part * above);
      store(room->dscores + (size_t)r * ROW + at, dscore);
    }
  }
}

/** c[rows, width] = start + strips[rows, from … count] panels[from … count, width]. */
static void timesRows(
  const float *strips, int32_t rows, int32_t from, int32_t count, const float *panels, int32_t width, float *c, size_t ldc, bool first) {
  for (int32_t j = 0; j < width; j += PANEL) {
    const int32_t n = minInt(PANEL, width - j);
    const float *panel = panels + (size_t)j * count + (size_t)from * panelWidth(n);
    const Start start = { first ? NULL : c + j, ldc };
    multiplyPacked(rows, n, count - from, (Strips){ strips + from, true }, panel, c + j, ldc, start, nothingAhead(strips));
  }
}

/** A block of keys with all panels of a chunk; `first`: no chunk before it saw these keys. */
static void backwardBlock(
  const Attention *a, const AttentionGradient *g, const KeyBlock *block, int32_t t, int32_t count, bool first, const BackwardRoom *room) {
  const int32_t dk = a->dk, dv = a->dv, rows = block->rows;
  packRowStrips(block->k, block->ld, rows, dk, a->keys, room->keys);
  packRowStrips(block->v, block->ld, rows, dv, a->keys, room->values);
  const Strips across = packTransposed(block->k, block->ld, rows, dk, room->keysAcross);
  // The past is seen by the first queries, the sequence by the last ones.
  int32_t from = 0, until = count;
  for (int32_t panel = 0; panel * PANEL < count; panel++) {
    const int32_t at = t + panel * PANEL;
    const Sight sight = sightOf(block, at);
    if (sight == SEES_NONE) {
      if (block->past) until = minInt(until, panel * PANEL);
      else from = (panel + 1) * PANEL;
      continue;
    }
    timesPanel(room->keys, rows, dk, a->keys, room->q + (size_t)panel * PANEL * dk, room->scores);
    timesPanel(room->values, rows, dv, a->keys, room->dout + (size_t)panel * PANEL * dv, room->slopes);
    if (a->squared) {
      if (sight == SEES_ALL) shareSquares(block, at, false, panel, room);
      else shareSquares(block, at, true, panel, room);
    } else if (sight == SEES_ALL) shareScores(block, at, false, panel, room);
    else shareScores(block, at, true, panel, room);
    float *dq = room->dq + (size_t)panel * PANEL * dk;
    multiplyPacked(dk, PANEL, rows, across, room->scores, dq, PANEL, (Start){ dq, PANEL }, nothingAhead(room->scores));
  }
  for (int32_t r = 0; r < rows && until < count; r++) {
    memset(room->shares + (size_t)r * ROW + until, 0, (size_t)(count - until) * sizeof(float));
    memset(room->dscores + (size_t)r * ROW + until, 0, (size_t)(count - until) * sizeof(float));
  }
  const size_t row = (size_t)block->first * block->ld;
  float *dKeys = (block->past ? g->pastDk : g->dk) + row, *dValues = (block->past ? g->pastDv : g->dv) + row;
  timesRows(room->dscores, rows, from, count, room->qRows, dk, dKeys, block->ld, first);
  timesRows(room->shares, rows, from, count, room->doutRows, dv, dValues, block->ld, first);
}

/** Gradients of one head of one sample, chunk of queries by chunk. */
static void backwardHead(const Attention *a, const AttentionGradient *g, char *work) {
  const BackwardRoom room = backwardRoom(a, work);
  float factor[PANEL];
  for (int32_t i = 0; i < PANEL; i++) factor[i] = a->scale;
  for (int32_t t = 0; t < a->T; t += CHUNK_QUERIES) {
    const int32_t count = minInt(CHUNK_QUERIES, a->T - t);
    openChunk(a, g, t, count, &room);
    int32_t at = 0;
    for (KeyBlock block = keyBlock(a, at, t + count); block.rows > 0; block = keyBlock(a, at, t + count)) {
      const bool first = block.past ? t == 0 : block.first >= t;
      if (first || !block.past || block.first + block.rows - 1 > t) backwardBlock(a, g, &block, t, count, first, &room);
      at += block.rows;
    }
    for (int32_t i = 0; i < count; i += PANEL) {
      unpackQueries(room.dq + (size_t)i * a->dk, count - i, a->dk, factor, g->dq + (size_t)(t + i) * a->ld, a->ld);
    }
  }
}

/** (qkv, past, filled, o, lse, dout, dqkv, dpast, T, P, heads, dk, dv, scale, keys, squared): unit = head of a sample. */
KERNEL(attentionGrad) {
  const int32_t heads = intArg(entry, 10);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / heads, h = unit % heads;
    const Attention a = attentionOf(arena, entry, 8, b, h);
    const size_t ldOut = (size_t)heads * a.dv, out = (size_t)b * a.T * ldOut + (size_t)h * a.dv;
    float *dqkv = placeArg(arena, entry, 6) + (size_t)b * a.T * a.ld, *dpast = placeArg(arena, entry, 7);
    if (dpast) dpast += (size_t)b * a.P * a.ldPast;
    const AttentionGradient g = {
      .o = placeArg(arena, entry, 3) + out,
      .dout = placeArg(arena, entry, 5) + out,
      .lse = placeArg(arena, entry, 4) + (size_t)b * a.T * heads + h,
      .ldOut = ldOut,
      .heads = heads,
      .dq = dqkv + (size_t)h * a.dk,
      .dk = dqkv + (size_t)(heads + h) * a.dk,
      .dv = dqkv + (size_t)2 * heads * a.dk + (size_t)h * a.dv,
      .pastDk = dpast ? dpast + (size_t)h * a.dk : NULL,
      .pastDv = dpast ? dpast + (size_t)heads * a.dk + (size_t)h * a.dv : NULL,
    };
    backwardHead(&a, &g, scratchOf(arena, thread));
  }
}
