// The thin Node-API side: creates a crew over an arena that JavaScript owns, queues jobs, reports when they are done. Must not depend on any op.
#include <node_api.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "threads.h"

/** A crew and its JavaScript handles. Freed by its finalizer, after its threads have ended. */
typedef struct Machine {
  Crew crew;
  napi_env env;
  napi_ref arena;
  napi_threadsafe_function done;
  /** JavaScript waits for the next finished job. */
  _Atomic bool wanted;
  uint32_t entries;
  bool open;
} Machine;

#define REQUIRE(call)                              \
  do {                                             \
    if ((call) != napi_ok) {                       \
      napi_throw_error(env, NULL, "cpu: " #call);  \
      return NULL;                                 \
    }                                              \
  } while (0)

static void tellDone(void *told) {
  Machine *machine = told;
  if (atomic_exchange(&machine->wanted, false)) napi_call_threadsafe_function(machine->done, NULL, napi_tsfn_nonblocking);
}

static void closeMachine(void *data) {
  Machine *machine = data;
  if (!machine->open) return;
  machine->open = false;
  endCrew(&machine->crew);
  napi_release_threadsafe_function(machine->done, napi_tsfn_abort);
  napi_delete_reference(machine->env, machine->arena);
}

static void freeMachine(napi_env env, void *data, void *hint) {
  (void)hint;
  Machine *machine = data;
  if (machine->open) napi_remove_env_cleanup_hook(env, closeMachine, machine);
  closeMachine(machine);
  free(machine->crew.begun);
  free(machine->crew.taken);
  free(machine);
}

/** Arguments of a call: numbers from `from` on into `numbers`, and the machine when `machine` is asked for. */
static bool arguments(napi_env env, napi_callback_info info, Machine **machine, double *numbers, size_t count) {
  napi_value values[8];
  size_t given = 8;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < count + 1) return false;
  if (napi_get_value_external(env, values[0], (void **)machine) != napi_ok) return false;
  for (size_t i = 0; i < count; i++) {
    if (napi_get_value_double(env, values[i + 1], &numbers[i]) != napi_ok) return false;
  }
  return true;
}

