// The threads of one executable: they take jobs (ranges of the op table) in the order they were queued, meet at barriers, and sleep in between.
// The caller never computes. Must not depend on what an entry does; walker.h does.
#ifndef MINRNN_THREADS_H
#define MINRNN_THREADS_H
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include "kernel.h"
#include "spread.h"

enum {
  MOST_THREADS = 64,
  /** Jobs that may wait; a caller that is further ahead sleeps. */
  QUEUE = 1024,
  /** Spins on a word before a thread sleeps: about 50 microseconds inside a step, less between steps. */
  SPINS = 2000,
  IDLE_SPINS = 200,
  /** Yields to other threads of the machine before a thread sleeps: a wake-up costs more than a few of them. */
  YIELDS = 20,
};

/** Where a thread may sleep; each has its own condition variable, so that a thread waiting for a whole step is not woken at every barrier. */
typedef enum Place { AT_BARRIER, AT_START, AT_FINISH, PLACES } Place;

typedef struct Job {
  /** Byte addresses in the arena, and the number of the first entry in the whole table. */
  uint32_t from, to, firstEntry;
  int32_t threads;
} Job;

/** A counter with one writer that only increases, on a cache line of its own. */
typedef struct Count {
  _Alignas(64) _Atomic uint32_t value;
} Count;

typedef struct Crew {
  Arena arena;
  int threads, started;
  pthread_t handles[MOST_THREADS];
  Count arrivals[MOST_THREADS];
  /** Jobs that a thread has read from the queue. */
  Count passed[MOST_THREADS];
  /** Where a thread ran when it last said so, and whether it has gone elsewhere until the end of the job. */
  Count processors[MOST_THREADS];
  Aside asides[MOST_THREADS];
  _Alignas(64) _Atomic uint64_t queued;
  _Alignas(64) _Atomic uint64_t finished;
  Count sleepers[PLACES];
  _Atomic bool ending;
  Job jobs[QUEUE];
  pthread_mutex_t lock;
  pthread_cond_t bells[PLACES];
  /** When each entry of the table began and how long it took when it ran last, as thread 0 saw it, in nanoseconds. */
  uint64_t *begun, *taken;
  /** Called by thread 0 after each job, with `told`. */
  void (*tell)(void *told);
  void *told;
} Crew;

static inline uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/** A condition variable whose timed waits use the monotonic clock. */
static inline void initBell(pthread_cond_t *bell) {
#if defined(__APPLE__)
  pthread_cond_init(bell, NULL);
#else
  pthread_condattr_t how;
  pthread_condattr_init(&how);
  pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
  pthread_cond_init(bell, &how);
  pthread_condattr_destroy(&how);
#endif
}

/** Waits for a signal at most until `until` on that clock; false on timeout. */
static inline bool awaitBell(pthread_cond_t *bell, pthread_mutex_t *lock, uint64_t until) {
  const uint64_t now = nanoseconds();
  if (now >= until) return false;
#if defined(__APPLE__)
  const uint64_t left = until - now;
  const struct timespec time = { (time_t)(left / 1000000000u), (long)(left % 1000000000u) };
  return pthread_cond_timedwait_relative_np(bell, lock, &time) == 0;
#else
  const struct timespec time = { (time_t)(until / 1000000000u), (long)(until % 1000000000u) };
  return pthread_cond_timedwait(bell, lock, &time) == 0;
#endif
}

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/** Must follow every change that a thread may be waiting for. A sleeper announces itself before it checks once more, so no wake-up is lost. */
static void wakeSleepers(Crew *crew, Place place) {
  if (atomic_load(&crew->sleepers[place].value) == 0) return;
  pthread_mutex_lock(&crew->lock);
  pthread_cond_broadcast(&crew->bells[place]);
  pthread_mutex_unlock(&crew->lock);
}

typedef bool Condition(Crew *crew, int thread, uint64_t number);

/** Waits until `holds`: spins `spins` times, yields a few times, then sleeps at `place`. */
static void await(Crew *crew, Place place, Condition *holds, int thread, uint64_t number, int spins) {
  for (int i = 0; i < spins; i++) {
    if (holds(crew, thread, number)) return;
    relax();
  }
  for (int i = 0; i < (place == AT_BARRIER ? YIELDS : 0); i++) {
    if (holds(crew, thread, number)) return;
    sched_yield();
  }
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(&crew->sleepers[place].value, 1);
  while (!holds(crew, thread, number)) pthread_cond_wait(&crew->bells[place], &crew->lock);
  atomic_fetch_sub(&crew->sleepers[place].value, 1);
  pthread_mutex_unlock(&crew->lock);
}

/** Compares the difference, not the order, since counters may wrap around. */
static bool hasArrived(Crew *crew, int thread, uint64_t epoch) {
  return (int32_t)(atomic_load(&crew->arrivals[thread].value) - (uint32_t)epoch) >= 0;
}

