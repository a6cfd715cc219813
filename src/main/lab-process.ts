// Manages the lab process: a plain Node child with an IPC channel, restarted after a growing pause when it dies. Contains no lab logic:
// frames pass unchanged.
import { spawn } from 'node:child_process';
import { type Message, say, asIs } from '../engine/core/say.ts';
import { systemWords } from '../engine/core/system-words.ts';
import type { Frame, Grant } from '../protocol/rpc.ts';

/** The part of a child process that is used here. */
export interface LabChild {
  readonly pid?: number | undefined;
  send(frame: Frame | Grant): void;
  onFrame(listener: (frame: Frame) => void): void;
  /** Fires once: the process ended or never started. */
  onEnd(listener: (reason: Message) => void): void;
  /** Asks the child to end: closing the channel first, since the lab then shuts down cleanly. */
  disconnect(): void;
  kill(): void;
}

export interface LabProcessOptions {
  readonly start: () => LabChild;
  readonly onFrame: (frame: Frame) => void;
  /** True once a (new) process accepts frames, false when it ended. */
  readonly onConnection: (open: boolean) => void;
  /** It died `count` times in a row without living for long; no further attempt follows until `start`, and what was queued is dropped. */
  readonly onGivenUp: (count: number, reason: Message) => void;
}

const firstPause = 250;
const longestPause = 8_000;
const mostDeaths = 6;
/** A process that ran this long was healthy: its end resets the count. */
const healthyMs = 30_000;

/** Milliseconds to wait before the next start after `deaths` quick deaths. */
export const pauseAfter = (deaths: number): number => Math.min(firstPause * 2 ** (deaths - 1), longestPause);

/** Keeps the lab running from `start` until `stop`. */
export class LabProcess {
  readonly #options: LabProcessOptions;
  #child: LabChild | null = null;
  #queued: (Frame | Grant)[] = [];
  #deaths = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #onGone: (() => void) | null = null;

  constructor(options: LabProcessOptions) {
    this.#options = options;
  }

  /** Starts now, ignoring earlier crashes. Nothing happens while a process is up. */
  start(): void {
    this.#deaths = 0;
    if (this.#child === null && !this.#stopping) this.#spawn();
  }

  /** In order; queued while no process is running. */
  send(frame: Frame | Grant): void {
    if (this.#child === null) this.#queued.push(frame);
    else this.#child.send(frame);
  }

  isOpen(): boolean {
    return this.#child !== null;
  }

  /** Ends the process cleanly, by force after `graceMs`. Resolves when it is gone; it is not started again. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => (this.#onGone = resolve));
    const force = setTimeout(() => child.kill(), graceMs);
    child.disconnect();
    await gone;
    clearTimeout(force);
  }

  #spawn(): void {
    clearTimeout(this.#timer);
    this.#startedAt = performance.now();
    const child = this.#options.start();
    this.#child = child;
    child.onFrame(this.#options.onFrame);
    child.onEnd((reason) => {
      if (this.#child === child) this.#ended(reason);
    });
    const early = this.#queued;
    this.#queued = [];
    for (const frame of early) child.send(frame);
    this.#options.onConnection(true);
  }

  #ended(reason: Message): void {
    this.#child = null;
    this.#options.onConnection(false);
    this.#onGone?.();
    if (this.#stopping) return;
    this.#deaths = performance.now() - this.#startedAt >= healthyMs ? 1 : this.#deaths + 1;
    if (this.#deaths < mostDeaths) {
      this.#timer = setTimeout(() => this.#spawn(), pauseAfter(this.#deaths));
      return;
    }
    this.#queued = [];
    this.#options.onGivenUp(this.#deaths, reason);
  }
}

/** `node` null = no packaged Node here: Electron's own binary in its Node mode, which only a checkout's Electron has. */
export interface LabCommand {
  readonly node: string | null;
  readonly entry: string;
  readonly onOutput: (text: string) => void;
}

/** Starts the real child. Its output goes to the log, its frames over the IPC channel as JSON, the same bytes a browser gets. */
export function spawnLab({ node, entry, onOutput }: LabCommand): LabChild {
  const child = spawn(node ?? process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: node === null ? { ...process.env, ELECTRON_RUN_AS_NODE: '1' } : process.env,
    windowsHide: true,
  });
  child.stdout?.setEncoding('utf8').on('data', onOutput);
  child.stderr?.setEncoding('utf8').on('data', onOutput);
  return {
    pid: child.pid,
    send: (frame) => {
      // Sending to a dying child fails; onEnd reports its end, which answers pending requests.
      if (child.connected) child.send(frame, () => undefined);
    },
    onFrame: (listener) => child.on('message', (message) => listener(message as Frame)),
    onEnd: (listener) => {
      let told = false;
      const tell = (reason: Message): void => {
        if (told) return;
        told = true;
        listener(reason);
      };
      child.on('error', (problem) => tell(systemWords(problem)));
      child.on('exit', (code, signal) =>
        tell(
          signal === null
            ? say`it ended with code ${asIs(String(code))}`
            : say`it was ended by ${asIs<string>(signal)}`,
        ),
      );
    },
    disconnect: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => child.kill('SIGKILL'),
  };
}
