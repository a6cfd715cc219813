// Native kernels that several families share: fill and copy.

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
