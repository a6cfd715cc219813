// The engine's heartbeat: a thread that never computes writes a line per second to the lab, with a count of completed work, so that a step
// of minutes can be distinguished from a hung one (lab/engines/vigil.ts). Independent of runs.
import { url } from 'node:inspector';
import { Worker } from 'node:worker_threads';

export interface PulseData {
  /** Open for writing. */
  readonly fd: number;
  /** Not 0 while a debugger may hold the main thread. */
  readonly debugged: Int32Array;
}

export class Pulse {
  readonly #thread: Worker;
  readonly #debugged = new Int32Array(new SharedArrayBuffer(4));

  /** Starts writing to the file descriptor `fd`. */
  constructor(fd: number) {
    const workerData: PulseData = { fd, debugged: this.#debugged };
    this.#thread = new Worker(new URL('./pulse-thread.ts', import.meta.url), { name: 'pulse', workerData });
    this.#thread.unref();
    this.#noteDebugger();
  }

  /** Counters in shared memory that increase while something is computed. */
  watch(words: readonly Int32Array[]): void {
    this.#thread.postMessage(words);
    this.#noteDebugger();
  }

  /** The main thread calls this from time to time. */
  beat(): void {
    this.#noteDebugger();
  }

  #noteDebugger(): void {
    Atomics.store(this.#debugged, 0, url() === undefined ? 0 : 1);
  }
}
