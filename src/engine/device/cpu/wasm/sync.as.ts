// Synchronisation of the threads. Every word only increases, has one writer (except the sleeper count) and is accessed by sequentially
// consistent atomics only; plan/README.md explains why this is safe and how alternatives failed.
import {
  ABORT_STALLED, CACHE_LINE, COMMAND_RUN, COMMAND_STOP, CONTROL_ABORT, CONTROL_ARRIVAL, CONTROL_COMMAND, CONTROL_DONE, CONTROL_FROM, CONTROL_SLEEPERS,
  CONTROL_STALL_LIMIT, CONTROL_START, CONTROL_THREADS, CONTROL_TO,
} from '../../../plan/opcodes.shared.ts';
import { walk } from './walker.as';

/** Spins on a word before the thread sleeps: about 50 microseconds. */
// @ts-ignore: decorator
@inline const SPINS: i32 = 30000;

/** Between steps a worker spins briefly before it parks, for callers that run entries back to back. */
// @ts-ignore: decorator
@inline const IDLE_SPINS: i32 = 4000;

/** Sleeps are cut into naps so that an abort is noticed, in nanoseconds. */
// @ts-ignore: decorator
@inline const NAP: i64 = 20000000;

// @ts-ignore: decorator
@inline function arrival(thread: i32): usize {
  return <usize>(CONTROL_ARRIVAL + thread * CACHE_LINE);
}

/** Counts an entry that `thread` has completed; only this thread writes the word. */
// @ts-ignore: decorator
@inline export function countEntry(thread: i32): void {
  const word = <usize>(CONTROL_DONE + thread * CACHE_LINE);
  i32.store(word, i32.load(word) + 1);
}

/** Waits until all threads have called it as often as this one. False when the run was aborted. */
export function barrier(thread: i32, threads: i32): bool {
  const mine = arrival(thread);
  const epoch = atomic.load<i32>(mine) + 1;
  atomic.store<i32>(mine, epoch);
  if (atomic.load<i32>(CONTROL_SLEEPERS) > 0) atomic.notify(mine, -1);
  for (let other = 0; other < threads; other++) {
    if (other != thread && !awaitArrival(arrival(other), epoch, thread)) return false;
  }
  return atomic.load<i32>(CONTROL_ABORT) == 0;
}

/** Compares the difference, not the order, since counters may wrap around. */
function awaitArrival(word: usize, epoch: i32, thread: i32): bool {
  for (let i = 0; i < SPINS; i++) {
    if (atomic.load<i32>(word) - epoch >= 0) return true;
  }
  const limit = i32.load(CONTROL_STALL_LIMIT);
  let naps = 0;
  let done = i32.load(word, CONTROL_DONE - CONTROL_ARRIVAL);
  while (true) {
    if (atomic.load<i32>(CONTROL_ABORT) != 0) return false;
    // The thread waited for may have minutes of work: only a thread that completes no entries is stalled.
    const now = i32.load(word, CONTROL_DONE - CONTROL_ARRIVAL);
    if (now != done) naps = 0;
    done = now;
    if (naps++ >= limit && thread == 0) {
      atomic.store<i32>(CONTROL_ABORT, ABORT_STALLED);
      return false;
    }
    atomic.add<i32>(CONTROL_SLEEPERS, 1);
    const seen = atomic.load<i32>(word);
    if (seen - epoch < 0) atomic.wait<i32>(word, seen, NAP);
    atomic.sub<i32>(CONTROL_SLEEPERS, 1);
    if (atomic.load<i32>(word) - epoch >= 0) return true;
  }
}

/** Runs entries [from, to) on `threads` threads, the caller being thread 0. Returns 0, or the abort code. */
export function dispatch(from: usize, to: usize, threads: i32): i32 {
  if (threads > 1) {
    i32.store(CONTROL_COMMAND, COMMAND_RUN);
    i32.store(CONTROL_FROM, <i32>from);
    i32.store(CONTROL_TO, <i32>to);
    i32.store(CONTROL_THREADS, threads);
    atomic.add<i32>(CONTROL_START, 1);
    atomic.notify(CONTROL_START, -1);
  }
  walk(from, to, 0, threads);
  return atomic.load<i32>(CONTROL_ABORT);
}

/** Main loop of a worker: park, run, park; returns when told to stop or when a run was aborted. */
export function serve(thread: i32): void {
  let seen = 0;
  while (true) {
    awaitStart(seen);
    seen++;
    if (i32.load(CONTROL_COMMAND) == COMMAND_STOP) return;
    const from = load<usize>(CONTROL_FROM);
    if (!walk(from, load<usize>(CONTROL_TO), thread, i32.load(CONTROL_THREADS))) return;
  }
}

function awaitStart(seen: i32): void {
  for (let i = 0; i < IDLE_SPINS; i++) {
    if (atomic.load<i32>(CONTROL_START) != seen) return;
  }
  while (atomic.load<i32>(CONTROL_START) == seen) atomic.wait<i32>(CONTROL_START, seen, -1);
}

/** Ends all workers; only between runs. */
export function stop(): void {
  i32.store(CONTROL_COMMAND, COMMAND_STOP);
  atomic.add<i32>(CONTROL_START, 1);
  atomic.notify(CONTROL_START, -1);
}

/** A thread that fails sets the abort code; the others leave at their next barrier. */
export function abandon(thread: i32): void {
  atomic.store<i32>(CONTROL_ABORT, 1 + thread);
  atomic.notify(arrival(thread), -1);
}
