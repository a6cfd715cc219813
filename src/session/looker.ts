// A separate process that reads files which are not open: whatever a file contains, the lab keeps running. An endless query cannot be
// stopped within SQLite, so its process is killed, the file is reported, and the next request gets a new process.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AppFailure } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import { systemWords } from '../engine/core/system-words.ts';
import { Correlator, type Reply } from '../protocol/correlator.ts';
import { failure } from './failures.ts';
import type { WorkerRequest } from './messages.ts';
import type { FileOperations } from './operations.ts';
import { workerUrl } from './worker-url.ts';
import { childFlags } from './node-flags.ts';

type Look = Exclude<keyof FileOperations, 'create' | 'open'>;

/** A process that reads, and what it was asked. */
interface Reading {
  readonly child: ChildProcess;
  readonly questions: Correlator;
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
  #reading: Reading | null = null;
  /** The file of the question under way. */
  #path = '';
  #turn: Promise<unknown> = Promise.resolve();

  /** The answer; an AppFailure with `damaged-file` when there is none within `seconds`. */
  ask<K extends Look>(name: K, path: string, seconds: number): Promise<ReturnType<FileOperations[K]>> {
    const mine = this.#turn.then(() => this.#ask<ReturnType<FileOperations[K]>>(name, path, seconds));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #ask<T>(name: Look, path: string, seconds: number): Promise<T> {
    const { child, questions } = (this.#reading ??= this.#start());
    this.#path = path;
    const missed = (): AppFailure => {
      this.#reading = null;
      child.kill('SIGKILL');
      return unanswered(path, say`no answer within ${seconds} s`);
    };
    const send = (id: number): void => {
      child.send({ id, name, args: [path] } satisfies WorkerRequest, () => undefined);
    };
    return questions.ask(send, { ms: seconds * 1000, missed });
  }

  #start(): Reading {
    const child = startProcess();
    // Only a pending answer keeps the calling process alive.
    const questions = new Correlator((some) => (some ? child.channel?.ref() : child.channel?.unref()));
    const reading = { child, questions };
    /** The process crashed because of the file, for example by running out of memory. */
    const ended = (how: Message): void => {
      if (this.#reading === reading) this.#reading = null;
      questions.end(unanswered(this.#path, say`an end of the process that reads it (${how})`));
    };
    child.on('message', (reply) => questions.settle(reply as Reply));
    child.on('error', (error) => ended(systemWords(error)));
    child.on('exit', (code, signal) =>
      ended(
        signal === null ? say`it ended with code ${asIs(String(code))}` : say`it was ended by ${asIs<string>(signal)}`,
      ),
    );
    return reading;
  }
}

const unanswered = (path: string, got: Message): AppFailure =>
  failure(
    'damaged-file',
    say`session: ${asIs(path)} must be readable, got ${got}`,
    say`Other sessions are not affected.`,
  );
