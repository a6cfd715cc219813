// The worker threads of one executable: started once, parked between runs, ended on dispose. Independent of plans and ops.
import { Worker } from 'node:worker_threads';
import type { KernelExports } from './kernel-module.ts';

// Kept as text so that it works both from sources and from any bundle. The worker instantiates the module over the shared memory, says
// that it is ready and enters the module; it comes back after `stop` or an aborted run. A trap in a kernel aborts the run for all threads.
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, thread } = workerData;
const abort = () => { throw new Error('cpu: the kernel module gave up'); };
const kernels = new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
parentPort.postMessage('ready');
try {
  kernels.serve(thread);
} catch (problem) {
  kernels.abandon(thread);
  throw problem;
}
`;

/** Threads 1 to n - 1; the caller of `dispatch` is thread 0. */
export class Crew {
  readonly #workers: readonly Worker[];
  readonly #exits: readonly Promise<void>[];
  #failure: Error | null = null;
  #ending = false;

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
    this.#exits = workers.map(
      (worker, i) =>
        new Promise((resolve) => {
          worker.on('error', (problem) => {
            this.#failure ??= problem instanceof Error ? problem : new Error(String(problem));
          });
          worker.on('exit', (code) => {
            if (!this.#ending) this.#failure ??= new Error(`cpu: thread ${i + 1} ended with code ${code}`);
            resolve();
          });
        }),
    );
  }

  /** Starts `count` workers and waits until all of them are ready to park. */
  static async start(module: WebAssembly.Module, memory: WebAssembly.Memory, count: number): Promise<Crew> {
    const workers = Array.from(
      { length: count },
      (_, i) => new Worker(workerSource, { eval: true, workerData: { module, memory, thread: i + 1 }, execArgv: [] }),
    );
    const crew = new Crew(workers);
    try {
      await Promise.all(workers.map(ready));
    } catch (problem) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw problem;
    }
    for (const worker of workers) worker.unref();
    return crew;
  }

  /** Why the crew can no longer work, or null. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** The workers themselves, for tests that end one by force. */
  get workers(): readonly Worker[] {
    return this.#workers;
  }

  /** Ends all workers and waits until they are gone. */
  async end(kernels: KernelExports): Promise<void> {
    this.#ending = true;
    kernels.stop();
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 500).unref());
    for (const worker of this.#workers) worker.ref();
    await Promise.race([Promise.all(this.#exits), patience]);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}
