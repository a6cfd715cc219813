// Typed calls to a worker thread: one promise per request, answered in order. Keeps the process alive only while an answer is due.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Transferable } from 'node:worker_threads';
import { AppFailure } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { foreignWords } from '../engine/core/system-words.ts';
import { deadline } from './deadline.ts';
import { failure } from './failures.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';
import type { Operations } from './operations.ts';
import { workerUrl } from './worker-url.ts';

type Name = keyof Operations;
type Settle = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** Operations that only read and so never take long, unless the file is malicious. */
const reading: ReadonlySet<Name> = new Set<Name>([
  'head',
  'runs',
  'series',
  'standings',
  'lastValues',
  'checkpoints',
  'checkpoint',
  'samples',
  'sampleMarks',
  'sample',
  'answers',
  'events',
]);

/** Seconds one read may take. */
const patience = 120;

export class Channel {
  readonly #worker: Worker;
  readonly #patience: number;
  readonly #waiting = new Map<number, Settle>();
  #next = 0;
  #ended: Error | null = null;
  #path = 'the file';
  #stuck = false;
  #gone = false;

  constructor(seconds = patience) {
    this.#patience = seconds;
    this.#worker = new Worker(workerUrl(), { name: 'session' });
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', (error: Error) => this.#end(endedBy(error)));
    this.#worker.on('exit', () => {
      this.#gone = true;
      this.#end(closed());
    });
    this.#worker.unref();
  }

  /** The operation's value, or a rejection: AppFailure for what can be expected, Error for a bug. */
  async call<K extends Name>(
    name: K,
    args: Parameters<Operations[K]>,
    transfer: Transferable[] = [],
  ): Promise<ReturnType<Operations[K]>> {
    if (this.#ended) throw this.#ended;
    const request: WorkerRequest = { id: this.#next++, name, args };
    if (name === 'open' || name === 'create') this.#path = String(args[0]);
    const limit = reading.has(name) ? deadline(this.#patience * 1000, () => this.#giveUp()) : null;
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        if (this.#waiting.size === 0) this.#worker.ref();
        this.#waiting.set(request.id, { resolve, reject });
        this.#worker.postMessage(request, transfer);
      });
      return value as ReturnType<Operations[K]>;
    } finally {
      limit?.cancel();
    }
  }

  /** Ends the thread; waiting calls are rejected. The thread ends itself after its current work, since terminating it could interrupt SQLite. */
  async end(): Promise<void> {
    this.#end(closed());
    if (this.#stuck || this.#gone) return;
    const gone = once(this.#worker, 'exit');
    this.#worker.ref();
    this.#worker.postMessage(null);
    await gone;
  }

  /** A thread inside SQLite does not react, not even to its end: it is abandoned and must not keep the process alive. */
  #giveUp(): void {
    this.#stuck = true;
    const got = say`no answer within ${this.#patience} s`;
    this.#end(
      failure(
        'damaged-file',
        say`session: ${asIs(this.#path)} must be readable, got ${got}`,
        say`Other sessions go on.`,
      ),
    );
    let back = false;
    void this.#worker.terminate().then(() => (back = true));
    process.once('exit', () => {
      if (!back) process.kill(process.pid, 'SIGKILL');
    });
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('value' in reply) waiting.resolve(reply.value);
    else if ('failure' in reply) waiting.reject(new AppFailure(reply.failure));
    else waiting.reject(Object.assign(new Error(reply.bug.message), { stack: reply.bug.stack }));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

const closed = (): AppFailure =>
  failure('conflict', say`session: a session must be open, got a closed one`, say`Open it again.`);

function endedBy(error: Error): Error {
  const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory
    ? failure(
        'out-of-memory',
        say`session: the session's thread must fit in memory, got ${foreignWords(error.message)}`,
      )
    : error;
}
