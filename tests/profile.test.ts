// `minrnn profile` from the command line: the launcher, a real experiment, table and JSON output.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder, writeJson } from './support/program.ts';

const home = scratchFolder();
const root = join(import.meta.dirname, '..');
const file = join(home, 'tiny.experiment.json');

interface Profiled {
  readonly variant: string;
  readonly title: string;
  readonly stepMilliseconds: number;
  readonly ops: readonly {
    readonly op: string;
    readonly milliseconds: number;
    readonly flops: number;
    readonly bytes: number;
    readonly share: number;
    readonly gflops: number | null;
  }[];
}

function minrnn(...argv: string[]) {
  return spawnSync(process.execPath, [join(root, 'bin/minrnn.mjs'), ...argv], {
    encoding: 'utf8',
    env: { ...process.env, MINRNN_HOME: home },
    timeout: 240_000,
  });
}

beforeAll(() => void writeJson(home, 'tiny.experiment.json', tinyRace(20)));

describe('profile', () => {
  it('tells the time, share, operations and bytes of every op of a step, variant by variant', () => {
    const { status, stdout } = minrnn('profile', file, '--steps', '4', '--device', 'reference', '--json');
    expect(status).toBe(0);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Profiled);
    expect(found.map(({ variant }) => variant)).toEqual(['minGRU', 'minLSTM']);
    for (const [i, { title, ops, stepMilliseconds }] of found.entries()) {
      const sum = (pick: (op: Profiled['ops'][number]) => number): number =>
        ops.reduce((all, one) => all + pick(one), 0);
      expect(title).toMatch(/Reference/);
      expect(ops.map(({ op }) => op)).toEqual(
        expect.arrayContaining(['matmul', ['minGruGrad', 'minLstmGrad'][i], 'adam']),
      );
      expect(sum(({ share }) => share)).toBeCloseTo(1, 9);
      expect(sum(({ milliseconds }) => milliseconds)).toBeLessThanOrEqual(stepMilliseconds * 1.5);
      const matmul = ops.find(({ op }) => op === 'matmul');
      expect(matmul?.gflops).toBeCloseTo((matmul?.flops ?? 0) / (matmul?.milliseconds ?? 0) / 1e6, 9);
      // Two matrices of d = 16 at 8 x 18 positions, each in three products; those of the first layer are of the rows of a small table.
      expect(matmul?.flops).toBeGreaterThan(6 * 2 * 144 * 16 * 16);
    }
  });

  it('shows a table by op, or each op of the network with --nodes', () => {
    const short = minrnn('profile', file, '--steps', '2', '--device', 'reference');
    expect(short.stdout).toMatch(/minGRU, Reference.*ms a step\n\nop +times +ms +share +GFLOP\/s +GB\/s\n/);
    const long = minrnn('profile', file, '--steps', '2', '--device', 'reference', '--nodes');
    expect(long.stdout).toMatch(/where +op +ms +share/);
    expect(long.stdout.split('\n').length).toBeGreaterThan(short.stdout.split('\n').length + 20);
  });

  it('refuses a device that cannot tell, with the cure', () => {
    const { status, stderr } = minrnn('profile', file, '--device', 'cpu', '--module', 'wasm');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/the device must tell the time of an op, got CPU · wasm simd128/);
    expect(stderr).toMatch(/Choose the native kernels/);
  });
});
