// Entry of the thread with SQLite, and of the process that reads files: handles one request after the other.
// Nothing else may import this file.
import { parentPort } from 'node:worker_threads';
import { asAppError } from '../engine/core/result.ts';
import type { Reply } from '../protocol/correlator.ts';
import { asAppError as knownFailure } from './failures.ts';
import type { WorkerRequest } from './messages.ts';
import { createOperations } from './operations.ts';

const operations = createOperations();

function answer({ id, name, args }: WorkerRequest): Reply {
  try {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is bound by the call
    const value: unknown = Reflect.apply(operations[name], operations, args);
    return { id, value };
  } catch (error) {
    return { id, error: knownFailure(error) ?? asAppError(error, 'session') };
  }
}

if (parentPort) {
  const port = parentPort;
  port.on('message', (request: WorkerRequest | null) => {
    if (request === null) port.close();
    else port.postMessage(answer(request));
  });
} else {
  // Ctrl+C reaches the whole group; this process ends with the channel to its caller.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: WorkerRequest) =>
    process.send?.(answer(request), undefined, undefined, () => undefined),
  );
}