static int32_t processorOf(Crew *crew, int thread) {
  return (int32_t)atomic_load_explicit(&crew->processors[thread].value, memory_order_relaxed);
}

static int32_t noteProcessor(Crew *crew, int thread) {
  const int32_t own = ownProcessor();
  atomic_store_explicit(&crew->processors[thread].value, (uint32_t)own, memory_order_relaxed);
  return own;
}

/** Leaves the processor to `late`, which this thread is about to wait for, where both run on the same one. */
static void stepAside(Crew *crew, int thread, int late) {
  const int32_t own = noteProcessor(crew, thread);
  if (own < 0 || processorOf(crew, late) != own) return;
  int32_t taken[MOST_THREADS];
  for (int i = 0; i < crew->threads; i++) taken[i] = processorOf(crew, i);
  if (standAside(&crew->asides[thread], taken, crew->threads) >= 0) noteProcessor(crew, thread);
}

/** Waits until all threads have called it as often as this one. */
static void barrier(Crew *crew, int thread) {
  const uint32_t epoch = atomic_load(&crew->arrivals[thread].value) + 1;
  noteProcessor(crew, thread);
  atomic_store(&crew->arrivals[thread].value, epoch);
  wakeSleepers(crew, AT_BARRIER);
  for (int other = 0; other < crew->threads; other++) {
    if (other == thread || hasArrived(crew, other, epoch)) continue;
    stepAside(crew, thread, other);
    await(crew, AT_BARRIER, hasArrived, other, epoch, SPINS);
  }
}

/** Job `number` (from 0) is queued and the one before it is finished by all. */
static bool mayBegin(Crew *crew, int thread, uint64_t number) {
  (void)thread;
  if (atomic_load(&crew->ending)) return true;
  return atomic_load(&crew->queued) > number && atomic_load(&crew->finished) >= number;
}

/** This many jobs are finished. */
static bool isFinished(Crew *crew, int thread, uint64_t count) {
  (void)thread;
  return atomic_load(&crew->ending) || atomic_load(&crew->finished) >= count;
}

/** Every thread has read this many jobs: their slots in the queue are free. */
static bool isRead(Crew *crew, int thread, uint64_t count) {
  (void)thread;
  for (int i = 0; i < crew->threads; i++) {
    if ((int32_t)(atomic_load(&crew->passed[i].value) - (uint32_t)count) < 0) return false;
  }
  return true;
}

static void walk(Crew *crew, const Job *job, int thread);

typedef struct Member {
  Crew *crew;
  int thread;
} Member;

/** Main loop of a thread: job after job until the crew ends. A thread without a part in a job waits for the next. */
static void *serve(void *argument) {
  const Member member = *(Member *)argument;
  Crew *crew = member.crew;
  free(argument);
  for (uint64_t number = 0;; number++) {
    await(crew, AT_START, mayBegin, 0, number, IDLE_SPINS);
    if (atomic_load(&crew->ending)) return NULL;
    const Job job = crew->jobs[number % QUEUE];
    atomic_store(&crew->passed[member.thread].value, (uint32_t)number + 1);
    wakeSleepers(crew, AT_FINISH);
    if (member.thread >= job.threads) {
      await(crew, AT_FINISH, isFinished, 0, number + 1, 0);
      continue;
    }
    walk(crew, &job, member.thread);
    if (member.thread != 0) continue;
    atomic_store(&crew->finished, number + 1);
    wakeSleepers(crew, AT_START);
    wakeSleepers(crew, AT_FINISH);
    crew->tell(crew->told);
  }
}

/** Queues a job and returns how many are finished when it is. */
static uint64_t enqueue(Crew *crew, Job job) {
  const uint64_t number = atomic_load(&crew->queued);
  if (number >= QUEUE) await(crew, AT_FINISH, isRead, 0, number - QUEUE + 1, 0);
  crew->jobs[number % QUEUE] = job;
  atomic_store(&crew->queued, number + 1);
  wakeSleepers(crew, AT_START);
  return number + 1;
}

/** Starts the threads. False when the system started fewer than requested. */
static bool startCrew(Crew *crew) {
  for (; crew->started < crew->threads; crew->started++) {
    Member *member = malloc(sizeof *member);
    if (!member) return false;
    *member = (Member){ crew, crew->started };
    if (pthread_create(&crew->handles[crew->started], NULL, serve, member) != 0) {
      free(member);
      return false;
    }
  }
  return true;
}

/** Ends all threads after the jobs that are queued and waits until they are gone. May be called again. */
static void endCrew(Crew *crew) {
  if (crew->started == 0) return;
  if (crew->started == crew->threads) await(crew, AT_FINISH, isFinished, 0, atomic_load(&crew->queued), 0);
  atomic_store(&crew->ending, true);
  for (int place = 0; place < PLACES; place++) wakeSleepers(crew, (Place)place);
  for (int i = 0; i < crew->started; i++) pthread_join(crew->handles[i], NULL);
  crew->started = 0;
}

#endif
