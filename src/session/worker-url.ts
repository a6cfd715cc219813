// Where the worker thread's code is: the one place that knows how this folder is packed.
// From source it lies beside this file; a bundle must hold worker.ts as an entry of its own named session-worker.js, beside the
// chunk that holds this file.

export function workerUrl(from = import.meta.url): URL {
  return from.endsWith('.ts') ? new URL('./worker.ts', from) : new URL('./session-worker.js', from);
}
