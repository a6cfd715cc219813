// Keeps the lab of `npm run dev` up to date: starts it, and restarts it with the same session after its sources changed. It never
// interrupts runs; it waits until they end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childFlags } from '../../src/session/node-flags.ts';
import { root } from '../fresh.mjs';

/** Editors write a file in several steps. */
const settleMs = 100;

export class LabKeeper {
  #say;
  #child = null;
  #address = null;
  #session = null;
  #busy = 0;
  #wanted = false;
  #timer;
  #turn = Promise.resolve();

  constructor(say) {
    this.#say = say;
  }

  /** Where it listens; the port is closed while it does not run, and the page retries. */
  address() {
    return this.#address ?? { port: 9, token: '' };
  }

  /** Resolves when it listens or has ended before that, which is reported. */
  async start() {
    const args = [...childFlags, join(root, 'scripts/dev/lab.ts'), ...(this.#session === null ? [] : [this.#session])];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    const ready = Promise.withResolvers();
    child.on('message', (message) => {
      if (message.type === 'listening') ready.resolve((this.#address = message));
      if (message.type === 'state') this.#noteState(message);
    });
    child.on('exit', (code) => {
      this.#address = null;
      this.#busy = 0;
      if (this.#child !== child) return;
      this.#child = null;
      this.#say(`the lab ended (exit code ${code}); it starts again at the next change`);
      ready.resolve(null);
    });
    return ready.promise;
  }

  /** Its sources changed. */
  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#restartWhenIdle(), settleMs);
  }

  async stop() {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
  }

  #noteState({ session, busy }) {
    this.#session = session;
    this.#busy = busy;
    if (this.#wanted && busy === 0) this.#restartWhenIdle();
  }

  #restartWhenIdle() {
    if (this.#busy > 0) {
      if (!this.#wanted) this.#say(`${this.#busy} runs are under way; the lab starts again when they are done`);
      this.#wanted = true;
      return;
    }
    this.#wanted = false;
    this.#turn = this.#turn.then(async () => {
      await this.stop();
      if ((await this.start()) !== null) this.#say('the lab started again');
    });
  }
}
