// Native kernels of selectiveScan and its gradient: channels are the lanes, the numbers of a channel go one after the other through registers, so
// that B and C of a step are single numbers and nothing is added up over lanes but the gradients of B and C, once a chunk. States of single steps
// exist for one chunk at a time, in the thread's scratch.

/** A node: inputs and extents, as both kernels have them. */
typedef struct Selective {
  const float *x, *bc, *system;
  int32_t T, D, N, chunk, chunks;
} Selective;

static Selective selectiveOf(const float *x, const float *bc, const float *system, const int32_t *sizes) {
  const int32_t T = sizes[0], chunk = sizes[3];
  return (Selective){x, bc, system, T, sizes[1], sizes[2], chunk, (T + chunk - 1) / chunk};
}

/** All steps of LANES channels from `d` on of sample `b`. */
static void selectiveChannels(const Selective *in, const float *h0, float *y, float *final, float *kept, int32_t b, int32_t d, vf *rates, vf *h) {
  const int32_t D = in->D, N = in->N, left = D - d;
  const float *system = in->system + (size_t)d * (N + 1);
  const size_t own = ((size_t)b * D + d) * N;
  for (int32_t n = 0; n < N; n++) {
    rates[n] = acrossRows(system, N + 1, n, left);
    h[n] = h0 ? acrossRows(h0 + own, N, n, left) : splat(0);
  }
  const vf skip = acrossRows(system, N + 1, N, left);
  for (int32_t t = 0; t < in->T; t++) {
    const size_t row = (size_t)b * in->T + t;
    if (t % in->chunk == 0) {
      float *place = kept + ((size_t)b * in->chunks + t / in->chunk) * N * D + d;
      for (int32_t n = 0; n < N; n++) storePart(place + (size_t)n * D, h[n], left);
    }
    const vf u = loadPart(in->x + row * 2 * D + d, left), dt = loadPart(in->x + row * 2 * D + D + d, left), taken = dt * u;
    const float *B = in->bc + row * 2 * N, *C = B + N;
    vf sum = skip * u;
    for (int32_t n = 0; n < N; n++) {
      h[n] = madd(vexpHeld(dt * rates[n]), h[n], taken * B[n]);
      sum = madd(h[n], splat(C[n]), sum);
    }
    storePart(y + row * D + d, sum, left);
  }
  for (int32_t n = 0; n < N; n++) storeAcrossRows(final + own, N, n, left, h[n]);
}

/** (x, bc, system, h0, y, final, kept, T, D, N, chunk): unit = 16 channels of a sample. */
KERNEL(selectiveScan) {
  const Selective in = selectiveOf(placeArg(arena, entry, 0), placeArg(arena, entry, 1), placeArg(arena, entry, 2), entry + 4 + 7);
  const int32_t blocks = (in.D + 15) / 16;
  vf *rates = (vf *)scratchOf(arena, thread), *h = rates + in.N;
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / blocks, first = unit % blocks * 16, end = minInt(in.D, first + 16);
    for (int32_t d = first; d < end; d += LANES) {
      selectiveChannels(&in, placeArg(arena, entry, 3), placeArg(arena, entry, 4), placeArg(arena, entry, 5), placeArg(arena, entry, 6), b, d, rates, h);
    }
  }
}

/** What the gradient of LANES channels carries from chunk to chunk: N rates and the skip, their gradients, N gradients of the state. */
typedef struct SelectiveBack {
  vf *rates, *ofRates, *later;
} SelectiveBack;

/** What it needs within a chunk: states before each step and after the last, decays, and what B and C get from each lane. */
typedef struct SelectiveChunk {
  vf *states, *decays, *ofB, *ofC;
} SelectiveChunk;

/** States and decays of the `count` steps of a chunk, whose first row is `row`. */
static void selectiveAgain(const Selective *in, const float *kept, size_t row, int32_t count, int32_t d, const vf *rates, const SelectiveChunk *chunk) {
  const int32_t D = in->D, N = in->N, left = D - d;
  for (int32_t n = 0; n < N; n++) chunk->states[n] = loadPart(kept + (size_t)n * D + d, left);
  for (int32_t i = 0; i < count; i++, row++) {
    const vf u = loadPart(in->x + row * 2 * D + d, left), dt = loadPart(in->x + row * 2 * D + D + d, left), taken = dt * u;
    const float *B = in->bc + row * 2 * N;
    const vf *before = chunk->states + (size_t)i * N;
    vf *after = chunk->states + (size_t)(i + 1) * N, *decays = chunk->decays + (size_t)i * N;
    for (int32_t n = 0; n < N; n++) {
      decays[n] = vexpHeld(dt * rates[n]);
      after[n] = madd(decays[n], before[n], taken * B[n]);
    }
  }
}

