// Native kernel of sgd.

/**
 * (p, buffer, g, factor, hyper, n, momentum, decay): buffer = momentum buffer + factor g + decay p; p -= rate buffer. A factor that is not
 * finite changes nothing. Unit = chunk.
 */
KERNEL(sgd) {
  float *p = placeArg(arena, entry, 0), *buffer = placeArg(arena, entry, 1);
  const float *g = placeArg(arena, entry, 2);
  const float clip = *placeArg(arena, entry, 3);
  (void)thread;
  if (!(fabsf(clip) < INFINITY)) return;
  const vf factor = splat(clip), rate = splat(-*placeArg(arena, entry, 4));
  const vf momentum = splat(realArg(entry, 6)), decay = splat(realArg(entry, 7));
  const int32_t end = minInt(intArg(entry, 5), hi * CHUNK);
  for (int32_t i = lo * CHUNK; i < end; i += LANES) {
    const int32_t left = end - i;
    const vf before = loadPart(p + i, left);
    const vf step = madd(decay, before, madd(factor, loadPart(g + i, left), momentum * loadPart(buffer + i, left)));
    storePart(buffer + i, step, left);
    storePart(p + i, madd(rate, step, before), left);
  }
}
