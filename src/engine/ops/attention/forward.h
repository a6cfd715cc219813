// Attention of one chunk of queries, a block of keys at a time; maxima and sums of the scores are carried from block to block. Must not depend on
// which thread has which chunk.

/** What a forward pass keeps for a panel of queries: maxima and sums of their scores, and o^T [dv, PANEL]. */
typedef struct Running {
  float *most, *total, *o;
} Running;

/** Maxima of the columns at `column` and of `before`, two at a time since each waits for the last. A score that is NaN makes its share NaN, so it need not be the maximum. */
PACK_INLINE vf mostOf(const float *column, int32_t rows, vf before) {
  vf most = before, other = before;
  int32_t r = 0;
  for (; r + 2 <= rows; r += 2, column += 2 * PANEL) {
    most = larger(load(column), most);
    other = larger(load(column + PANEL), other);
  }
  if (r < rows) most = larger(load(column), most);
  return larger(other, most);
}

/** Scores s[rows, PANEL] become e^(s - maximum); what was added up before them is scaled to the new maximum. */
PACK_INLINE void foldScores(const KeyBlock *block, int32_t t, const bool masked, float *s, Running running, int32_t dv) {
  const bool partly = masked || block->filled;
  PACK_UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
    float *column = s + v * LANES;
    const vf before = load(running.most + v * LANES);
    for (int32_t r = 0; partly && r < block->rows; r++) {
      const vi sees = masked ? seesKey(block, r, t, v) : splatInt(-1);
      const vf score = load(column + r * PANEL) + fillOf(block, r);
      store(column + r * PANEL, block->filled && block->filled[r] == 0.0f ? splat(-1e30f) : pick(sees, score, splat(-1e30f)));
    }
    const vf most = mostOf(column, block->rows, before);
    const vf fade = vexpHeld(before - most);
    vf total = load(running.total + v * LANES) * fade;
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
static void forwardBlock(
  const Attention *a, const KeyBlock *block, int32_t t, int32_t count, const ForwardRoom *room, Coming *coming) {
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
    fetchComing(coming);
  }
}

/** Results of queries [t, t + count): rows of o are `ld` apart, lse `heads` apart. */
static void forwardChunk(
  const Attention *a, int32_t t, int32_t count, float *o, size_t ld, float *lse, int32_t heads, char *work, Coming *coming) {
  const ForwardRoom room = forwardRoom(a, work);
  for (int32_t i = 0; i < count; i += PANEL) {
    packQueries(a->q + (size_t)(t + i) * a->ld, a->ld, count - i, a->dk, a->scale, room.q + (size_t)i * a->dk);
  }
  memset(room.o, 0, (size_t)CHUNK_QUERIES * a->dv * sizeof(float));
  for (int32_t i = 0; i < CHUNK_QUERIES; i++) room.most[i] = -1e30f, room.total[i] = 0.0f;
  int32_t at = 0;
  while (at < a->P && (a->filled[at] == 0.0f || at <= t)) at++;
  for (KeyBlock block = keyBlock(a, at, t + count); block.rows > 0; block = keyBlock(a, at, t + count)) {
    forwardBlock(a, &block, t, count, &room, coming);
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
