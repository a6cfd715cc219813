// Executes a range of the op table: one thread's share of every entry, with a barrier where the entry requests one. The same semantics as
// wasm/walker.as.ts, including the slab schedule. Must not depend on any kernel: the table of kernels is generated from the records of the
// ops.
#ifndef MINRNN_WALKER_H
#define MINRNN_WALKER_H
#include "kernel.h"
#include "threads.h"

static void slab(const Arena *arena, int32_t *entry, int32_t lo, int32_t hi, int thread);

/** Counts an entry that `thread` has completed, for the watchdog; only this thread writes the word. */
static inline void countEntry(const Arena *arena, int thread) {
  uint32_t *word = (uint32_t *)(arena->base + CONTROL_DONE + (size_t)thread * CACHE_LINE);
  __atomic_store_n(word, *word + 1, __ATOMIC_RELAXED);
}

/** Units [lo, hi) of one entry. Unknown opcodes were rejected before. */
static void perform(const Arena *arena, int32_t *entry, int32_t lo, int32_t hi, int thread) {
  if (entry[0] == OP_SLAB) slab(arena, entry, lo, hi, thread);
  else kernels[entry[0]](arena, entry, lo, hi, thread);
}

/** Writes the words of the table at `from` that differ from piece to piece or from partial to partial: base + piece a + partial b. */
static void moveTo(const Arena *arena, const int32_t *entry, char *from, int32_t piece, int32_t partial) {
  const int32_t *patch = (const int32_t *)placeArg(arena, entry, 2);
  const int32_t *end = patch + (size_t)intArg(entry, 3) * (PATCH_BYTES / 4);
  for (; patch < end; patch += PATCH_BYTES / 4) {
    const uint32_t word = (uint32_t)patch[1] + (uint32_t)piece * (uint32_t)patch[2] + (uint32_t)partial * (uint32_t)patch[3];
    memcpy(from + (uint32_t)patch[0], &word, sizeof word);
  }
}

/**
 * (tables, bytes of a table, patches, number of patches, pieces, partials, sums, bytes of a set of sums): the slab schedule, plan/README.md.
 * Each thread takes one piece of the batch after the other through a table of its own. Unit = one set of partial sums.
 */
static void slab(const Arena *arena, int32_t *entry, int32_t lo, int32_t hi, int thread) {
  const int32_t pieces = intArg(entry, 4), partials = intArg(entry, 5);
  const size_t bytes = (uint32_t)intArg(entry, 7), tableBytes = (uint32_t)intArg(entry, 1);
  char *from = (char *)placeArg(arena, entry, 0) + (size_t)thread * tableBytes;
  for (int32_t partial = lo; partial < hi; partial++) {
    memset((char *)placeArg(arena, entry, 6) + (size_t)partial * bytes, 0, bytes);
    const int32_t end = firstUnit(pieces, partial + 1, partials);
    for (int32_t piece = firstUnit(pieces, partial, partials); piece < end; piece++) {
      moveTo(arena, entry, from, piece, partial);
      for (char *at = from; at < from + tableBytes; at += ENTRY_BYTES) {
        perform(arena, (int32_t *)at, 0, ((int32_t *)at)[1], thread);
        countEntry(arena, thread);
      }
    }
  }
}

/** Runs the entries of a job as `thread` of its threads and meets the others at the end. Thread 0 notes when each entry began. */
static void walk(Crew *crew, const Job *job, int thread) {
  const Arena *arena = &crew->arena;
  const int threads = job->threads;
  noteProcessor(crew, thread);
  for (uint32_t at = job->from, index = job->firstEntry; at < job->to; at += ENTRY_BYTES, index++) {
    int32_t *entry = (int32_t *)(arena->base + at);
    if (threads > 1 && (entry[2] & FLAG_BARRIER) != 0) barrier(crew, thread);
    if (thread == 0) crew->begun[index] = nanoseconds();
    const int32_t lo = firstUnit(entry[1], thread, threads), hi = firstUnit(entry[1], thread + 1, threads);
    if (lo < hi) perform(arena, entry, lo, hi, thread);
    countEntry(arena, thread);
    if (thread == 0) crew->taken[index] = nanoseconds() - crew->begun[index];
  }
  if (threads > 1) barrier(crew, thread);
  comeBack(&crew->asides[thread]);
}

#endif
