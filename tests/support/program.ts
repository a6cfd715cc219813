// Runs the real program as a person would: its own process, its own home folder, real files.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin/minrnn.mjs');

/** A folder that is removed when the test file ends, with everything next to it: isolation-setup.ts. */
export const scratchFolder = (): string => mkdtempSync(join(tmpdir(), 'minrnn-test-'));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON lines. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

export interface Running {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  out(): string;
  /** Resolves with the text of the first match; rejects when the program ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly finished: Promise<Finished>;
}

export function start(args: readonly string[], home: string, env: Readonly<Record<string, string>> = {}): Running {
  return startScript([bin, ...args], home, env);
}

export function startScript(
  argv: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...argv], {
    env: { ...process.env, MINRNN_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => {
      const lines = (): Record<string, unknown>[] =>
        out
          .trim()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ code, out, err, lines });
    });
  });
  const until = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(out);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void finished.then(() =>
        reject(new Error(`the program ended before it printed ${String(pattern)}:\n${out}\n${err}`)),
      );
    });
  return { child, out: () => out, until, finished };
}

export const run = (
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> => start(args, home, env).finished;

export function writeJson(folder: string, name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits for a condition that stays true. The limit is only for hangs: a slow or busy machine must not reach it. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, ms = 500_000): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > ms) throw new Error(`${what} must hold within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A file system of 400 kB at `path`, which can be enlarged; null if this machine does not allow mounting. */
export function smallDisk(path: string): { grow(): void } | null {
  mkdirSync(path, { recursive: true });
  const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', path)) return null;
  afterAll(() => void spawnSync('umount', ['-l', path]));
  return { grow: () => void mount('-o', 'remount,size=64m', path) };
}
