// Kernels of blockLinear and its gradient. Small blocks: sixteen rows lie across the lanes, so a block of any size is products of a number and a
// vector. Wide ones are packed products, one for each block. Must not depend on what the rows mean.

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

enum { FOURS_ROWS = 64 };

/** Adds dy_o x_i of `rows` rows for a vector of blocks of four columns to sums[o][even or odd row]; rows are `ld` apart. */
PACK_INLINE void addFours(const float *x, const float *dy, size_t ld, int32_t rows, int32_t left, vf sums[4][2]) {
  for (int32_t r = 0; r < rows; r += 2, x += 2 * ld, dy += 2 * ld) {
    PACK_UNROLL for (int half = 0; half < 2; half++) {
      if (r + half >= rows) break;
      const vf in = loadSome(x + half * ld, left), out = loadSome(dy + half * ld, left);
      sums[0][half] = madd(spreadFours(out, 0), in, sums[0][half]);
      sums[1][half] = madd(spreadFours(out, 1), in, sums[1][half]);
      sums[2][half] = madd(spreadFours(out, 2), in, sums[2][half]);
      sums[3][half] = madd(spreadFours(out, 3), in, sums[3][half]);
    }
  }
}

/** dweight[columns / 4, 4, 4] of blocks of four: a lane is a column of x, so nothing is turned over. So many rows at a time that they stay in the cache. */
static void weightFours(const float *x, const float *dy, size_t ld, int32_t rows, int32_t columns, float *work, float *dweight) {
  vf *kept = (vf *)work;
  for (int32_t i = 0; i < columns; i += LANES) {
    for (int k = 0; k < 8; k++) kept[i / LANES * 8 + k] = splat(0.0f);
  }
  for (int32_t row = 0; row < rows; row += FOURS_ROWS) {
    const int32_t count = minInt(FOURS_ROWS, rows - row);
    for (int32_t i = 0; i < columns; i += LANES) {
      vf sums[4][2];
      memcpy(sums, kept + i / LANES * 8, sizeof sums);
      if (i + LANES <= columns) addFours(x + row * ld + i, dy + row * ld + i, ld, count, LANES, sums);
      else addFours(x + row * ld + i, dy + row * ld + i, ld, count, columns - i, sums);
      memcpy(kept + i / LANES * 8, sums, sizeof sums);
    }
  }
  for (int32_t i = 0; i < columns; i++) {
    for (int o = 0; o < 4; o++) {
      const vf *sum = kept + i / LANES * 8 + 2 * o;
      dweight[(i / 4 * 4 + o) * 4 + i % 4] = sum[0][i % LANES] + sum[1][i % LANES];
    }
  }
}

/** (x, dy, dweight, rows, G, O, I, bundle): unit = so many blocks, over all rows in order. */
KERNEL(blockLinearWeight) {
  const int32_t rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6), bundle = intArg(entry, 7);
  float *in = (float *)scratchOf(arena, thread), *out = in + BLOCK_LINES * bundle * I, *sums = out + BLOCK_LINES * bundle * O;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t first = unit * bundle, blocks = minInt(bundle, G - first);
    if (O == 4 && I == 4) {
      const size_t at = (size_t)first * 4;
      weightFours(placeArg(arena, entry, 0) + at, placeArg(arena, entry, 1) + at, (size_t)G * 4, rows, blocks * 4, in, placeArg(arena, entry, 2) + at * 4);
      continue;
    }
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

/** Rows that go through all blocks before the next ones: they stay in the second-level cache. */
enum { WIDE_ROWS = 4 * MC };

/** (x, weight, y, rows, G, O, I, across, along): blockLinear as a product for each block. Unit = MATMUL_ROWS rows. */
KERNEL(blockLinearWide) {
  const int32_t G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6);
  const size_t across = intArg(entry, 7), along = intArg(entry, 8);
  const int32_t end = minInt(intArg(entry, 3), hi * MATMUL_ROWS);
  for (int32_t row = lo * MATMUL_ROWS; row < end; row += WIDE_ROWS) {
    const int32_t count = minInt(WIDE_ROWS, end - row);
    for (int32_t g = 0; g < G; g++) {
      const Matrix x = { placeArg(arena, entry, 0) + ((size_t)row * G + g) * I, (size_t)G * I, 1 };
      const Matrix weight = { placeArg(arena, entry, 1) + (size_t)g * O * I, along, across };
      float *y = placeArg(arena, entry, 2) + ((size_t)row * G + g) * O;
      gemm(count, O, I, x, weight, y, (size_t)G * O, (Start){ NULL, 0 }, scratchOf(arena, thread));
    }
  }
}

/** (x, dy, dweight, rows, G, O, I): the same of the weights. Unit = MATMUL_ROWS rows of a block, the last of a block fewer. */
KERNEL(blockLinearWeightWide) {
  const int32_t rows = intArg(entry, 3), G = intArg(entry, 4), O = intArg(entry, 5), I = intArg(entry, 6);
  const int32_t each = (O + MATMUL_ROWS - 1) / MATMUL_ROWS;
  for (int32_t unit = lo, next; unit < hi; unit = next) {
    const int32_t g = unit / each, from = unit % each * MATMUL_ROWS;
    next = minInt(hi, (g + 1) * each);
    const int32_t count = minInt(O, from + (next - unit) * MATMUL_ROWS) - from;
    const Matrix dy = { placeArg(arena, entry, 1) + (size_t)g * O + from, 1, (size_t)G * O };
    const Matrix x = { placeArg(arena, entry, 0) + (size_t)g * I, (size_t)G * I, 1 };
    float *dweight = placeArg(arena, entry, 2) + ((size_t)g * O + from) * I;
    gemm(count, I, rows, dy, x, dweight, (size_t)I, (Start){ NULL, 0 }, scratchOf(arena, thread));
  }
}
