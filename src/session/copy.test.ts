// Copies of every kind of open session, and a copy that replaces the open one: nothing missing, nothing left over, and after a failure the
// session is unchanged.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { sessionFiles } from './index.ts';
import type { SessionStore } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
const query = { metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
const stepsOf = async (store: SessionStore, run = 'a'): Promise<readonly number[]> =>
  (await store.series({ ...query, runs: [run] }))[0]?.step ?? [];
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const checkpoint = (step: number) =>
  ({ kind: 'latest', cursor: cursorAt(step), bytes: new Uint8Array(5000).fill(step) }) as const;

async function filled(points = 5000): Promise<SessionStore> {
  const store = unwrap(await sessionFiles.create(folder.file(), someHead));
  await store.addRuns([someRun('a'), someRun('b')]);
  await store.appendMetrics('a', [columnsOf('train/loss', 0, points)]);
  await store.putCheckpoint('a', checkpoint(9));
  return store;
}

/** Other files next to these. */
const leftovers = (...paths: readonly string[]): readonly string[] =>
  readdirSync(folder.path).filter((name) =>
    paths.some(
      (path) => join(folder.path, name).startsWith(`${path}.`) || join(folder.path, name).startsWith(`${path}-`),
    ),
  );

async function expectWhole(path: string, points = 5000): Promise<void> {
  expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
  const copy = unwrap(await sessionFiles.open(path));
  expect(copy.readOnly).toBe(false);
  expect((await copy.runs()).map((run) => run.id)).toEqual(['a', 'b']);
  expect(await stepsOf(copy)).toEqual(upTo(points));
  expect(unwrap(await copy.checkpoint('a', 'latest')).cursor.step).toBe(9);
  await copy.close();
}

/** A folder whose files this process cannot change; null if the test cannot create one here. */
function frozen(files: readonly string[]): string | null {
  const path = join(folder.path, `frozen-${readdirSync(folder.path).length}`);
  mkdirSync(path);
  const fill = (): void => files.forEach((file) => copyFileSync(file, join(path, file.slice(folder.path.length + 1))));
  if (process.platform === 'win32') return null;
  if (process.getuid?.() !== 0) {
    fill();
    execFileSync('chmod', ['-R', 'a-w', path]);
    onTestFinished(() => void execFileSync('chmod', ['-R', 'u+w', path]));
    return path;
  }
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
  fill();
  execFileSync('mount', ['-o', 'remount,ro', path]);
  return path;
}

/** A session whose writer was killed: what was committed last is in its log. */
async function cutOff(): Promise<string> {
  const store = unwrap(await sessionFiles.create(folder.file(), someHead));
  await store.addRuns([someRun('run'), someRun('b')]);
  await store.close();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./testing/kill-child.ts', import.meta.url)), store.path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (said: Buffer) => void (/cursor/.test(String(said)) && resolve())),
  );
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  return store.path;
}

