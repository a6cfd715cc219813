// Native kernel of adam: one pass over p, m, v and g.

/** Running mean at `p`: beta times itself plus `rest` times x. */
INLINE vf moment(float *p, vf beta, vf rest, vf x, int32_t left) {
  const vf next = madd(beta, loadPart(p, left), rest * x);
  storePart(p, next, left);
  return next;
}

/**
 * (p, m, v, g, factor, hyper, n, beta1, 1 - beta1, beta2, 1 - beta2, eps, weight decay, decoupled). Rates come from memory, so a table serves all
 * steps. A factor that is not finite changes nothing. Unit = chunk.
 */
KERNEL(adam) {
  float *p = placeArg(arena, entry, 0), *m = placeArg(arena, entry, 1), *v = placeArg(arena, entry, 2);
  const float *gradient = placeArg(arena, entry, 3), *hyper = placeArg(arena, entry, 5);
  const float factor = *placeArg(arena, entry, 4), rate = hyper[0], decay = realArg(entry, 12);
  (void)thread;
  if (!(fabsf(factor) < INFINITY)) return;
  const bool decoupled = intArg(entry, 13) != 0;
  const vf kept = splat(decoupled ? 1 - rate * decay : 1), pull = splat(decoupled ? 0 : decay);
  const vf step = splat(rate / hyper[1]), correction = splat(1 / hyper[2]);
  const vf scale = splat(factor), eps = splat(realArg(entry, 11));
  const vf beta1 = splat(realArg(entry, 7)), rest1 = splat(realArg(entry, 8));
  const vf beta2 = splat(realArg(entry, 9)), rest2 = splat(realArg(entry, 10));
  const int32_t end = minInt(intArg(entry, 6), hi * CHUNK);
  for (int32_t i = lo * CHUNK; i < end; i += LANES) {
    const int32_t left = end - i;
    const vf before = loadPart(p + i, left);
    const vf g = madd(scale, loadPart(gradient + i, left), pull * before);
    const vf first = moment(m + i, beta1, rest1, g, left);
    const vf second = moment(v + i, beta2, rest2, g * g, left);
    const vf size = squareRoot(second * correction) + eps;
    storePart(p + i, before * kept - step * first / size, left);
  }
}
