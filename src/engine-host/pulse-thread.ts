// The thread behind pulse.ts. It also ends the process when its lab is gone, since the main thread may be busy with a step of minutes.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PulseData } from './pulse.ts';

const everyMs = 1000;
const { fd, debugged } = workerData as PulseData;
let watched: readonly Int32Array[] = [];
let held = 0;

/** A sum is enough, since the counters only increase. While a debugger may hold the main thread, elapsed time counts as work. */
function count(): number {
  if (Atomics.load(debugged, 0) !== 0) held++;
  return watched.reduce((total, words) => words.reduce((sum, word) => sum + word, total), held);
}

function beat(): void {
  try {
    writeSync(fd, `${count()}\n`);
  } catch (problem) {
    // A suspended lab reads nothing for a while.
    const full = problem instanceof Error && 'code' in problem && problem.code === 'EAGAIN';
    if (!full) process.kill(process.pid, 'SIGKILL');
  }
}

parentPort?.on('message', (words: readonly Int32Array[]) => (watched = words));
setInterval(beat, everyMs);
beat();
