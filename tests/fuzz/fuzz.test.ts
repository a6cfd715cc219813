// Whatever the input, readers fail only with AppFailure, quickly, and without a crash. Each run of the suite uses half a minute of mutated
// inputs, always the same; MINRNN_FUZZ_SECONDS=3600 runs for an hour, MINRNN_FUZZ_INPUTS=1000000 that many inputs, MINRNN_FUZZ_SEED=7 uses
// others.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const inputs = Number(process.env['MINRNN_FUZZ_INPUTS'] ?? 0);
const seconds = Number(process.env['MINRNN_FUZZ_SECONDS'] ?? (inputs > 0 ? 0 : 30));
const seed = Number(process.env['MINRNN_FUZZ_SEED'] ?? 1);
/** Milliseconds without a report after which a reader counts as hung; it reports twice a second. */
const silence = 60_000;

interface Line {
  readonly broken?: string | number;
  readonly why?: string;
  readonly done?: boolean;
  readonly read?: number;
}

function fuzz(): Promise<{ readonly lines: readonly Line[]; readonly end: string }> {
  const program = fileURLToPath(new URL('./run.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', program, ...[seconds, inputs, seed].map(String)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  let rest = '';
  let watch = setTimeout(() => child.kill('SIGKILL'), silence);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    clearTimeout(watch);
    watch = setTimeout(() => child.kill('SIGKILL'), silence);
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as Line);
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(watch);
      resolve({ lines, end: signal ?? String(code) });
    }),
  );
}

it(
  'readers answer or refuse in words, in time, whatever they are given',
  { timeout: 600_000 + 1000 * seconds + inputs },
  async () => {
    const { lines, end } = await fuzz();
    const last = lines.at(-1);
    // A hang or a crash names the last input that was still read.
    expect({ end, done: last?.done, last: last?.done === true ? null : last }).toEqual({
      end: '0',
      done: true,
      last: null,
    });
    expect(lines.filter(({ why }) => why !== undefined)).toEqual([]);
    expect(last?.read).toBeGreaterThan(0);
  },
);
