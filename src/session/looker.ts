// A separate process that reads files which are not open: whatever a file contains, the lab keeps running. An endless query cannot be
// stopped within SQLite, so its process is killed, the file is reported, and the next request gets a new process.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppFailure } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import { systemWords } from '../engine/core/system-words.ts';
import { deadline, type Deadline } from './deadline.ts';
import { failure } from './failures.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';
import type { FileOperations } from './operations.ts';
import { workerUrl } from './worker-url.ts';
import { childFlags } from './node-flags.ts';

type Look = Exclude<keyof FileOperations, 'create' | 'open'>;

interface Question {
  readonly request: WorkerRequest;
  readonly path: string;
  readonly seconds: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

function startProcess(): ChildProcess {
  const child = fork(fileURLToPath(workerUrl()), [], {
    execPath: process.execPath,
    execArgv: [...childFlags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

/** Questions are answered one after the other, each within its own time. */
export class Looker {
  #child: ChildProcess | null = null;
  readonly #waiting: Question[] = [];
  #asked: { readonly question: Question; readonly limit: Deadline } | null = null;
  #next = 0;

  /** The answer; an AppFailure for what can be expected, `damaged-file` when there is none within `seconds`; an Error for a bug. */
  ask<K extends Look>(name: K, path: string, seconds: number): Promise<ReturnType<FileOperations[K]>> {
    const request: WorkerRequest = { id: this.#next++, name, args: [path] };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, path, seconds, resolve: (value) => resolve(value as never), reject });
      this.#askNext();
    });
  }

  #askNext(): void {
    if (this.#asked !== null) return;
    const question = this.#waiting.shift();
    // Only a pending answer keeps the calling process alive.
    if (question === undefined) return this.#child?.channel?.unref();
    this.#child ??= this.#start();
    this.#child.channel?.ref();
    this.#asked = { question, limit: deadline(question.seconds * 1000, () => this.#giveUp(question)) };
    this.#child.send(question.request, () => undefined);
  }

  #start(): ChildProcess {
    const child = startProcess();
    child.on('message', (reply) => this.#settle(reply as WorkerReply));
    child.on('error', (error) => this.#ended(child, systemWords(error)));
    child.on('exit', (code, signal) =>
      this.#ended(
        child,
        signal === null ? say`it ended with code ${asIs(String(code))}` : say`it was ended by ${asIs<string>(signal)}`,
      ),
    );
    return child;
  }

  #take(): Question | null {
    const asked = this.#asked;
    this.#asked = null;
    asked?.limit.cancel();
    return asked?.question ?? null;
  }

  #settle(reply: WorkerReply): void {
    if (reply.id !== this.#asked?.question.request.id) return;
    const question = this.#take();
    if ('value' in reply) question?.resolve(reply.value);
    else if ('failure' in reply) question?.reject(new AppFailure(reply.failure));
    else question?.reject(Object.assign(new Error(reply.bug.message), { stack: reply.bug.stack }));
    this.#askNext();
  }

  #giveUp(question: Question): void {
    this.#drop();
    this.#take();
    question.reject(unanswered(question.path, say`no answer within ${question.seconds} s`));
    this.#askNext();
  }

  /** The process crashed because of the file, for example by running out of memory. */
  #ended(child: ChildProcess, how: Message): void {
    if (child !== this.#child) return;
    this.#child = null;
    const question = this.#take();
    question?.reject(unanswered(question.path, say`an end of the process that reads it (${how})`));
    this.#askNext();
  }

  #drop(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
  }
}

const unanswered = (path: string, got: Message): AppFailure =>
  failure(
    'damaged-file',
    say`session: ${asIs(path)} must be readable, got ${got}`,
    say`Other sessions are not affected.`,
  );
