// The recipe for an op works: an op created in a copy of the sources compiles, its kernels build, and it passes the checks of every op.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { root } from './fresh.mjs';

const run = promisify(execFile);
const copy = mkdtempSync(join(tmpdir(), 'minrnn-new-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const check = `
const { checkOp } = await import('./src/engine/verify/check-op.ts');
const { cpuDevice } = await import('./src/engine/device/cpu/index.ts');
const { opCases } = await import('./src/engine/verify/op-cases.ts');
const devices = [1, 2].map((threads) => ({ device: cpuDevice, options: { threads, module: 'wasm' } }));
const { comparisons, failures } = await checkOp('scaledBend', opCases.scaledBend, devices);
console.log(JSON.stringify({ comparisons, failures }));
`;

test('an op from the template: five files and a line in the registry, then it compiles, builds and is correct; missing parts are named', async () => {
  for (const name of ['src', 'scripts', 'package.json', 'tsconfig.base.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const node = (...args: string[]) => run(process.execPath, args, { cwd: copy });

  const { stdout } = await node('scripts/new.mjs', 'op', 'scaled-bend');
  expect(stdout).toContain('5 files new, 1 changed.');
  await expect(node('scripts/new.mjs', 'op', 'scaled-bend')).rejects.toThrow(/must not exist yet/);

  const compilerOptions = { noEmit: true, skipLibCheck: true };
  const project = { extends: './tsconfig.base.json', compilerOptions, files: ['src/engine/ops/registry.ts'] };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(project));
  await node('node_modules/typescript/bin/tsc', '-p', '.');
  expect((await node('scripts/build-wasm.mjs')).stdout).toContain('built');

  const record = join(copy, 'src/engine/ops/scaled-bend/index.ts');
  const whole = readFileSync(record, 'utf8');
  writeFileSync(record, whole.replace('  split: piecewise,\n', ''));
  await expect(node('node_modules/typescript/bin/tsc', '-p', '.')).rejects.toMatchObject({
    stdout: expect.stringMatching(/scaled-bend.*'split' is missing/s) as string,
  });
  writeFileSync(record, whole.replace('maps: scaledBendKernels', "maps: scaledBendKernels, entries: ['nowhere']"));
  await expect(node('scripts/build-wasm.mjs')).rejects.toThrow(/got none for nowhere/);
  writeFileSync(record, whole);

  writeFileSync(join(copy, 'check.mjs'), check);
  const found = JSON.parse((await node('check.mjs')).stdout) as { comparisons: number; failures: string[] };
  expect(found.failures).toEqual([]);
  expect(found.comparisons).toBeGreaterThan(50);
});
