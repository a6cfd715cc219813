// Engines read their data from a file: a race starts even if the data folder is read-only or contains another file of that name, and
// nothing in it is changed. Real engines, real files.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { sha256 } from '../src/lab/data/task-data.ts';
import { tinyText } from './support/experiments.ts';
import { eventually, scratchFolder } from './support/program.ts';

const ownFolders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('minrnn-data-'));

/** A lab with this data folder, and a race of two models on the book that comes with the program. */
async function race(data: string): Promise<void> {
  const home = scratchFolder();
  const lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data },
    onEvent: () => undefined,
  });
  const before = new Set(ownFolders());
  const door = handlersOf(lab);
  await door['session/new']({ name: 'text' });
  await door['race/start']({ spec: tinyText({ budget: { unit: 'steps', amount: 3 } }) });
  const states = () => lab.keeper.runs().map(({ id }) => lab.keeper.runState(id));
  await eventually('all have ended', () => states().every(({ status }) => ['finished', 'failed'].includes(status)));
  expect(states().map(({ status }) => status)).toEqual(states().map(() => 'finished'));
  expect(ownFolders().filter((name) => !before.has(name))).toHaveLength(1);
  await lab.close();
  expect(ownFolders().filter((name) => !before.has(name))).toEqual([]);
}

it('a race starts where the data folder cannot be made', async () => {
  const data = join(scratchFolder(), 'data');
  writeFileSync(data, 'a file where the folder should be');
  await race(data);
  expect(readFileSync(data, 'utf8')).toBe('a file where the folder should be');
});

it('a race learns the right text if another file has its name, and leaves that file unchanged', async () => {
  const data = join(scratchFolder(), 'data');
  mkdirSync(data);
  const book = '0af87669e16afbac484ab450db3343221bc6582e65565fcaa535807b5c1df370';
  const path = join(data, `${book}.txt`);
  writeFileSync(path, 'damaged');
  await race(data);
  expect(readFileSync(path, 'utf8')).toBe('damaged');
});

it('the text that a race has learned is stored under its hash if possible', async () => {
  const home = scratchFolder();
  const lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  const { path, sha256: hash, bytes } = await lab.datasets.handed.handle(await lab.datasets.content('moby-dick'));
  expect(path).toBe(join(home, 'data', `${hash}.txt`));
  expect([sha256(readFileSync(path)), readFileSync(path).byteLength]).toEqual([hash, bytes]);
  await lab.close();
  expect(existsSync(path)).toBe(true);
});