#define ARGUMENTS(count)                                                             \
  Machine *machine;                                                                  \
  double numbers[(count) + 1];                                                       \
  if (!arguments(env, info, &machine, numbers, count)) {                             \
    napi_throw_type_error(env, NULL, "cpu: a machine and " #count " numbers are required"); \
    return NULL;                                                                     \
  }

/** The crew over `base`: (.., scratch address, scratch stride, threads, entries of the table). NULL when out of memory. */
static Machine *newMachine(char *base, const double *numbers) {
  const size_t entries = (size_t)numbers[3];
  Machine *machine = NULL;
  if (posix_memalign((void **)&machine, 64, roundUp(sizeof *machine, 64)) != 0) return NULL;
  memset(machine, 0, sizeof *machine);
  Crew *crew = &machine->crew;
  crew->arena = (Arena){ base, base + (size_t)numbers[0], (size_t)numbers[1] };
  crew->threads = (int)numbers[2];
  crew->begun = calloc(entries + 1, sizeof *crew->begun);
  crew->taken = calloc(entries + 1, sizeof *crew->taken);
  pthread_mutex_init(&crew->lock, NULL);
  for (int place = 0; place < PLACES; place++) initBell(&crew->bells[place]);
  crew->tell = tellDone;
  crew->told = machine;
  machine->entries = (uint32_t)entries;
  return machine;
}

/** create(bytes: Uint8Array, scratchAddress, scratchStride, threads, entries, done: () => void): a machine whose threads run. */
static napi_value create(napi_env env, napi_callback_info info) {
  napi_value values[6], name, result;
  size_t given = 6;
  REQUIRE(napi_get_cb_info(env, info, &given, values, NULL, NULL));
  double numbers[4];
  for (int i = 0; i < 4; i++) REQUIRE(napi_get_value_double(env, values[i + 1], &numbers[i]));
  void *base;
  REQUIRE(napi_get_typedarray_info(env, values[0], NULL, NULL, &base, NULL, NULL));
  if (numbers[2] < 1 || numbers[2] > MOST_THREADS) {
    napi_throw_range_error(env, NULL, "cpu: 1 to 64 threads are required");
    return NULL;
  }
  Machine *machine = newMachine(base, numbers);
  if (!machine) {
    napi_throw_error(env, NULL, "cpu: the system gave no memory");
    return NULL;
  }
  machine->env = env;
  REQUIRE(napi_create_reference(env, values[0], 1, &machine->arena));
  REQUIRE(napi_create_string_utf8(env, "minrnn", NAPI_AUTO_LENGTH, &name));
  REQUIRE(napi_create_threadsafe_function(env, values[5], NULL, name, 0, 1, NULL, NULL, NULL, NULL, &machine->done));
  REQUIRE(napi_unref_threadsafe_function(env, machine->done));
  machine->open = true;
  REQUIRE(napi_add_env_cleanup_hook(env, closeMachine, machine));
  REQUIRE(napi_create_external(env, machine, freeMachine, NULL, &result));
  if (startCrew(&machine->crew)) return result;
  napi_throw_error(env, NULL, "cpu: the system gave no thread");
  return NULL;
}

static napi_value numberOf(napi_env env, double number) {
  napi_value result;
  REQUIRE(napi_create_double(env, number, &result));
  return result;
}

/** start(machine, from, to, firstEntry, threads): queues a job; returns how many are finished when it is. */
static napi_value start(napi_env env, napi_callback_info info) {
  ARGUMENTS(4)
  const Job job = { (uint32_t)numbers[0], (uint32_t)numbers[1], (uint32_t)numbers[2], (int32_t)numbers[3] };
  return numberOf(env, (double)enqueue(&machine->crew, job));
}

/** finished(machine): how many jobs are. */
static napi_value finished(napi_env env, napi_callback_info info) {
  ARGUMENTS(0)
  (void)numbers;
  return numberOf(env, (double)atomic_load(&machine->crew.finished));
}

/** Sleeps until `count` jobs are finished or the time is over. */
static void awaitBriefly(Crew *crew, uint64_t count, double milliseconds) {
  const uint64_t until = nanoseconds() + (uint64_t)(milliseconds * 1e6);
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(&crew->sleepers[AT_FINISH].value, 1);
  while (!isFinished(crew, 0, count) && awaitBell(&crew->bells[AT_FINISH], &crew->lock, until)) {}
  atomic_fetch_sub(&crew->sleepers[AT_FINISH].value, 1);
  pthread_mutex_unlock(&crew->lock);
}

/** wait(machine, count, milliseconds): blocks until so many jobs are finished, at most so long (negative = any time); returns how many are. */
static napi_value waitFor(napi_env env, napi_callback_info info) {
  ARGUMENTS(2)
  Crew *crew = &machine->crew;
  if (numbers[1] < 0) await(crew, AT_FINISH, isFinished, 0, (uint64_t)numbers[0], IDLE_SPINS);
  else if (!isFinished(crew, 0, (uint64_t)numbers[0])) awaitBriefly(crew, (uint64_t)numbers[0], numbers[1]);
  return numberOf(env, (double)atomic_load(&crew->finished));
}

/** want(machine, yes): asks for one call of `done` when the next job is finished, and keeps the process alive until `want(machine, 0)`. */
static napi_value want(napi_env env, napi_callback_info info) {
  ARGUMENTS(1)
  if (!machine->open) return NULL;
  atomic_store(&machine->wanted, numbers[0] != 0);
  if (numbers[0] != 0) REQUIRE(napi_ref_threadsafe_function(env, machine->done));
  else REQUIRE(napi_unref_threadsafe_function(env, machine->done));
  return NULL;
}

/** profile(machine, first, count): nanoseconds of table entries when they ran last. */
static napi_value profile(napi_env env, napi_callback_info info) {
  ARGUMENTS(2)
  const uint32_t first = (uint32_t)numbers[0], count = (uint32_t)numbers[1];
  napi_value buffer, result;
  double *times;
  REQUIRE(napi_create_arraybuffer(env, (size_t)count * sizeof *times, (void **)&times, &buffer));
  for (uint32_t i = 0; i < count; i++) times[i] = first + i < machine->entries ? (double)machine->crew.taken[first + i] : 0;
  REQUIRE(napi_create_typedarray(env, napi_float64_array, count, buffer, 0, &result));
  return result;
}

/** The result type of mincore: one byte per page, signed on one system and unsigned on the other. */
#ifdef __APPLE__
typedef char PageState;
#else
typedef unsigned char PageState;
#endif

/** Pages of `base` that are in memory, of `count`; -1 if the system does not say. */
static long residentPages(char *base, size_t page, size_t count) {
  PageState states[1024];
  const size_t most = sizeof states / sizeof *states;
  long found = 0;
  for (size_t from = 0; from < count; from += most) {
    const size_t part = count - from < most ? count - from : most;
    if (mincore(base + from * page, part * page, states) != 0) return -1;
    for (size_t i = 0; i < part; i++) found += states[i] & 1;
  }
  return found;
}

/** resident(machine, bytes): how many of the arena's first bytes are in memory, in whole pages; negative where the system does not say. */
static napi_value resident(napi_env env, napi_callback_info info) {
  ARGUMENTS(1)
  const long page = sysconf(_SC_PAGESIZE);
  char *base = machine->crew.arena.base;
  if (!machine->open || page <= 0 || (uintptr_t)base % (size_t)page != 0) return numberOf(env, -1);
  const size_t count = (size_t)numbers[0] / (size_t)page;
  const long found = residentPages(base, (size_t)page, count);
  return numberOf(env, found < 0 ? -1.0 : (double)found * (double)page);
}

/** end(machine): after the queued jobs, ends the threads and releases the arena. */
static napi_value end(napi_env env, napi_callback_info info) {
  ARGUMENTS(0)
  (void)numbers;
  if (!machine->open) return NULL;
  napi_remove_env_cleanup_hook(env, closeMachine, machine);
  closeMachine(machine);
  return NULL;
}

static napi_status exportNumber(napi_env env, napi_value exports, const char *name, double number) {
  napi_value value = numberOf(env, number);
  return value ? napi_set_named_property(env, exports, name, value) : napi_generic_failure;
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = { { "create", create }, { "start", start }, { "finished", finished }, { "wait", waitFor },
                    { "want", want },     { "profile", profile }, { "resident", resident },
                    { "end", end } };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value value;
    REQUIRE(napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &value));
    REQUIRE(napi_set_named_property(env, exports, functions[i].name, value));
  }
  REQUIRE(exportNumber(env, exports, "lanes", LANES));
  REQUIRE(exportNumber(env, exports, "panel", PANEL));
  REQUIRE(exportNumber(env, exports, "kc", KC));
  REQUIRE(exportNumber(env, exports, "mc", MC));
  REQUIRE(exportNumber(env, exports, "nc", NC));
  REQUIRE(exportNumber(env, exports, "row", ROW));
  REQUIRE(exportNumber(env, exports, "fixedBytes", GEMM_FIXED_BYTES));
  return exports;
}
