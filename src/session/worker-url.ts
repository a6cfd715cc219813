// Where the worker thread's code is: beside this file, as source in a checkout and as JavaScript in an installed copy, whose out/
// mirrors src/ file by file. The one place that knows.

export function workerUrl(from = import.meta.url): URL {
  return new URL(from.endsWith('.ts') ? './worker.ts' : './worker.js', from);
}