describe('a copy of a session', () => {
  it('that is open for writing, for reading, or not at all', async () => {
    const store = await filled();
    const [first, second, third] = [folder.file(), folder.file(), folder.file()];
    unwrap(await store.saveCopy(first, false));
    await store.close();
    await expectWhole(first);
    const reader = unwrap(await sessionFiles.open(store.path, { readOnly: true }));
    unwrap(await reader.saveCopy(second, false));
    expect(await reader.edit({ note: 'x' }).catch(() => 'refused')).toBe('refused');
    await reader.close();
    await expectWhole(second);
    unwrap(await sessionFiles.copy(store.path, third));
    await expectWhole(third);
    expect(leftovers(store.path, first, second, third)).toEqual([]);
  });

  it('that another process is writing has everything committed so far, and the writer continues', async () => {
    const store = await filled(100);
    const target = folder.file();
    unwrap(await sessionFiles.copy(store.path, target));
    await store.appendMetrics('a', [columnsOf('train/loss', 100, 200)]);
    await expectWhole(target, 100);
    expect(await stepsOf(store)).toEqual(upTo(200));
    await store.close();
  });

  it('that is damaged holds what could be read', async () => {
    const store = await filled(9000);
    await store.close();
    const bytes = readFileSync(store.path);
    bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 20_000);
    writeFileSync(store.path, bytes);
    const salvaged = unwrap(await sessionFiles.open(store.path));
    expect(salvaged.readOnly).toBe(true);
    expect(salvaged.problem?.code).toBe('damaged-file');
    const [copy, other, moved] = [folder.file(), folder.file(), folder.file()];
    unwrap(await salvaged.saveCopy(copy, false));
    unwrap(await salvaged.moveTo(moved, false));
    expect([salvaged.path, salvaged.readOnly, salvaged.problem]).toEqual([moved, false, null]);
    await salvaged.edit({ note: 'saved' });
    await salvaged.close();
    unwrap(await sessionFiles.copy(store.path, other));
    for (const path of [copy, other, moved]) {
      const opened = unwrap(await sessionFiles.open(path));
      expect([opened.readOnly, (await opened.runs()).map((run) => run.id)]).toEqual([false, ['a', 'b']]);
      await opened.close();
      expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
    }
    expect(Buffer.compare(readFileSync(store.path), bytes)).toBe(0);
  });

  it('of an older format, byte for byte of the same format', async () => {
    const path = folder.file();
    writeFileSync(path, gunzipSync(readFileSync(new URL('./fixtures/v1.rnnlab.gz', import.meta.url))));
    const before = unwrap(await sessionFiles.describe(path)).formatVersion;
    const target = folder.file();
    unwrap(await sessionFiles.copy(path, target));
    expect(unwrap(await sessionFiles.describe(target)).formatVersion).toBe(before);
    expect(before).toBe(1);
  });

  it('whose writer was killed has what the log holds', async () => {
    const path = await cutOff();
    expect(existsSync(`${path}-wal`)).toBe(true);
    const target = folder.file();
    unwrap(await sessionFiles.copy(path, target));
    const copy = unwrap(await sessionFiles.open(target));
    expect((await stepsOf(copy, 'run')).length).toBeGreaterThan(0);
    expect(unwrap(await copy.checkpoint('run', 'latest')).cursor.step).toBeGreaterThan(0);
    await copy.close();
  });

  it('in a folder that cannot be written, with a log left beside it and without', async ({ skip }) => {
    const store = await filled();
    await store.close();
    const killed = await cutOff();
    const cut = unwrap(await sessionFiles.open(killed, { readOnly: true }));
    const stored = await stepsOf(cut, 'run');
    await cut.close();
    const place = frozen([store.path, killed, `${killed}-wal`]);
    if (place === null) return skip('this user may not make such a folder');
    const at = (path: string): string => join(place, path.slice(folder.path.length + 1));
    const state = readdirSync(place);
    for (const [path, points] of [
      [at(store.path), 5000],
      [at(killed), stored.length],
    ] as const) {
      const run = points === 5000 ? 'a' : 'run';
      const opened = unwrap(await sessionFiles.open(path));
      expect(opened.readOnly).toBe(true);
      const [copy, other] = [folder.file(), folder.file()];
      unwrap(await opened.saveCopy(copy, false));
      unwrap(await sessionFiles.copy(path, other));
      expect(await opened.saveCopy(join(place, 'x.rnnlab'), false)).toMatchObject({ error: { code: 'permission' } });
      unwrap(await opened.moveTo(folder.file(), false));
      expect(await stepsOf(opened, run)).toEqual(upTo(points));
      await opened.edit({ note: 'now it can be written' });
      await opened.close();
      for (const each of [copy, other]) {
        const again = unwrap(await sessionFiles.open(each));
        expect(await stepsOf(again, run)).toEqual(upTo(points));
        await again.close();
      }
    }
    expect(readdirSync(place)).toEqual(state);
  });
});

