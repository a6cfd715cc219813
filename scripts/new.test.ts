// The recipes work: an op, a model, a task, a device and a screen created in a copy of the sources compile, build, and pass the checks of
// their kind.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './fresh.mjs';

const run = promisify(execFile);
const copy = mkdtempSync(join(tmpdir(), 'minrnn-new-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));
const node = (...args: string[]) => run(process.execPath, args, { cwd: copy });
const make = async (what: string, name: string) => (await node('scripts/new.mjs', what, name)).stdout;

beforeAll(() => {
  const configs = [
    'package.json',
    'vitest.config.ts',
    ...['base', 'node', 'web'].map((name) => `tsconfig.${name}.json`),
  ];
  for (const name of ['src', 'scripts', 'tests/support', ...configs])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});

const check = `
const { checkOp } = await import('./src/engine/verify/check-op.ts');
const { checkModel } = await import('./src/engine/verify/check-model.ts');
const { smallSpec } = await import('./src/engine/verify/small-run.ts');
const { loadDevice } = await import('./src/engine/device/registry.ts');
const { opCases } = await import('./src/engine/verify/op-cases.ts');
const { models } = await import('./src/engine/models/registry.ts');
const { findTask } = await import('./src/engine/tasks/registry.ts');
const { makeBatch } = await import('./src/engine/tasks/streams.ts');
const { buildProgram } = await import('./src/engine/training/program.ts');
const { prepareRun } = await import('./src/engine/training/prepare.ts');
const { setUpRun } = await import('./src/engine/training/setup.ts');
const [cpu, own] = [await loadDevice('cpu'), await loadDevice('tinyChip')];
const wasm = [1, 2].map((threads) => ({ device: cpu, options: { threads, module: 'wasm' } }));
const chip = { device: own, options: { threads: 1 } };

const op = await checkOp('scaledBend', opCases.scaledBend, [...wasm, chip]);
const others = await checkOp('minGru', opCases.minGru, [chip]);
const groups = await checkModel(models.leakyAverage, [wasm[1], chip]);
const model = groups.flatMap(({ comparisons }) => comparisons);

const task = findTask('bright-half-v1').prepare({ evalSequences: 3 }, null).value;
const shown = makeBatch(task, 1, task.evalLength);
task.evaluate(shown, 0);
const spec = smallSpec({
  model: 'leakyAverage', implementation: 'scan', task: 'bright-half-v1', taskFields: { evalSequences: 3 },
  device: 'tinyChip', budget: { unit: 'steps', amount: 2 },
});
const program = buildProgram(setUpRun(spec, null).value);
const executable = await own.compile(program, { threads: 1 });
const metrics = [];
const listener = { metrics: (columns) => metrics.push(...columns.map(({ metric }) => metric)), checkpoint: () => undefined };
const { value: run } = await prepareRun({ spec, text: null, device: own, listener, resume: null });
const { outcome } = await run.slice({ seconds: 60, steps: null }, () => false);
console.log(JSON.stringify({
  op: { comparisons: op.comparisons, failures: [...op.failures, ...others.failures] },
  model: { comparisons: model.length, failures: model.filter((one) => !(one.worst <= one.allowed)) },
  picture: task.read(shown).picture,
  planned: own.plan(program, { threads: 1 }),
  taken: { planned: executable.plannedBytes(), total: executable.allocatedBytes() },
  trained: { outcome, metrics },
}));
`;

interface Found {
  readonly op: { readonly comparisons: number; readonly failures: readonly string[] };
  readonly model: { readonly comparisons: number; readonly failures: readonly unknown[] };
  readonly picture: { readonly points: readonly number[] };
  readonly planned: { readonly total: number };
  readonly taken: { readonly planned: object; readonly total: number };
  readonly trained: { readonly outcome: string; readonly metrics: readonly string[] };
}

/** One that asks for any device. */
const users = ['src/engine-host/device-choice.ts'];
const registries = ['ops', 'models', 'tasks', 'device'].map((folder) => `src/engine/${folder}/registry.ts`);

test('an op, a model, a task with pictures and a device from templates: a line in a registry each, then all compile, build and are right; what is left out is named', async () => {
  expect(await make('op', 'scaled-bend')).toContain('5 files new, 1 changed.');
  expect(await make('model', 'leaky-average')).toContain('1 files new, 1 changed.');
  expect(await make('task', 'bright-half')).toContain('1 files new, 1 changed.');
  expect(await make('device', 'tiny-chip')).toContain('4 files new, 1 changed.');
  await expect(make('op', 'scaled-bend')).rejects.toThrow(/must not exist yet/);
  await expect(make('planet', 'mars')).rejects.toThrow(/must be one of op, model, task, device, screen/);

  // The whole project has the types of WebAssembly from a package; these few files have them from `dom`.
  const lib = ['es2024', 'esnext.disposable', 'esnext.collection', 'dom'];
  // The second look, which must fail, reads again only what has changed.
  const compilerOptions = { lib, incremental: true, tsBuildInfoFile: './types.tsbuildinfo' };
  const project = {
    extends: './tsconfig.node.json',
    compilerOptions,
    include: ['src/**/*.d.ts'],
    files: [...registries, ...users],
  };
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
  const found = JSON.parse((await node('check.mjs')).stdout) as Found;
  expect([...found.op.failures, ...found.model.failures]).toEqual([]);
  expect(found.op.comparisons).toBeGreaterThan(50);
  expect(found.model.comparisons).toBeGreaterThan(50);
  expect(found.picture.points).toHaveLength(64);
  expect(found.taken).toEqual({ planned: found.planned, total: found.planned.total });
  expect(found.trained.outcome).toBe('finished');
  expect(found.trained.metrics).toEqual(expect.arrayContaining(['train/loss', 'val/accuracy']));
});

/** The project of the page without what this checkout builds before its tests. */
const pageTests = `
import vue from '@vitejs/plugin-vue';
export default {
  plugins: [vue()],
  test: { environment: 'happy-dom', testTimeout: 600_000, include: ['src/renderer/**/*.test.ts'] },
};
`;

test('a screen from the template: one line in the registry, then it has types, texts in both languages, an address, a place and a key', async () => {
  expect(await make('screen', 'my-screen')).toContain('5 files new, 1 changed.');
  await node('node_modules/vue-tsc/bin/vue-tsc.js', '-p', 'tsconfig.web.json', '--incremental', 'false');
  // What the page's tests check of every screen holds for this one.
  const views = 'src/renderer/views';
  writeFileSync(join(copy, 'vitest.config.ts'), pageTests);
  const { stdout } = await node(
    ...['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1', '--reporter', 'verbose'],
    ...[`${views}/my-screen`, `${views}/screens.test.ts`, 'src/renderer/i18n'],
  );
  expect(stdout).toMatch(/myScreen is named and drawn in the rail, and its code loads/);
  expect(stdout).toMatch(/lists the runs of the open session with their steps/);

  const chinese = join(copy, views, 'my-screen/zh.ts');
  writeFileSync(chinese, readFileSync(chinese, 'utf8').replace(/ {2}steps: .*\n/, ''));
  const project = {
    extends: './tsconfig.web.json',
    compilerOptions: { incremental: false, types: [] },
    files: [chinese],
  };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...project, include: [] }));
  await expect(node('node_modules/typescript/bin/tsc', '-p', '.')).rejects.toMatchObject({
    stdout: expect.stringMatching(/my-screen.*'steps' is missing/s) as string,
  });
});
