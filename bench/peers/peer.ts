// A contender in a process of its own, which answers one JSON line per request: setup, then one step at a time, so that contenders can take
// turns. A contender that is not installed is absent with a reason. Independent of cases.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Setup {
  readonly key: string;
  /** What the peer's script calls it. */
  readonly kind: string;
  readonly variant: string;
  readonly file: string;
}

interface Waiting {
  readonly resolve: (value: Reply) => void;
  readonly reject: (error: Error) => void;
}

export interface Reply {
  readonly version?: string;
  readonly losses?: readonly number[];
  readonly seconds?: number;
  readonly ms?: number;
  /** Milliseconds of processor time of a step. */
  readonly cpu?: number;
  /** Which of its forms a peer chose. */
  readonly form?: string;
  readonly error?: string;
}

export class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  #waiting: Waiting | null = null;
  #words = '';

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env } });
    this.#child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.#words = (this.#words + text).slice(-2000)));
    this.#child.on('error', (error) => this.#waiting?.reject(error));
    this.#child.on('exit', (code) => {
      const last = this.#words.trim().split('\n').at(-1) ?? '';
      this.#waiting?.reject(new Error(last === '' ? `it ended with code ${code}` : last));
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const waiting = this.#waiting;
      if (waiting === null || !line.startsWith('{')) return;
      this.#waiting = null;
      waiting.resolve(JSON.parse(line) as Reply);
    });
  }

  /** Its first line, which identifies it. Rejects with the reason why it cannot be used. */
  ready(): Promise<Reply> {
    return this.#next();
  }

  /** Five steps from the given start; their losses, or an error message. A peer that takes longer than `seconds` is abandoned. */
  async setup(request: Setup, seconds: number): Promise<Reply> {
    const late = setTimeout(() => {
      this.#waiting?.resolve({ error: `no answer within ${seconds} s` });
      this.#waiting = null;
      this.end();
    }, seconds * 1000);
    const reply = await this.#ask({ do: 'setup', ...request }).catch((error: unknown) => ({ error: String(error) }));
    clearTimeout(late);
    return reply;
  }

  /** Milliseconds of one step, timed inside the peer. */
  async step(key: string): Promise<number> {
    const { ms, error } = await this.#ask({ do: 'step', key });
    if (ms === undefined) throw new Error(`peer: a time is required, got ${error ?? 'nothing'}`);
    return ms;
  }

  /** The same with its processor time, for peers that tell. */
  async spent(key: string): Promise<{ readonly ms: number; readonly cpu: number }> {
    const { ms, cpu, error } = await this.#ask({ do: 'step', key });
    if (ms === undefined || cpu === undefined) throw new Error(`peer: a time is required, got ${error ?? 'nothing'}`);
    return { ms, cpu };
  }

  end(): void {
    this.#child.kill();
  }

  #ask(request: object): Promise<Reply> {
    const reply = this.#next();
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return reply;
  }

  #next(): Promise<Reply> {
    if (this.#child.exitCode !== null) return Promise.reject(new Error(`it ended with code ${this.#child.exitCode}`));
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }
}