describe('a session that goes on in its copy', () => {
  it('has in both files what was asked before, and in the copy alone what was asked after', async () => {
    const store = await filled(100);
    const [before, target] = [store.path, folder.file()];
    const asked = [
      store.appendMetrics('a', [columnsOf('train/loss', 100, 150)]),
      store.moveTo(target, false).then(unwrap),
      store.appendMetrics('a', [columnsOf('train/loss', 150, 200)]),
      store.edit({ note: 'after' }),
    ];
    const seen = store.series({ ...query, runs: ['a'] });
    await Promise.all(asked);
    expect((await seen)[0]?.step).toEqual(upTo(200));
    expect([store.path, store.readOnly]).toEqual([target, false]);
    await store.close();
    await expectWhole(before, 150);
    await expectWhole(target, 200);
    expect(leftovers(before, target)).toEqual([]);
  });

  it('three times at once, and gives back every lock', async () => {
    const store = await filled(10);
    const paths = [store.path, folder.file(), folder.file(), folder.file()];
    const moves = paths.slice(1).map((path) => store.moveTo(path, false));
    await store.appendMetrics('a', [columnsOf('train/loss', 10, 20)]);
    expect((await Promise.all(moves)).map((moved) => moved.ok)).toEqual([true, true, true]);
    expect(store.path).toBe(paths[3]);
    for (const path of paths.slice(0, 3)) await expectWhole(path, 10);
    await store.close();
    await expectWhole(paths[3] ?? '', 20);
    expect(leftovers(...paths)).toEqual([]);
  });

  const refused: readonly (readonly [string, (target: string) => void | (() => void), boolean, string])[] = [
    ['into a folder that is not there', () => undefined, false, 'not-found'],
    ['over a file it may not replace', (target) => writeFileSync(target, 'precious'), false, 'conflict'],
    ['under a name whose lock cannot be had', (target) => mkdirSync(`${target}-lock`), false, 'permission'],
  ];
  it.each(refused)('is refused %s, and goes on as it was', async (name, prepare, overwrite, code) => {
    const store = await filled(50);
    const path = store.path;
    const target = name.includes('not there') ? join(folder.path, 'nowhere', 'x.rnnlab') : folder.file();
    prepare(target);
    const state = readdirSync(folder.path);
    const content = existsSync(target) ? readFileSync(target, 'utf8') : null;
    const moved = await store.moveTo(target, overwrite);
    expect(moved).toMatchObject({ ok: false, error: { code } });
    expect([store.path, store.readOnly]).toEqual([path, false]);
    expect(readdirSync(folder.path)).toEqual(state);
    expect(existsSync(target) ? readFileSync(target, 'utf8') : null).toBe(content);
    await store.appendMetrics('a', [columnsOf('train/loss', 50, 60)]);
    await store.close();
    await expectWhole(path, 60);
  });

  it('is refused over a session that is open, here or elsewhere', async () => {
    const [store, other] = [await filled(10), await filled(20)];
    expect(await store.moveTo(other.path, true)).toMatchObject({ error: { code: 'conflict' } });
    expect(await store.moveTo(store.path, true)).toMatchObject({ error: { code: 'conflict' } });
    for (const one of [store, other]) await one.edit({ note: 'still written' });
    for (const one of [store, other]) await one.close();
    await expectWhole(store.path, 10);
    await expectWhole(other.path, 20);
  });

  it('when somebody still reads the old file, which then keeps its log', async () => {
    const store = await filled(30);
    const before = store.path;
    const reader = new DatabaseSync(before, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM runs').get();
    unwrap(await store.moveTo(folder.file(), false));
    await store.edit({ note: 'in the copy' });
    await store.close();
    reader.exec('ROLLBACK');
    reader.close();
    await expectWhole(before, 30);
    await expectWhole(store.path, 30);
  });
});
