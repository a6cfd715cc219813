// The native kernel that sums columns, which other ops and kernels on rows end in too. Partial sums have bounds that depend on shapes only.

/** Columns of `vectors` vectors, the last of `lanes` lanes: out = scale times the sum over rows. */
INLINE void sumColumns(const float *x, size_t stride, int32_t rows, float *out, float scale, const int vectors, const int32_t lanes) {
  vf s[4];
  for (int v = 0; v < vectors; v++) s[v] = splat(0);
  for (int32_t i = 0; i < rows; i++, x += stride) {
    for (int v = 0; v < vectors; v++) s[v] += loadPart(x + v * LANES, lanes);
  }
  for (int v = 0; v < vectors; v++) storePart(out + v * LANES, s[v] * scale, lanes);
}

/**
 * (x, stride, rows, columns, chunk, out, scale): out[p, j] = scale times the sum of column j over rows [p chunk, (p + 1) chunk). x has `stride`
 * floats from row to row. Unit = (p, block of COLUMN_BLOCK columns).
 */
KERNEL(columnSum) {
  const size_t stride = (size_t)intArg(entry, 1);
  const int32_t rows = intArg(entry, 2), columns = intArg(entry, 3), chunk = intArg(entry, 4);
  const int32_t blocks = (columns + COLUMN_BLOCK - 1) / COLUMN_BLOCK;
  const float scale = realArg(entry, 6);
  (void)thread;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t p = unit / blocks, first = p * chunk, count = minInt(rows - first, chunk);
    const float *x = placeArg(arena, entry, 0) + (size_t)first * stride;
    float *out = placeArg(arena, entry, 5) + (size_t)p * columns;
    int32_t j = unit % blocks * COLUMN_BLOCK;
    const int32_t to = minInt(columns, j + COLUMN_BLOCK);
    for (; to - j >= 4 * LANES; j += 4 * LANES) sumColumns(x + j, stride, count, out + j, scale, 4, LANES);
    for (; to - j >= LANES; j += LANES) sumColumns(x + j, stride, count, out + j, scale, 1, LANES);
    if (j < to) sumColumns(x + j, stride, count, out + j, scale, 1, to - j);
  }
}
