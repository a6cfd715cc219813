// Kernels of blockLinear and its gradient. Sixteen rows lie across the lanes, so blocks of any size are products of a number and a vector.
// Must not depend on what the rows mean.

enum { BLOCK_LINES = 16 };

/** (x, weight, y, rows, G, O, I, across, along): unit = sixteen rows. */
KERNEL(blockLinear) {
  const int32_t rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6);
  const int32_t across = intArg(entry, 7), along = intArg(entry, 8);
  const float *weight = placeArg(arena, entry, 1);
  float *in = (float *)scratchOf(arena, thread), *out = in + (size_t)BLOCK_LINES * G * I;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t row = unit * BLOCK_LINES, count = minInt(BLOCK_LINES, rows - row);
    packOperand(placeArg(arena, entry, 0) + (size_t)row * G * I, (size_t)G * I, 1, count, G * I, BLOCK_LINES, in);
    for (int32_t g = 0; g < G; g++) {
      for (int32_t o = 0; o < O; o++) {
        const float *w = weight + (size_t)g * O * I + (size_t)o * across;
        PACK_UNROLL for (int32_t v = 0; v < BLOCK_LINES; v += LANES) {
          vf sum = splat(0.0f);
          for (int32_t i = 0; i < I; i++) sum = madd(splat(w[i * along]), load(in + (size_t)(g * I + i) * BLOCK_LINES + v), sum);
          store(out + (size_t)(g * O + o) * BLOCK_LINES + v, sum);
        }
      }
    }
    packOperand(out, BLOCK_LINES, 1, G * O, count, G * O, placeArg(arena, entry, 2) + (size_t)row * G * O);
  }
}

/** (x, dy, dweight, rows, G, O, I, bundle): unit = so many blocks, over all rows in order. */
KERNEL(blockLinearWeight) {
  const int32_t rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6), bundle = intArg(entry, 7);
  float *in = (float *)scratchOf(arena, thread), *out = in + BLOCK_LINES * bundle * I, *sums = out + BLOCK_LINES * bundle * O;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t first = unit * bundle, blocks = minInt(bundle, G - first);
    memset(sums, 0, (size_t)blocks * O * I * LANES * sizeof(float));
    for (int32_t row = 0; row < rows; row += BLOCK_LINES) {
      const int32_t count = minInt(BLOCK_LINES, rows - row);
      packOperand(placeArg(arena, entry, 0) + ((size_t)row * G + first) * I, (size_t)G * I, 1, count, blocks * I, BLOCK_LINES, in);
      packOperand(placeArg(arena, entry, 1) + ((size_t)row * G + first) * O, (size_t)G * O, 1, count, blocks * O, BLOCK_LINES, out);
      for (int32_t o = 0; o < blocks * O; o++) {
        for (int32_t i = 0; i < I; i++) {
          float *at = sums + (size_t)(o * I + i) * LANES;
          vf sum = load(at);
          PACK_UNROLL for (int32_t v = 0; v < BLOCK_LINES; v += LANES) {
            sum = madd(load(out + o * BLOCK_LINES + v), load(in + (o / O * I + i) * BLOCK_LINES + v), sum);
          }
          store(at, sum);
        }
      }
    }
    float *dweight = placeArg(arena, entry, 2) + (size_t)first * O * I;
    for (int32_t i = 0; i < blocks * O * I; i++) dweight[i] = laneSum(load(sums + (size_t)i * LANES));
  }
}
