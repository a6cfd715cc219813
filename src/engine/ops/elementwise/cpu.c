// Native kernels that several families share: fill, copy, a fn b, scale x + shift, accumulate. Chunked over elements: no sum, so no order.

/** (to, n, value): n floats set to value. Unit = chunk. */
KERNEL(fill) {
  float *to = placeArg(arena, entry, 0);
  const vf value = splat(realArg(entry, 2));
  const int32_t end = minInt(intArg(entry, 1), hi * CHUNK);
  (void)thread;
  for (int32_t i = lo * CHUNK; i < end; i += LANES) storePart(to + i, value, end - i);
}

/** (from, fromStride, to, toStride, bytes, limit): piece i of `bytes`, cut at `limit` bytes after `to`. Unit = piece. */
KERNEL(copy) {
  const char *from = (const char *)placeArg(arena, entry, 0);
  char *to = (char *)placeArg(arena, entry, 2);
  const size_t fromStride = (uint32_t)intArg(entry, 1), toStride = (uint32_t)intArg(entry, 3);
  const size_t bytes = (uint32_t)intArg(entry, 4), limit = (uint32_t)intArg(entry, 5);
  (void)thread;
  for (size_t i = (size_t)lo; i < (size_t)hi; i++) {
    const size_t rest = limit - i * toStride;
    memmove(to + i * toStride, from + i * fromStride, bytes < rest ? bytes : rest);
  }
}

INLINE vf combine(int32_t fn, vf a, vf b) {
  switch (fn) {
    case BINARY_ADD: return a + b;
    case BINARY_SUB: return a - b;
    case BINARY_MUL: return a * b;
    case BINARY_DIV: return a / b;
    default: return largerOrNan(a, b);
  }
}

static void binaryRun(const float *a, const float *b, float *y, int32_t n, int32_t fn) {
  for (int32_t i = 0; i < n; i += LANES) {
    storePart(y + i, combine(fn, loadPart(a + i, n - i), loadPart(b + i, n - i)), n - i);
  }
}

/** (a, b, y, n, period, fn): y_i = a_i fn b_(i mod period). Unit = chunk of n. */
KERNEL(binary) {
  const float *a = placeArg(arena, entry, 0), *b = placeArg(arena, entry, 1);
  float *y = placeArg(arena, entry, 2);
  const int32_t period = intArg(entry, 4), fn = intArg(entry, 5), end = minInt(intArg(entry, 3), hi * CHUNK);
  (void)thread;
  if (period == 1) {
    const vf same = splat(b[0]);
    for (int32_t i = lo * CHUNK; i < end; i += LANES) storePart(y + i, combine(fn, loadPart(a + i, end - i), same), end - i);
    return;
  }
  for (int32_t i = lo * CHUNK; i < end;) {
    const int32_t column = i % period, count = minInt(period - column, end - i);
    binaryRun(a + i, b + column, y + i, count, fn);
    i += count;
  }
}

/** (x, y, n, scale, shift): y = scale x + shift. Unit = chunk. */
KERNEL(affine) {
  const float *x = placeArg(arena, entry, 0);
  float *y = placeArg(arena, entry, 1);
  const vf scale = splat(realArg(entry, 3)), shift = splat(realArg(entry, 4));
  const int32_t end = minInt(intArg(entry, 2), hi * CHUNK);
  (void)thread;
  for (int32_t i = lo * CHUNK; i < end; i += LANES) storePart(y + i, madd(scale, loadPart(x + i, end - i), shift), end - i);
}

/** (variable, value, factor, n): variable += factor value. Unit = chunk. */
KERNEL(accumulate) {
  float *variable = placeArg(arena, entry, 0);
  const float *value = placeArg(arena, entry, 1);
  const vf factor = splat(*placeArg(arena, entry, 2));
  const int32_t end = minInt(intArg(entry, 3), hi * CHUNK);
  (void)thread;
  for (int32_t i = lo * CHUNK; i < end; i += LANES) {
    storePart(variable + i, madd(factor, loadPart(value + i, end - i), loadPart(variable + i, end - i)), end - i);
  }
}
