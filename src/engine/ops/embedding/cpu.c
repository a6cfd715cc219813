// Kernels of embedding and its gradient. Must not depend on where the ids come from; ids outside the table are clamped to it.

static inline int32_t tableRow(const int32_t *ids, int32_t i, int32_t rows) {
  return minInt(maxInt(ids[i], 0), rows - 1);
}

/** (ids, table, y, V, D): y[i] = table[ids[i]]. Unit = position. */
KERNEL(embedding) {
  (void)thread;
  const int32_t *ids = (const int32_t *)placeArg(arena, entry, 0);
  const float *table = placeArg(arena, entry, 1);
  float *y = placeArg(arena, entry, 2);
  const int32_t V = intArg(entry, 3), D = intArg(entry, 4);
  for (int32_t i = lo; i < hi; i++) {
    memcpy(y + (size_t)i * D, table + (size_t)tableRow(ids, i, V) * D, (size_t)D * sizeof(float));
  }
}

enum { EMBEDDING_COLUMNS = 16 };

/**
 * (ids, dy, dtable, n, V, D): dtable[v] = sum of dy[i] with ids[i] = v, in order of i. Unit = 16 columns, all positions: no two threads add
 * to the same number, and the order is that of the positions.
 */
KERNEL(embeddingGrad) {
  (void)thread;
  const int32_t *ids = (const int32_t *)placeArg(arena, entry, 0);
  const float *dy = placeArg(arena, entry, 1);
  float *dtable = placeArg(arena, entry, 2);
  const int32_t n = intArg(entry, 3), V = intArg(entry, 4), D = intArg(entry, 5);
  const int32_t from = lo * EMBEDDING_COLUMNS, count = minInt(D, hi * EMBEDDING_COLUMNS) - from;
  for (int32_t v = 0; v < V; v++) memset(dtable + (size_t)v * D + from, 0, (size_t)count * sizeof(float));
  for (int32_t i = 0; i < n; i++) {
    float *out = dtable + (size_t)tableRow(ids, i, V) * D + from;
    const float *row = dy + (size_t)i * D + from;
    for (int32_t j = 0; j < count; j += LANES) {
      const int32_t left = count - j;
      storeSome(out + j, loadSome(out + j, left) + loadSome(row + j, left), left);
    }
  }
}
