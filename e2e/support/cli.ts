// One command of the real program with `--json`. Independent of pages.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

/** Runs a command on the folder of a running program and returns its JSON document. */
export async function jsonOf(home: string, args: readonly string[]): Promise<unknown> {
  const program = join(root, 'bin', 'minrnn.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], {
    env: { ...process.env, MINRNN_HOME: home },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}
