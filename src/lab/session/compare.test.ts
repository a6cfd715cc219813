// Runs of several sessions in one: every point is copied, names and marks stay distinct, and the sources are unchanged.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../../session/index.ts';
import { columnsOf as columns } from '../../session/export/columns.ts';
import { columnsOf, cursorAt, someRun } from '../../session/testing/samples.ts';
import { compareSessions } from './compare.ts';
import { SessionLibrary } from './session-library.ts';

const home = mkdtempSync(join(tmpdir(), 'minrnn-compare-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function session(name: string, points: number): Promise<string> {
  const path = join(home, `${name}.rnnlab`);
  const store = unwrap(await sessionFiles.create(path, { name, note: '', experiment: null, baseline: null }));
  await store.addRuns([
    someRun('a', { name: 'minGRU', identity: 0, variant: 0, intent: 'finished', cursor: cursorAt(points) }),
    someRun('b', { name: `GRU of ${name}`, identity: 2, variant: 1, intent: 'active', cursor: cursorAt(points) }),
  ]);
  for (const id of ['a', 'b']) await store.appendMetrics(id, [columnsOf('val/loss', 0, points)]);
  await store.close();
  return path;
}

it('has every point of every run, under names and marks of their own', async () => {
  const paths = [await session('first', 5000), await session('second', 7)];
  const before = paths.map((path) => readFileSync(path));
  const library = new SessionLibrary(sessionFiles, () => home, home);
  const made = unwrap(await sessionFiles.open(await compareSessions(library, paths), { readOnly: true }));
  const runs = await made.runs();
  expect(runs.map(({ name }) => name)).toEqual(['minGRU · first', 'GRU of first', 'minGRU · second', 'GRU of second']);
  expect(new Set(runs.map(({ identity }) => identity)).size).toBe(4);
  expect(new Set(runs.map(({ variant }) => variant)).size).toBe(4);
  expect(runs.map(({ intent }) => intent)).toEqual(['finished', 'stopped', 'finished', 'stopped']);
  const [first] = await sessionPoints(paths[0] ?? '');
  expect(await columns(made, runs[0]?.id ?? '', 'val/loss')).toEqual(first);
  expect((await columns(made, runs[3]?.id ?? '', 'val/loss')).step).toHaveLength(7);
  await made.close();
  expect(paths.map((path) => readFileSync(path))).toEqual(before);
});

async function sessionPoints(path: string) {
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  const all = [await columns(store, 'a', 'val/loss'), await columns(store, 'b', 'val/loss')];
  await store.close();
  return all;
}
