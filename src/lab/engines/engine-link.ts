// One engine process from the lab's side: typed messages, exit, heartbeat. Independent of sessions and the schedule.
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { systemWords } from '../../engine/core/system-words.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { FromEngine, ToEngine } from '../../protocol/engine.ts';
import { engineEntry } from '../files/program.ts';
import { lookMs, Vigil, type Patience } from './vigil.ts';
import { childFlags } from '../../session/node-flags.ts';

export interface EngineLink {
  readonly pid: number | undefined;
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** Called once, with a message for people: the process ended, never started, or hung. */
  onEnd(listener: (reason: Message) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

export interface LinkOptions {
  /** The time after which a process counts as hung and is killed; evaluated each second. */
  readonly patience: () => Patience;
}

/** File descriptor of the engine's end of the pulse. */
const pulseFd = 4;

/** Starts an engine with this process's own Node. */
export function startEngine(options: LinkOptions): EngineLink {
  const child = fork(engineEntry(), [String(pulseFd)], {
    execPath: process.execPath,
    execArgv: [...childFlags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
  return linkTo(child, options);
}

function linkTo(child: ChildProcess, options: LinkOptions): EngineLink {
  const ends = new Set<(reason: Message) => void>();
  const vigil = new Vigil(options.patience, performance.now());
  let lastWords = '';
  let stuck: Message | null = null;
  let ended = false;
  const end = (reason: Message): void => {
    if (ended) return;
    ended = true;
    clearInterval(watch);
    for (const listener of ends) listener(reason);
  };
  const judge = (): void => {
    const verdict = vigil.verdict();
    if (verdict === null || ended) return;
    if (isTraced(child.pid)) return vigil.worked();
    stuck = verdict;
    child.kill('SIGKILL');
  };
  const watch = setInterval(() => {
    // Pending messages of the engine are read first.
    if (vigil.look(performance.now()) !== null) setImmediate(judge);
  }, lookMs);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)));
  child.on('message', (message) => ((message as FromEngine).type === 'heartbeat' ? vigil.heard() : vigil.worked()));
  hearPulse(child.stdio[pulseFd] as Readable, vigil);
  child.on('error', (problem) => end(say`it could not be started: ${systemWords(problem)}`));
  child.on('exit', (code, signal) => end(stuck ?? endReason(code, signal, lastWords)));
  return {
    pid: child.pid,
    send: (message) => {
      // Sending to a dying child fails; onEnd reports its end.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromEngine)),
    onEnd: (listener) => ends.add(listener),
    kill: () => child.kill('SIGKILL'),
  };
}

function hearPulse(pipe: Readable, vigil: Vigil): void {
  pipe.setEncoding('latin1').on('data', (text: string) => vigil.pulse(text.trim().split('\n').at(-1) ?? ''));
  // The pipe of a process that died; the process's exit event reports its end.
  pipe.on('error', () => undefined);
}

/** A process held by a debugger is not hung; it will continue. */
function isTraced(pid: number | undefined): boolean {
  if (process.platform !== 'linux' || pid === undefined) return false;
  try {
    return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function endReason(code: number | null, signal: string | null, lastWords: string): Message {
  const how = signal === null ? say`it ended with code ${asIs(String(code))}` : say`it was ended by ${asIs(signal)}`;
  const said = lastWords.trim().split('\n').at(-1) ?? '';
  return said === '' ? how : say`${how} after "${asIs(said.slice(0, 300))}"`;
}
