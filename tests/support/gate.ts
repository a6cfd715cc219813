// Holds runs under way until the test lets them continue, so that no test depends on how fast a machine trains: engines take one step each,
// then one waits as if its next turn were long. Real engines, real messages; only the turns are shortened and held back.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually, root } from './program.ts';

let gates = 0;

export class Gate {
  readonly #file: string;
  /** For the process whose engines are to wait. */
  readonly env: Readonly<Record<string, string>>;

  constructor(folder: string) {
    this.#file = join(folder, `gate-${(gates += 1)}`);
    this.env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'tests/support/gate-engine.mjs')).href}`,
      MINRNN_TEST_GATE: this.#file,
    };
  }

  /** Resolves when the race waits: every engine has trained a step. */
  async reached(): Promise<void> {
    await eventually('a run waits at the gate', () => existsSync(`${this.#file}.reached`));
  }

  /** Lets every run continue, now and later. */
  open(): void {
    writeFileSync(this.#file, '');
  }

  /** Runs `work` with the engines of this process, a lab of the test's own, before the gate. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    const before = { ...process.env };
    Object.assign(process.env, this.env);
    try {
      return await work();
    } finally {
      for (const name of Object.keys(this.env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  }
}
