// Typed calls to the thread with SQLite. Keeps the process alive only while an answer is due.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Transferable } from 'node:worker_threads';
import type { AppFailure } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { foreignWords } from '../engine/core/system-words.ts';
import { Correlator, type Reply } from '../protocol/correlator.ts';
import { failure } from './failures.ts';
import type { WorkerRequest } from './messages.ts';
import type { Operations } from './operations.ts';
import { workerUrl } from './worker-url.ts';

type Name = keyof Operations;

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
  readonly #questions: Correlator;
  #path = 'the file';
  #stuck = false;
  #gone = false;

  constructor(seconds = patience, worker = new Worker(workerUrl(), { name: 'session' })) {
    this.#patience = seconds;
    this.#worker = worker;
    this.#questions = new Correlator((some) => (some ? worker.ref() : worker.unref()));
    worker.on('message', (reply: Reply) => this.#questions.settle(reply));
    worker.on('error', (error: Error) => this.#questions.end(endedBy(error)));
    worker.on('exit', () => {
      this.#gone = true;
      this.#questions.end(closed());
    });
    worker.unref();
  }

  /** The operation's value, or a rejection with an AppFailure. */
  call<K extends Name>(
    name: K,
    args: Parameters<Operations[K]>,
    transfer: Transferable[] = [],
  ): Promise<ReturnType<Operations[K]>> {
    if (name === 'open' || name === 'create') this.#path = String(args[0]);
    const limit = reading.has(name) ? { ms: this.#patience * 1000, missed: () => this.#giveUp() } : null;
    return this.#questions.ask((id) => {
      this.#worker.postMessage({ id, name, args } satisfies WorkerRequest, transfer);
    }, limit);
  }

  /** Ends the thread; waiting calls are rejected. The thread ends itself after its current work, since terminating it could interrupt SQLite. */
  async end(): Promise<void> {
    this.#questions.end(closed());
    if (this.#stuck || this.#gone) return;
    const gone = once(this.#worker, 'exit');
    this.#worker.ref();
    this.#worker.postMessage(null);
    await gone;
  }

  /** A thread inside SQLite does not react, not even to its end: it is abandoned and must not keep the process alive. */
  #giveUp(): AppFailure {
    this.#stuck = true;
    const got = say`no answer within ${this.#patience} s`;
    const abandoned = failure(
      'damaged-file',
      say`session: ${asIs(this.#path)} must be readable, got ${got}`,
      say`Other sessions go on.`,
    );
    this.#questions.end(abandoned);
    let back = false;
    void this.#worker.terminate().then(() => (back = true));
    process.once('exit', () => {
      if (!back) process.kill(process.pid, 'SIGKILL');
    });
    return abandoned;
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