/** Backward through the steps of a chunk. */
static void selectiveBackChunk(
  const Selective *in, const float *dy, float *dx, size_t row, int32_t count, int32_t d, const SelectiveBack *back, const SelectiveChunk *chunk) {
  const int32_t D = in->D, N = in->N, left = D - d;
  for (int32_t i = count - 1; i >= 0; i--) {
    const size_t at = row + i;
    const float *x = in->x + at * 2 * D + d, *B = in->bc + at * 2 * N, *C = B + N;
    const vf u = loadPart(x, left), dt = loadPart(x + D, left), q = loadPart(dy + at * D + d, left), taken = dt * u;
    const vf *before = chunk->states + (size_t)i * N, *after = before + N, *decays = chunk->decays + (size_t)i * N;
    vf *ofB = chunk->ofB + (size_t)i * N, *ofC = chunk->ofC + (size_t)i * N;
    vf ofTaken = splat(0), ofStep = splat(0);
    for (int32_t n = 0; n < N; n++) {
      const vf g = madd(q, splat(C[n]), back->later[n]);
      const vf past = g * decays[n], fading = past * before[n];
      ofC[n] = madd(q, after[n], ofC[n]);
      ofB[n] = madd(g, taken, ofB[n]);
      ofTaken = madd(g, splat(B[n]), ofTaken);
      ofStep = madd(fading, back->rates[n], ofStep);
      back->ofRates[n] = madd(fading, dt, back->ofRates[n]);
      back->later[n] = past;
    }
    back->ofRates[N] = madd(q, u, back->ofRates[N]);
    storePart(dx + at * 2 * D + d, madd(dt, ofTaken, back->rates[N] * q), left);
    storePart(dx + at * 2 * D + D + d, madd(u, ofTaken, ofStep), left);
  }
}

/** Rows of the gradient of B | C: what all lanes have added up. */
static void selectiveRows(const SelectiveChunk *chunk, float *dbc, int32_t count, int32_t N) {
  for (int32_t i = 0; i < count; i++) {
    for (int32_t n = 0; n < N; n++) {
      dbc[(size_t)i * 2 * N + n] = laneSum(chunk->ofB[(size_t)i * N + n]);
      dbc[(size_t)i * 2 * N + N + n] = laneSum(chunk->ofC[(size_t)i * N + n]);
    }
  }
}

/**
 * (x, bc, system, kept, dy, dfinal, dx, sums, dsystem, dh0, B, T, D, N, chunk, parts, channels): unit = a part of the channels of a sample;
 * sums [parts, B, T, 2N].
 */
KERNEL(selectiveScanGrad) {
  const Selective in = selectiveOf(placeArg(arena, entry, 0), placeArg(arena, entry, 1), placeArg(arena, entry, 2), entry + 4 + 11);
  const float *kept = placeArg(arena, entry, 3), *dy = placeArg(arena, entry, 4), *dfinal = placeArg(arena, entry, 5);
  float *dx = placeArg(arena, entry, 6), *dsystem = placeArg(arena, entry, 8), *dh0 = placeArg(arena, entry, 9);
  const int32_t batch = intArg(entry, 10), parts = intArg(entry, 15), channels = intArg(entry, 16), N = in.N, D = in.D;
  const size_t steps = (size_t)in.chunk * N, groups = channels / LANES;
  vf *room = (vf *)scratchOf(arena, thread);
  const SelectiveChunk chunk = {room, room + steps + N, room + 2 * steps + N, room + 3 * steps + N};
  vf *rates = room + 4 * steps + N, *ofRates = rates + groups * (N + 1), *later = ofRates + groups * (N + 1);
  for (int32_t unit = lo; unit < hi; unit++) {
    const int32_t b = unit / parts, part = unit % parts, first = part * channels, end = minInt(D, first + channels);
    float *sums = placeArg(arena, entry, 7) + ((size_t)part * batch + b) * in.T * 2 * N;
    for (int32_t d = first; d < end; d += LANES) {
      const size_t g = (d - first) / LANES;
      for (int32_t n = 0; n <= N; n++) {
        rates[g * (N + 1) + n] = acrossRows(in.system + (size_t)d * (N + 1), N + 1, n, D - d);
        ofRates[g * (N + 1) + n] = splat(0);
        if (n < N) later[g * N + n] = dfinal ? acrossRows(dfinal + ((size_t)b * D + d) * N, N, n, D - d) : splat(0);
      }
    }
    for (int32_t k = in.chunks - 1; k >= 0; k--) {
      const int32_t t = k * in.chunk, count = minInt(in.chunk, in.T - t);
      const size_t row = (size_t)b * in.T + t;
      memset(chunk.ofB, 0, 2 * steps * sizeof(vf));
      for (int32_t d = first; d < end; d += LANES) {
        const size_t g = (d - first) / LANES;
        const SelectiveBack back = {rates + g * (N + 1), ofRates + g * (N + 1), later + g * N};
        selectiveAgain(&in, kept + ((size_t)b * in.chunks + k) * N * D, row, count, d, back.rates, &chunk);
        selectiveBackChunk(&in, dy, dx, row, count, d, &back, &chunk);
      }
      selectiveRows(&chunk, sums + (size_t)t * 2 * N, count, N);
    }
    for (int32_t d = first; d < end; d += LANES) {
      const size_t g = (d - first) / LANES, own = (size_t)b * D + d;
      for (int32_t n = 0; n <= N; n++) storeAcrossRows(dsystem + own * (N + 1), N + 1, n, D - d, ofRates[g * (N + 1) + n]);
      for (int32_t n = 0; dh0 && n < N; n++) storeAcrossRows(dh0 + own * N, N, n, D - d, later[g * N + n]);
    }
  }
}

/** (sums, parts, out, rows, width): out = the sum of the parts [parts, rows, width], in order. Unit = row. */
KERNEL(selectiveScanFinish) {
  const float *sums = placeArg(arena, entry, 0);
  const int32_t parts = intArg(entry, 1), rows = intArg(entry, 3), width = intArg(entry, 4);
  (void)thread;
  for (int32_t row = lo; row < hi; row++) {
    float *out = placeArg(arena, entry, 2) + (size_t)row * width;
    for (int32_t j = 0; j < width; j += LANES) {
      vf sum = splat(0);
      for (int32_t p = 0; p < parts; p++) sum += loadPart(sums + ((size_t)p * rows + row) * width + j, width - j);
      storePart(out + j, sum, width - j);
    }
  }
}
