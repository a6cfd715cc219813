// The one native kernel beside softmaxCrossEntropy that is written by hand: how many rows count, for a loss that is made piece by piece.

/** (targets, n, count): how many of the n targets are not negative. One unit. */
KERNEL(countTargets) {
  const int32_t *targets = (const int32_t *)placeArg(arena, entry, 0);
  const int32_t n = intArg(entry, 1);
  int32_t count = 0;
  (void)lo, (void)hi, (void)thread;
  for (int32_t i = 0; i < n; i++) count += targets[i] >= 0;
  *placeArg(arena, entry, 2) = (float)count;
}
