// The machine interface of every native kernel: an entry of the op table, the arena its addresses count in, the scratch of its thread.
// Must not depend on any op or on the caller of the kernel.
#ifndef MINRNN_KERNEL_H
#define MINRNN_KERNEL_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The memory of one executable. Scratch of thread i starts at scratch + i * scratchStride. */
typedef struct Arena {
  char *base;
  char *scratch;
  size_t scratchStride;
} Arena;

/** Integer argument `i`. */
static inline int32_t intArg(const int32_t *entry, int i) {
  return entry[4 + i];
}

/** Float argument `i`. */
static inline float realArg(const int32_t *entry, int i) {
  float value;
  memcpy(&value, entry + 4 + i, sizeof value);
  return value;
}

/** Address argument `i`, an unsigned byte offset from the base; NULL = the operand was left out. */
static inline float *placeArg(const Arena *arena, const int32_t *entry, int i) {
  const uint32_t offset = (uint32_t)entry[4 + i];
  return offset == 0 ? NULL : (float *)(arena->base + offset);
}

/** Private scratch of `thread`, 64-byte aligned; its size is the largest that any lowering asked for. */
static inline char *scratchOf(const Arena *arena, int thread) {
  return arena->scratch + (size_t)thread * arena->scratchStride;
}

/** First unit of `thread`: the formula of plan/barriers.ts. */
static inline int32_t firstUnit(int32_t units, int32_t thread, int32_t threads) {
  return (int32_t)((int64_t)units * thread / threads);
}

static inline int32_t minInt(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static inline int32_t maxInt(int32_t a, int32_t b) {
  return a > b ? a : b;
}

static inline size_t roundUp(size_t value, size_t step) {
  return (value + step - 1) / step * step;
}

/** Units [lo, hi) of an entry, done by `thread`. What is written depends on the arguments and inputs only, never on the split. */
typedef void Kernel(const Arena *arena, const int32_t *entry, int32_t lo, int32_t hi, int thread);

#define KERNEL(name) static void name(const Arena *arena, const int32_t *entry, int32_t lo, int32_t hi, int thread)

#endif
