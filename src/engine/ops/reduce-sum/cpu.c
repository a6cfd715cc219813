// Native kernels of sums. Sums across units go through partials whose number and bounds depend on shapes only; a later entry adds them in order.
#include "../../device/cpu/native/partials.h"

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

/** (x, y, columns, scale): y[row] = scale times the sum of the row. Unit = row. */
KERNEL(rowSum) {
  const int32_t columns = intArg(entry, 2);
  float *y = placeArg(arena, entry, 1);
  (void)thread;
  for (int32_t row = lo; row < hi; row++) {
    const float *x = placeArg(arena, entry, 0) + (size_t)row * columns;
    vf s = splat(0);
    for (int32_t j = 0; j < columns; j += LANES) s += loadPart(x + j, columns - j);
    y[row] = laneSum(s) * realArg(entry, 3);
  }
}

/** (x, n, chunk, partials): partials[p] (float64) = sum of x over [p chunk, (p + 1) chunk). Unit = p. */
KERNEL(totalPartial) {
  (void)thread;
  sumParts(arena, entry, lo, hi, false);
}

/** (partials, count, y, scale): y = scale times the sum of the partials, in order. One unit. */
KERNEL(totalFinish) {
  (void)lo, (void)hi, (void)thread;
  *placeArg(arena, entry, 2) = (float)(sumOfParts(arena, entry) * (double)realArg(entry, 3));
}
