// The only place that knows the path of the worker thread's code: next to this file, as source in a checkout and as JavaScript in an
// installed copy, whose out/ mirrors src/ file by file.

export function workerUrl(from = import.meta.url): URL {
  return new URL(from.endsWith('.ts') ? './worker.ts' : './worker.js', from);
}
