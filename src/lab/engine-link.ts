// One engine process as seen from the lab: typed messages, its end, its heartbeat. Knows no session and no schedule.
import { fork, type ChildProcess } from 'node:child_process';
import type { FromEngine, ToEngine } from '../protocol/engine.ts';
import { engineEntry } from './entries.ts';

export interface EngineLink {
  readonly pid: number | undefined;
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** Fires once, with words for a person: the process ended, never started, or is silent for too long. */
  onEnd(listener: (reason: string) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

export interface LinkOptions {
  /** Silence after which a process counts as stuck and is killed, in milliseconds; asked each second. */
  readonly patience: () => number;
}

/** Starts an engine with this process's own Node. */
export function startEngine(options: LinkOptions): EngineLink {
  const child = fork(engineEntry(), [], {
    execPath: process.execPath,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return linkTo(child, options);
}

function linkTo(child: ChildProcess, options: LinkOptions): EngineLink {
  const ends = new Set<(reason: string) => void>();
  let heardAt = Date.now();
  let lastWords = '';
  let stuck = '';
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    clearInterval(watch);
    for (const listener of ends) listener(reason);
  };
  const watch = setInterval(() => {
    const silent = Date.now() - heardAt;
    if (silent < options.patience()) return;
    stuck = `it gave no sign of life for ${Math.round(silent / 1000)} s`;
    child.kill('SIGKILL');
  }, 1000);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)));
  child.on('message', () => (heardAt = Date.now()));
  child.on('error', (problem) => end(`it could not be started: ${problem.message}`));
  child.on('exit', (code, signal) => end(stuck || endReason(code, signal, lastWords)));
  return {
    pid: child.pid,
    send: (message) => {
      // A send that meets a dying child fails; its end is told by onEnd.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromEngine)),
    onEnd: (listener) => ends.add(listener),
    kill: () => child.kill('SIGKILL'),
  };
}

function endReason(code: number | null, signal: string | null, lastWords: string): string {
  const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
  const said = lastWords.trim().split('\n').at(-1) ?? '';
  return said === '' ? how : `${how} after "${said.slice(0, 300)}"`;
}
