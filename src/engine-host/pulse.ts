// The engine's sign of life: a thread that never computes writes a line a second to the lab, with a count of what has been computed, so that a
// step may take minutes and a hung one is still told apart (lab/vigil.ts). Knows no run.
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

  /** Begins to write to the file descriptor `fd`. */
  constructor(fd: number) {
    const workerData: PulseData = { fd, debugged: this.#debugged };
    this.#thread = new Worker(new URL('./pulse-thread.ts', import.meta.url), { name: 'pulse', workerData });
    this.#thread.unref();
    this.#noteDebugger();
  }

  /** Words on shared memory that count up while something is computed. */
  watch(words: readonly Int32Array[]): void {
    this.#thread.postMessage(words);
    this.#noteDebugger();
  }

  /** To be called now and then by the main thread. */
  beat(): void {
    this.#noteDebugger();
  }

  #noteDebugger(): void {
    Atomics.store(this.#debugged, 0, url() === undefined ? 0 : 1);
  }
}
