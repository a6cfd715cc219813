// The real program behind the browser shell: `bin/minrnn.mjs serve` as a process of its own, with everything it keeps in one folder.
// Independent of pages.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
/** Limits for what hangs; a slow or busy machine must not reach them. */
const startSeconds = 240;
const stopSeconds = 120;

interface Address {
  readonly url: string;
  readonly port: number;
  readonly token: string;
}

/** Windows has no groups: there the process alone is ended. */
const isGroup = process.platform !== 'win32';

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

export class Program {
  readonly home: string;
  #child: ChildProcess | null = null;
  #address: Address | null = null;
  /** The launcher, the lab and its engines: for a test that was given up, whose worker ends without the way out. */
  #endAll: () => void = () => undefined;
  #errors = '';

  constructor(home: string) {
    this.home = home;
  }

  /** With the token, as printed for a person. */
  get url(): string {
    return this.#running.url;
  }
  get port(): number {
    return this.#running.port;
  }
  get token(): string {
    return this.#running.token;
  }
  /** Of the process that was started. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('program: it must be running, got one that was not started');
    return this.#child.pid;
  }
  /** What it has written to standard error since it started listening: nothing when all is well. */
  get errors(): string {
    return this.#errors;
  }
  get #running(): Address {
    if (this.#address === null) throw new Error('program: it must be running, got one that was not started');
    return this.#address;
  }

  /** `env`: switches of this start. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'bin/minrnn.mjs'), 'serve', '--json'], {
      cwd: this.home,
      env: { ...process.env, MINRNN_HOME: this.home, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that nothing of it outlives the test, whatever became of the launcher.
      detached: isGroup,
    });
    this.#child = child;
    this.#endAll = () => killGroup(child.pid);
    process.once('exit', this.#endAll);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    const first = once(createInterface(child.stdout), 'line') as Promise<[string]>;
    const gone = once(child, 'exit').then(() => {
      throw new Error(`program: it must say where it listens, got its end: ${this.#errors}`);
    });
    const late = AbortSignal.timeout(startSeconds * 1000);
    const tooLate = once(late, 'abort').then(() => {
      throw new Error(`program: it must say where it listens within ${startSeconds} s: ${this.#errors}`);
    });
    const [line] = await Promise.race([first, gone, tooLate]);
    gone.catch(() => undefined);
    tooLate.catch(() => undefined);
    this.#address = JSON.parse(line) as Address;
    // A checkout builds what is stale before it listens, and a build may print how long it took.
    this.#errors = '';
  }

  /** Ends it as a person or the system would; resolves with the exit code (null when it was killed). */
  async stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    this.#address = null;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill(signal);
    const impatient = setTimeout(() => killGroup(child.pid), stopSeconds * 1000);
    await ended;
    clearTimeout(impatient);
    process.off('exit', this.#endAll);
    return child.exitCode;
  }
}
