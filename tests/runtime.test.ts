// Runtimes through the command line: installed into the data folder, seen by `doctor`, computed with by `verify`, checked and removed; a broken one
// leaves the lab as it was.
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { minrnn } from './support/command-line.ts';
import { scratchFolder } from './support/program.ts';
import { RuntimeServer } from './support/runtime-server.ts';

const folder = scratchFolder();
const server = new RuntimeServer();
const own = process.env['MINRNN_TFJS_NODE'] ?? '';
const rows = (out: string): string[] => out.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());

beforeAll(async () => {
  await server.start();
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, JSON.stringify([server.source({ timed: false })]));
  process.env['MINRNN_RUNTIME_CATALOGUE'] = catalogue;
  process.env['MINRNN_HOME'] = join(folder, 'home');
});
afterAll(async () => {
  for (const name of ['MINRNN_RUNTIME_CATALOGUE', 'MINRNN_HOME']) delete process.env[name];
  if (own === '') delete process.env['MINRNN_TFJS_NODE'];
  await server.stop();
});

it.skipIf(own !== '')('a runtime is added, seen, used, found broken and removed', async () => {
  expect((await minrnn('runtime', 'list')).out).toMatch(/tensorflow +2\.15\.1 +can be installed/);
  expect(await minrnn('runtime', 'remove', 'tensorflow')).toMatchObject({ code: 2 });
  expect((await minrnn('runtime', 'add', 'torch')).code).toBe(2);

  const added = await minrnn('runtime', 'add', 'tensorflow', '--json');
  expect(added).toMatchObject({ code: 0, err: '' });
  const lines = added.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(lines.at(-1)).toMatchObject({ type: 'end', installed: { broken: null, check: { passed: 2, total: 2 } } });
  expect(await minrnn('runtime', 'add', 'tensorflow')).toMatchObject({ code: 2, out: '' });

  const seen = rows((await minrnn('doctor')).out).find((row) => row.startsWith('tensorflow'));
  expect(seen).toContain('TensorFlow 2.15.1 by @tensorflow/tfjs-node 4.22.0');
  const checked = (await minrnn('runtime', 'check', 'tensorflow')).out;
  expect(checked).toContain('2 of 2 operations agree with the reference');
  expect(rows(checked)).toContainEqual(expect.stringMatching(/^tensorflow( \de-\d| \d\.\de-\d){3} –$/));

  const library = join(folder, 'home/data/runtimes/tensorflow/node_modules/@tensorflow/tfjs-node');
  truncateSync(join(library, 'deps/lib/libtensorflow_cc.so.2'), 1);
  expect((await minrnn('runtime', 'list')).out).toMatch(/tensorflow +2\.15\.1 +broken[^]*missing or has another size/);
  expect(await minrnn('runtime', 'check', 'tensorflow')).toMatchObject({ code: 1 });
  expect(rows((await minrnn('doctor')).out).find((row) => row.startsWith('tensorflow'))).toContain('broken');

  expect(await minrnn('runtime', 'remove', 'tensorflow')).toMatchObject({ code: 0, out: 'tensorflow is removed.\n' });
  expect(existsSync(library)).toBe(false);
});
