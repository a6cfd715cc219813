// The widest vectors of the target, written once for all instruction sets: kernels depend on LANES only. Operations that the vector
// extensions of GCC and Clang lack (fused products, masked tails, square roots) are selected here. Must be compiled with -ffp-contract=off:
// a product and a sum are fused where a kernel writes `madd`, and nowhere else.
#ifndef MINRNN_SIMD_H
#define MINRNN_SIMD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

#ifndef LANES
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__) && defined(__FMA__)
#define LANES 8
#else
#define LANES 4
#endif
#endif

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int32_t vi __attribute__((vector_size(LANES * 4)));
typedef uint32_t vu __attribute__((vector_size(LANES * 4)));
typedef uint64_t vw __attribute__((vector_size(LANES * 4)));
typedef float vfLoose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vf load(const float *p) { return *(const vfLoose *)p; }
INLINE void store(float *p, vf x) { *(vfLoose *)p = x; }
INLINE vf splat(float x) { return x - (vf){0}; }
INLINE vi splatInt(int32_t x) { return x - (vi){0}; }

/** a where the mask of a comparison is set, else b. */
INLINE vf pick(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }

/** x where the mask is set, else 0. */
INLINE vf keep(vi mask, vf x) { return (vf)(mask & (vi)x); }

/** 0, 1, 2, … */
INLINE vi laneNumbers(void) {
#if LANES == 16
  return (vi){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif LANES == 8
  return (vi){0, 1, 2, 3, 4, 5, 6, 7};
#else
  return (vi){0, 1, 2, 3};
#endif
}

/** The index nearest to `i` of n elements. */
INLINE int32_t within(int32_t i, int32_t n) { return i < 0 ? 0 : i < n ? i : n - 1; }

/** Whole numbers as floats. */
INLINE vf toFloats(vi x) { return __builtin_convertvector(x, vf); }

/** Absolute value, and the sign bit alone. */
INLINE vf absolute(vf x) { return (vf)((vi)x & 0x7fffffff); }
INLINE vf signBit(vf x) { return (vf)((vi)x & (int32_t)0x80000000); }

#if LANES == 16

INLINE vf madd(vf a, vf b, vf c) { return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE vf squareRoot(vf x) { return (vf)_mm512_sqrt_ps((__m512)x); }
INLINE vf larger(vf x, vf y) { return (vf)_mm512_max_ps((__m512)y, (__m512)x); }
INLINE vf smaller(vf x, vf y) { return (vf)_mm512_min_ps((__m512)y, (__m512)x); }
INLINE vw evenProducts(vw a, vw b) { return (vw)_mm512_mul_epu32((__m512i)a, (__m512i)b); }
INLINE vw reverseFours(vw x) { return (vw)_mm512_shuffle_epi32((__m512i)x, _MM_PERM_ABCD); }
INLINE vf swapPairs(vf x) { return (vf)_mm512_permute_ps((__m512)x, 0xb1); }
#define spreadFours(x, i) ((vf)_mm512_permute_ps((__m512)(x), (i) * 0x55))
INLINE float laneSum(vf x) { return _mm512_reduce_add_ps((__m512)x); }
INLINE void storePast(float *p, vf x) { _mm512_stream_ps(p, (__m512)x); }
INLINE __mmask16 firstLanes(int32_t left) { return (__mmask16)((1u << left) - 1); }

INLINE vf loadPartOr(const float *p, int32_t left, float rest) {
  if (left >= LANES) return load(p);
  return (vf)_mm512_mask_loadu_ps((__m512)splat(rest), firstLanes(left), p);
}

INLINE void storePart(float *p, vf x, int32_t left) {
  if (left >= LANES) store(p, x);
  else _mm512_mask_storeu_ps(p, firstLanes(left), (__m512)x);
}

#else

#if LANES == 8

INLINE vf madd(vf a, vf b, vf c) { return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE vf squareRoot(vf x) { return (vf)_mm256_sqrt_ps((__m256)x); }
INLINE vf larger(vf x, vf y) { return (vf)_mm256_max_ps((__m256)y, (__m256)x); }
INLINE vf smaller(vf x, vf y) { return (vf)_mm256_min_ps((__m256)y, (__m256)x); }
INLINE vw evenProducts(vw a, vw b) { return (vw)_mm256_mul_epu32((__m256i)a, (__m256i)b); }
INLINE vw reverseFours(vw x) { return (vw)_mm256_shuffle_epi32((__m256i)x, 0x1b); }
INLINE vf swapPairs(vf x) { return (vf)_mm256_permute_ps((__m256)x, 0xb1); }
#define spreadFours(x, i) ((vf)_mm256_permute_ps((__m256)(x), (i) * 0x55))
INLINE void storePast(float *p, vf x) { _mm256_stream_ps(p, (__m256)x); }

#elif defined(__SSE2__)

INLINE vf madd(vf a, vf b, vf c) { return a * b + c; }
INLINE vf squareRoot(vf x) { return (vf)_mm_sqrt_ps((__m128)x); }
INLINE vf larger(vf x, vf y) { return (vf)_mm_max_ps((__m128)y, (__m128)x); }
INLINE vf smaller(vf x, vf y) { return (vf)_mm_min_ps((__m128)y, (__m128)x); }
INLINE vw evenProducts(vw a, vw b) { return (vw)_mm_mul_epu32((__m128i)a, (__m128i)b); }
INLINE vw reverseFours(vw x) { return (vw)_mm_shuffle_epi32((__m128i)x, 0x1b); }
INLINE vf swapPairs(vf x) { return (vf)_mm_shuffle_ps((__m128)x, (__m128)x, 0xb1); }
#define spreadFours(x, i) ((vf)_mm_shuffle_ps((__m128)(x), (__m128)(x), (i) * 0x55))
INLINE void storePast(float *p, vf x) { _mm_stream_ps(p, (__m128)x); }

#else

#if defined(__ARM_NEON) && defined(__aarch64__)
INLINE vf madd(vf a, vf b, vf c) { return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
INLINE vf squareRoot(vf x) { return (vf)vsqrtq_f32((float32x4_t)x); }
#else
INLINE vf madd(vf a, vf b, vf c) { return a * b + c; }
INLINE vf squareRoot(vf x) { return (vf){sqrtf(x[0]), sqrtf(x[1]), sqrtf(x[2]), sqrtf(x[3])}; }
#endif
INLINE vf larger(vf x, vf y) { return pick(y > x, y, x); }
INLINE vf smaller(vf x, vf y) { return pick(y < x, y, x); }
INLINE vw evenProducts(vw a, vw b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }
INLINE vw reverseFours(vw x) { return (vw){x[1] << 32 | x[1] >> 32, x[0] << 32 | x[0] >> 32}; }
INLINE vf swapPairs(vf x) { return (vf){x[1], x[0], x[3], x[2]}; }
#define spreadFours(x, i) splat((x)[i])
INLINE void storePast(float *p, vf x) { store(p, x); }

#endif

/** Sum of the lanes, halves onto halves: a fixed order. */
INLINE float laneSum(vf x) {
  float lane[LANES];
  store(lane, x);
  for (int32_t n = LANES / 2; n > 0; n /= 2) {
    for (int32_t i = 0; i < n; i++) lane[i] += lane[i + n];
  }
  return lane[0];
}

INLINE vf loadPartOr(const float *p, int32_t left, float rest) {
  if (left >= LANES) return load(p);
  float lane[LANES];
  for (int32_t i = 0; i < LANES; i++) lane[i] = i < left ? p[i] : rest;
  return load(lane);
}

INLINE void storePart(float *p, vf x, int32_t left) {
  if (left >= LANES) {
    store(p, x);
    return;
  }
  for (int32_t i = 0; i < LANES; i++) {
    if (i < left) p[i] = x[i];
  }
}

#endif

// larger(x, y) and smaller(x, y) keep x where x is NaN. evenProducts multiplies 32-bit lanes 0, 2, 4, … to 64 bits; reverseFours reverses
// each group of four 32-bit lanes, swapPairs exchanges lanes 2i and 2i + 1, spreadFours repeats
// lane i (a constant) of each group of four; storePast is a non-temporal store, which needs an aligned address and fenceStores afterwards.

/** The first `left` (at least 1) floats at `p`, never reading beyond them; the other lanes are 0. */
INLINE vf loadPart(const float *p, int32_t left) { return loadPartOr(p, left, 0); }

/** `next` in the first `left` lanes, `before` in the others. */
INLINE vf inside(int32_t left, vf next, vf before) {
  return left >= LANES ? next : pick(laneNumbers() < left, next, before);
}

/** Maximum of x and y; NaN if either is NaN. */
INLINE vf largerOrNan(vf x, vf y) { return pick(y != y, y, larger(x, y)); }

/** Largest lane; NaN if one is NaN. */
INLINE float laneMax(vf x) {
  float lane[LANES];
  store(lane, x);
  float top = lane[0];
  for (int32_t i = 1; i < LANES; i++) top = lane[i] > top || lane[i] != lane[i] ? lane[i] : top;
  return top;
}

/** Orders non-temporal stores before the signal to other threads. */
INLINE void fenceStores(void) {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/** Element `n` of LANES rows of `width` numbers, of which `left` exist; 0 beyond. */
static vf acrossRows(const float *rows, int32_t width, int32_t n, int32_t left) {
  float lane[LANES];
  for (int32_t i = 0; i < LANES; i++) lane[i] = i < left ? rows[(size_t)i * width + n] : 0;
  return load(lane);
}

static void storeAcrossRows(float *rows, int32_t width, int32_t n, int32_t left, vf x) {
  float lane[LANES];
  store(lane, x);
  for (int32_t i = 0; i < LANES && i < left; i++) rows[(size_t)i * width + n] = lane[i];
}

#endif
