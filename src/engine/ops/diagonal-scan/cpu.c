// Native kernels of diagonalScan and its gradient: channels are the lanes, and each mode goes through a chunk of steps alone, with its state, its
// numbers and their gradients in registers. States of single steps exist for one mode and one chunk, in the thread's scratch.

/** Operands that both kernels have. */
typedef struct Diagonal {
  const float *u, *system;
  int32_t H, N, T, chunk, chunks;
} Diagonal;

/** `sizes` are T, H, N and the steps of a chunk. */
static Diagonal diagonalOf(const float *u, const float *system, const int32_t *sizes) {
  const int32_t T = sizes[0], chunk = sizes[3];
  return (Diagonal){u, system, sizes[1], sizes[2], T, chunk, (T + chunk - 1) / chunk};
}

/** The six numbers of mode `n`, which are N apart. */
typedef struct DiagonalMode {
  vf aRe, aIm, inRe, inIm, outRe, outIm;
} DiagonalMode;

static inline DiagonalMode diagonalMode(const vf *system, int32_t n, int32_t N) {
  return (DiagonalMode){system[n], system[N + n], system[2 * N + n], system[3 * N + n], system[4 * N + n], system[5 * N + n]};
}

/** Numbers of LANES channels from `c` on, `left` of which exist: `count` of each. */
static void diagonalRows(const float *rows, int32_t count, int32_t left, vf *out) {
  for (int32_t i = 0; i < count; i++) out[i] = acrossRows(rows, count, i, left);
}

/** [B, 2, H, N]: parts real and imaginary of the states of LANES channels from `c` on of sample `b`. */
static void diagonalStates(const float *given, const Diagonal *in, int32_t b, int32_t c, vf *states) {
  const int32_t N = in->N;
  for (int32_t i = 0; i < 2 * N; i++) {
    states[i] = given ? acrossRows(given + (((size_t)b * 2 + i / N) * in->H + c) * N, N, i % N, in->H - c) : splat(0);
  }
}

static void storeDiagonalStates(float *out, const Diagonal *in, int32_t b, int32_t c, const vf *states) {
  const int32_t N = in->N;
  for (int32_t i = 0; i < 2 * N; i++) {
    storeAcrossRows(out + (((size_t)b * 2 + i / N) * in->H + c) * N, N, i % N, in->H - c, states[i]);
  }
}

/** A mode through the `count` steps of a chunk from (re, im); adds what it contributes to ys. */
static void diagonalForward(DiagonalMode m, vf *re, vf *im, const vf *us, vf *ys, int32_t count) {
  vf x = *re, y = *im;
  for (int32_t i = 0; i < count; i++) {
    const vf next = madd(-m.aIm, y, madd(m.aRe, x, m.inRe * us[i]));
    y = madd(m.aIm, x, madd(m.aRe, y, m.inIm * us[i]));
    x = next;
    ys[i] = madd(-m.outIm, y, madd(m.outRe, x, ys[i]));
  }
  *re = x;
  *im = y;
}

/** All steps of LANES channels from `c` on of sample `b`. */
static void diagonalChannels(const Diagonal *in, const float *h0, float *y, float *final, float *kept, int32_t b, int32_t c, vf *room) {
  const int32_t H = in->H, N = in->N, left = H - c, width = 6 * N + 1;
  vf *system = room, *states = system + width, *us = states + 2 * N, *ys = us + in->chunk;
  diagonalRows(in->system + (size_t)c * width, width, left, system);
  diagonalStates(h0, in, b, c, states);
  for (int32_t k = 0; k < in->chunks; k++) {
    const int32_t count = minInt(in->chunk, in->T - k * in->chunk);
    const size_t row = (size_t)b * in->T + (size_t)k * in->chunk;
    float *place = kept + ((size_t)b * in->chunks + k) * 2 * N * H + c;
    for (int32_t i = 0; i < 2 * N; i++) storePart(place + (size_t)i * H, states[i], left);
    for (int32_t i = 0; i < count; i++) {
      us[i] = loadPart(in->u + (row + i) * H + c, left);
      ys[i] = system[6 * N] * us[i];
    }
    for (int32_t n = 0; n < N; n++) diagonalForward(diagonalMode(system, n, N), states + n, states + N + n, us, ys, count);
    for (int32_t i = 0; i < count; i++) storePart(y + (row + i) * H + c, ys[i], left);
  }
  storeDiagonalStates(final, in, b, c, states);
}

/** (u, system, h0, y, final, kept, B, T, H, N, chunk): unit = 16 channels of a sample. */
KERNEL(diagonalScan) {
  const Diagonal in = diagonalOf(placeArg(arena, entry, 0), placeArg(arena, entry, 1), entry + 4 + 7);
  const int32_t blocks = (in.H + 15) / 16;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t first = unit % blocks * 16, end = minInt(in.H, first + 16);
    for (int32_t c = first; c < end; c += LANES) {
      diagonalChannels(&in, placeArg(arena, entry, 2), placeArg(arena, entry, 3), placeArg(arena, entry, 4), placeArg(arena, entry, 5), unit / blocks, c,
        (vf *)scratchOf(arena, thread));
    }
  }
}

/** What a chunk of the gradient has for all modes: inputs, what arrives, gradients of the inputs, and room for the states of one mode. */
typedef struct DiagonalChunk {
  vf *us, *qs, *dus, *res, *ims;
  int32_t count;
} DiagonalChunk;

