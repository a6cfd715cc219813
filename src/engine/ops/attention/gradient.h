// Gradient of attention for one head of a sample: the shares are computed again from the kept sums, a chunk of queries against a block of keys at a
// time. Must not depend on which thread has which head.

/** Gradients of one head of one sample; rows of dq, dk and dv are `ld` of `Attention` apart, those of the past `ldPast`. */
typedef struct AttentionGradient {
  const float *o, *dout, *lse;
  size_t ldOut;
  int32_t heads;
  float *dq, *dk, *dv, *pastDk, *pastDv;
} AttentionGradient;

/** The rows of `comingRows`, results and their gradients. */
static Coming comingGradient(const Attention *next, const AttentionGradient *g, int32_t tiles) {
  Coming coming = comingRows(next, tiles);
  if ((size_t)next->T * 2 * (next->dk + next->dv) > COMING_FLOATS) coming.rows = 0;
  for (; coming.parts < 5; coming.parts++) {
    coming.from[coming.parts] = coming.parts == 3 ? g->o : g->dout;
    coming.ld[coming.parts] = g->ldOut;
    coming.width[coming.parts] = next->dv;
  }
  return coming;
}

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
  const Attention *a, const AttentionGradient *g, const KeyBlock *block, int32_t t, int32_t count, bool first, const BackwardRoom *room,
  Coming *coming) {
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
    fetchComing(coming);
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
static void backwardHead(const Attention *a, const AttentionGradient *g, char *work, Coming *coming) {
  const BackwardRoom room = backwardRoom(a, work);
  Coming none = { 0 };
  float factor[PANEL];
  for (int32_t i = 0; i < PANEL; i++) factor[i] = a->scale;
  for (int32_t t = 0; t < a->T; t += CHUNK_QUERIES) {
    const int32_t count = minInt(CHUNK_QUERIES, a->T - t);
    openChunk(a, g, t, count, &room);
    int32_t at = 0;
    for (KeyBlock block = keyBlock(a, at, t + count); block.rows > 0; block = keyBlock(a, at, t + count)) {
      const bool first = block.past ? t == 0 : block.first >= t;
      if (first || !block.past || block.first + block.rows - 1 > t) backwardBlock(a, g, &block, t, count, first, &room, t + count == a->T ? coming : &none);
      at += block.rows;
    }
    for (int32_t i = 0; i < count; i += PANEL) {
      unpackQueries(room.dq + (size_t)i * a->dk, count - i, a->dk, factor, g->dq + (size_t)(t + i) * a->ld, a->ld);
    }
  }
}
