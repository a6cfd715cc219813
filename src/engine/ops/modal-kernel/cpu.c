// Native kernels of modalKernel and its gradient. Channels are the lanes, four modes go through time together. Powers are multiplied up in float for 32
// taps, each block of taps starts from a power kept in double precision: errors do not grow with the length. Unit = tile of 16 channels.

enum { MODAL_TILE = 16, MODAL_GROUP = 4, MODAL_BLOCK = 32 };

/** Mode `n` of LANES channels from c on; 0 where there is none. */
static vf modalLoad(const float *values, int32_t c, int32_t n, int32_t C, int32_t N) {
  float lane[LANES];
  for (int32_t i = 0; i < LANES; i++) lane[i] = c + i < C && n < N ? values[(size_t)(c + i) * N + n] : 0;
  return load(lane);
}

static void modalStore(float *values, vf x, int32_t c, int32_t n, int32_t C, int32_t N) {
  float lane[LANES];
  store(lane, x);
  if (n >= N) return;
  for (int32_t i = 0; i < LANES && c + i < C; i++) values[(size_t)(c + i) * N + n] = lane[i];
}

/** A mode of LANES channels at the beginning of a block, and what takes it to the next one. */
typedef struct ModalBlock {
  double re[LANES], im[LANES], stepRe[LANES], stepIm[LANES];
} ModalBlock;

static void modalBegin(ModalBlock *block, vf aRe, vf aIm, vf cRe, vf cIm) {
  for (int32_t i = 0; i < LANES; i++) {
    double re = aRe[i], im = aIm[i];
    for (int32_t power = 1; power < MODAL_BLOCK; power *= 2) {
      const double square = re * re - im * im;
      im = 2 * re * im;
      re = square;
    }
    block->stepRe[i] = re;
    block->stepIm[i] = im;
    block->re[i] = cRe[i];
    block->im[i] = cIm[i];
  }
}

/** The block's first power as floats; then it is the next one. */
static void modalNext(ModalBlock *block, vf *re, vf *im) {
  float first[LANES], second[LANES];
  for (int32_t i = 0; i < LANES; i++) {
    const double x = block->re[i], y = block->im[i];
    first[i] = (float)x;
    second[i] = (float)y;
    block->re[i] = x * block->stepRe[i] - y * block->stepIm[i];
    block->im[i] = x * block->stepIm[i] + y * block->stepRe[i];
  }
  *re = load(first);
  *im = load(second);
}

/** (a re, a im, c re, c im, kernel, rows, C, N). */
KERNEL(modalKernel) {
  const float *aRe = placeArg(arena, entry, 0), *aIm = placeArg(arena, entry, 1), *cRe = placeArg(arena, entry, 2), *cIm = placeArg(arena, entry, 3);
  float *kernel = placeArg(arena, entry, 4);
  const int32_t rows = intArg(entry, 5), C = intArg(entry, 6), N = intArg(entry, 7);
  (void)thread;
  for (int32_t c = lo * MODAL_TILE; c < minInt(C, hi * MODAL_TILE); c += LANES) {
    for (int32_t n = 0; n < N; n += MODAL_GROUP) {
      vf stepRe[MODAL_GROUP], stepIm[MODAL_GROUP], re[MODAL_GROUP], im[MODAL_GROUP];
      ModalBlock blocks[MODAL_GROUP];
      for (int32_t i = 0; i < MODAL_GROUP; i++) {
        stepRe[i] = modalLoad(aRe, c, n + i, C, N);
        stepIm[i] = modalLoad(aIm, c, n + i, C, N);
        modalBegin(blocks + i, stepRe[i], stepIm[i], modalLoad(cRe, c, n + i, C, N), modalLoad(cIm, c, n + i, C, N));
      }
      for (int32_t first = 0; first < rows; first += MODAL_BLOCK) {
        for (int32_t i = 0; i < MODAL_GROUP; i++) modalNext(blocks + i, re + i, im + i);
        for (int32_t l = first; l < minInt(rows, first + MODAL_BLOCK); l++) {
          float *out = kernel + (size_t)l * C + c;
          vf sum = n == 0 ? (vf){0} : loadPart(out, C - c);
          for (int32_t i = 0; i < MODAL_GROUP; i++) {
            const vf x = re[i];
            sum += x;
            re[i] = madd(-stepIm[i], im[i], stepRe[i] * x);
            im[i] = madd(stepIm[i], x, stepRe[i] * im[i]);
          }
          storePart(out, sum, C - c);
        }
      }
    }
  }
}

/** (a re, a im, c re, c im, dkernel, da re, da im, dc re, dc im, rows, C, N): polynomials in the conjugate of a, from their highest power down. */
KERNEL(modalKernelGrad) {
  const float *aRe = placeArg(arena, entry, 0), *aIm = placeArg(arena, entry, 1), *cRe = placeArg(arena, entry, 2), *cIm = placeArg(arena, entry, 3);
  const float *dkernel = placeArg(arena, entry, 4);
  const int32_t rows = intArg(entry, 9), C = intArg(entry, 10), N = intArg(entry, 11);
  (void)thread;
  for (int32_t c = lo * MODAL_TILE; c < minInt(C, hi * MODAL_TILE); c += LANES) {
    for (int32_t n = 0; n < N; n += MODAL_GROUP) {
      vf stepRe[MODAL_GROUP], stepIm[MODAL_GROUP], re[MODAL_GROUP], im[MODAL_GROUP], slopeRe[MODAL_GROUP], slopeIm[MODAL_GROUP];
      for (int32_t i = 0; i < MODAL_GROUP; i++) {
        stepRe[i] = modalLoad(aRe, c, n + i, C, N);
        stepIm[i] = modalLoad(aIm, c, n + i, C, N);
        re[i] = im[i] = slopeRe[i] = slopeIm[i] = (vf){0};
      }
      for (int32_t l = rows - 1; l >= 0; l--) {
        const vf d = loadPart(dkernel + (size_t)l * C + c, C - c);
        for (int32_t i = 0; i < MODAL_GROUP; i++) {
          const vf x = re[i], y = im[i], slope = slopeRe[i];
          slopeRe[i] = madd(stepRe[i], slope, madd(stepIm[i], slopeIm[i], x));
          slopeIm[i] = madd(stepRe[i], slopeIm[i], madd(-stepIm[i], slope, y));
          re[i] = madd(stepRe[i], x, madd(stepIm[i], y, d));
          im[i] = madd(stepRe[i], y, -stepIm[i] * x);
        }
      }
      for (int32_t i = 0; i < MODAL_GROUP; i++) {
        const vf x = modalLoad(cRe, c, n + i, C, N), y = modalLoad(cIm, c, n + i, C, N);
        modalStore(placeArg(arena, entry, 5), madd(x, slopeRe[i], y * slopeIm[i]), c, n + i, C, N);
        modalStore(placeArg(arena, entry, 6), madd(x, slopeIm[i], -y * slopeRe[i]), c, n + i, C, N);
        modalStore(placeArg(arena, entry, 7), re[i], c, n + i, C, N);
        modalStore(placeArg(arena, entry, 8), im[i], c, n + i, C, N);
      }
    }
  }
}