/** Mode `n` through a chunk from its kept state and back; `later` is the gradient of its state after the chunk, then before it. */
static void diagonalBack(DiagonalMode m, vf re, vf im, vf *laterRe, vf *laterIm, const DiagonalChunk *chunk, vf *sums, int32_t n, int32_t N) {
  vf *res = chunk->res, *ims = chunk->ims;
  res[0] = re;
  ims[0] = im;
  for (int32_t i = 0; i < chunk->count; i++) {
    const vf next = madd(-m.aIm, im, madd(m.aRe, re, m.inRe * chunk->us[i]));
    im = madd(m.aIm, re, madd(m.aRe, im, m.inIm * chunk->us[i]));
    re = next;
    res[i + 1] = re;
    ims[i + 1] = im;
  }
  vf aRe = sums[n], aIm = sums[N + n], inRe = sums[2 * N + n], inIm = sums[3 * N + n], outRe = sums[4 * N + n], outIm = sums[5 * N + n];
  vf x = *laterRe, y = *laterIm;
  for (int32_t i = chunk->count - 1; i >= 0; i--) {
    const vf q = chunk->qs[i], u = chunk->us[i];
    const vf gRe = madd(q, m.outRe, x), gIm = madd(-q, m.outIm, y);
    outRe = madd(q, res[i + 1], outRe);
    outIm = madd(-q, ims[i + 1], outIm);
    inRe = madd(gRe, u, inRe);
    inIm = madd(gIm, u, inIm);
    aRe = madd(gIm, ims[i], madd(gRe, res[i], aRe));
    aIm = madd(-gRe, ims[i], madd(gIm, res[i], aIm));
    chunk->dus[i] = madd(gIm, m.inIm, madd(gRe, m.inRe, chunk->dus[i]));
    x = madd(m.aIm, gIm, m.aRe * gRe);
    y = madd(-m.aIm, gRe, m.aRe * gIm);
  }
  sums[n] = aRe, sums[N + n] = aIm, sums[2 * N + n] = inRe, sums[3 * N + n] = inIm, sums[4 * N + n] = outRe, sums[5 * N + n] = outIm;
  *laterRe = x;
  *laterIm = y;
}

/** Loads a chunk whose first row is `row`; adds what passes beside the states. */
static void diagonalOpen(const Diagonal *in, const float *dy, size_t row, int32_t c, vf skip, const DiagonalChunk *chunk, vf *ofSkip) {
  for (int32_t i = 0; i < chunk->count; i++) {
    chunk->us[i] = loadPart(in->u + (row + i) * in->H + c, in->H - c);
    chunk->qs[i] = loadPart(dy + (row + i) * in->H + c, in->H - c);
    chunk->dus[i] = skip * chunk->qs[i];
    *ofSkip = madd(chunk->qs[i], chunk->us[i], *ofSkip);
  }
}

/** (u, system, kept, dy, dfinal, du, dsystem, dh0, B, T, H, N, chunk): unit = 16 channels of a sample. */
KERNEL(diagonalScanGrad) {
  const Diagonal in = diagonalOf(placeArg(arena, entry, 0), placeArg(arena, entry, 1), entry + 4 + 9);
  const float *kept = placeArg(arena, entry, 2), *dy = placeArg(arena, entry, 3), *dfinal = placeArg(arena, entry, 4);
  float *du = placeArg(arena, entry, 5), *dsystem = placeArg(arena, entry, 6), *dh0 = placeArg(arena, entry, 7);
  const int32_t H = in.H, N = in.N, width = 6 * N + 1, blocks = (H + 15) / 16, chunk = in.chunk;
  vf *system = (vf *)scratchOf(arena, thread), *sums = system + width, *later = sums + width, *rest = later + 2 * N;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / blocks, first = unit % blocks * 16, end = minInt(H, first + 16);
    for (int32_t c = first; c < end; c += LANES) {
      diagonalRows(in.system + (size_t)c * width, width, H - c, system);
      diagonalStates(dfinal, &in, b, c, later);
      memset(sums, 0, (size_t)width * sizeof(vf));
      for (int32_t k = in.chunks - 1; k >= 0; k--) {
        const size_t row = (size_t)b * in.T + (size_t)k * chunk;
        const DiagonalChunk now = {rest, rest + chunk, rest + 2 * chunk, rest + 3 * chunk, rest + 4 * chunk + 1, minInt(chunk, in.T - k * chunk)};
        const float *states = kept + ((size_t)b * in.chunks + k) * 2 * N * H + c;
        diagonalOpen(&in, dy, row, c, system[6 * N], &now, sums + 6 * N);
        for (int32_t n = 0; n < N; n++) {
          const vf re = loadPart(states + (size_t)n * H, H - c), im = loadPart(states + (size_t)(N + n) * H, H - c);
          diagonalBack(diagonalMode(system, n, N), re, im, later + n, later + N + n, &now, sums, n, N);
        }
        for (int32_t i = 0; i < now.count; i++) storePart(du + (row + i) * H + c, now.dus[i], H - c);
      }
      for (int32_t i = 0; i < width; i++) storeAcrossRows(dsystem + ((size_t)b * H + c) * width, width, i, H - c, sums[i]);
      if (dh0) storeDiagonalStates(dh0, &in, b, c, later);
    }
  }
}
