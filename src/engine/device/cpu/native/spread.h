// Keeps threads that compute together off each other's processor: now and then a system wakes two of them on one while another is idle, and then
// they take turns from barrier to barrier. Does nothing but on Linux, where a thread can say where it runs. Knows no crew.
#ifndef MINRNN_SPREAD_H
#define MINRNN_SPREAD_H
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__linux__)

/** Where a thread may run while it does not stand aside. */
typedef struct Aside {
  bool stands;
  cpu_set_t allowed;
} Aside;

/** The processor that this thread runs on. */
static inline int32_t ownProcessor(void) { return sched_getcpu(); }

/**
 * Moves this thread to a processor that it may use and that is none of `taken`, and keeps it off those until `comeBack`: the system would wake it on the same
 * one again. Returns where it is then; -1 = there is no other, and nothing has changed.
 */
static int32_t standAside(Aside *aside, const int32_t *taken, int count) {
  if (aside->stands || sched_getaffinity(0, sizeof aside->allowed, &aside->allowed) != 0) return -1;
  cpu_set_t others = aside->allowed;
  for (int i = 0; i < count; i++) {
    if (taken[i] >= 0 && taken[i] < CPU_SETSIZE) CPU_CLR(taken[i], &others);
  }
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return -1;
  aside->stands = true;
  return ownProcessor();
}

/** This thread may run where it might before. */
static void comeBack(Aside *aside) {
  if (!aside->stands) return;
  aside->stands = false;
  sched_setaffinity(0, sizeof aside->allowed, &aside->allowed);
}

#else

typedef struct Aside {
  bool stands;
} Aside;

static inline int32_t ownProcessor(void) { return -1; }

static int32_t standAside(Aside *aside, const int32_t *taken, int count) {
  (void)aside;
  (void)taken;
  (void)count;
  return -1;
}

static void comeBack(Aside *aside) { (void)aside; }

#endif

#endif
