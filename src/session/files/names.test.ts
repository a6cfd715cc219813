// Ownership of names: side files are removed with their file, no file of another kind is replaced, and a person's files are readable by
// their owner only.
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { openWritable } from '../sqlite.ts';
import { testFolder } from '../testing/folder.ts';
import { holdOpen } from '../testing/holder.ts';
import { someHead, someRun } from '../testing/samples.ts';
import { acquireWriterLock, moveSession, publish, requireReplaceable, writeWhole } from './index.ts';
import { saying } from '../../../tests/support/saying.ts';

const folder = testFolder();
const conflict = { ok: false, error: { code: 'conflict' } };

async function newSession(): Promise<string> {
  const path = folder.file();
  const store = unwrap(await sessionFiles.create(path, someHead));
  await store.addRuns([someRun('run')]);
  await store.close();
  return path;
}

describe('taking a name', () => {
  it('sets aside what an earlier file of this name left beside it', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    await other.ask('one');
    await other.kill();
    const log = readFileSync(`${path}-wal`);
    renameSync(path, `${path}.moved`);
    const store = unwrap(await sessionFiles.create(path, { ...someHead, name: 'new' }));
    expect((await store.head()).name).toBe('new');
    expect(await store.events()).toEqual([]);
    await store.close();
    expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
    const left = readdirSync(folder.path).filter((name) => join(folder.path, name).startsWith(`${path}-wal.left-`));
    expect(left).toHaveLength(1);
    expect(readFileSync(join(folder.path, left[0] ?? '')).equals(log)).toBe(true);
  });

  it('replaces a session together with the log of its crash', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    await other.ask('one');
    await other.kill();
    const from = unwrap(await sessionFiles.open(await newSession()));
    unwrap(await from.saveCopy(path, true));
    await from.close();
    const copy = unwrap(await sessionFiles.open(path));
    expect(await copy.events()).toEqual([]);
    await copy.close();
    expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
  });

  it('that is refused leaves the session that has it with the log of its crash', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    await other.ask('one');
    await other.kill();
    const temporary = folder.file();
    writeFileSync(temporary, 'another file');
    expect(() => publish(temporary, path, false)).toThrow('must be free');
    const store = unwrap(await sessionFiles.open(path));
    expect((await store.events()).map((event) => event.detail)).toEqual(['one']);
    await store.close();
  });

  it('moves a session with the log of its crash, and refuses a name that is taken', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    await other.ask('one');
    await other.kill();
    const taken = await newSession();
    expect(await sessionFiles.move(path, taken)).toMatchObject(conflict);
    const to = folder.file();
    moveSession(path, to);
    const moved = unwrap(await sessionFiles.open(to));
    expect((await moved.events()).map((event) => event.detail)).toEqual(['one']);
    await moved.close();
    expect(readdirSync(folder.path).filter((name) => join(folder.path, name).startsWith(path))).toEqual([]);
  });

  it('fails with the old file as it was when the new one cannot be put there', async () => {
    const path = folder.file();
    await writeWhole(path, 'old');
    const lock = acquireWriterLock(path);
    await expect(writeWhole(path, 'new', { shared: true })).rejects.toMatchObject({ appError: { code: 'conflict' } });
    lock.release();
    await expect(writeWhole(path, 'new', { overwrite: false })).rejects.toMatchObject({
      appError: { code: 'conflict' },
    });
    expect(() => publish(`${path}.missing`, path, true)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('replacing', () => {
  const refused = (path: string, kind: 'session' | 'csv' | 'json' | 'safetensors', strict: boolean): boolean => {
    try {
      requireReplaceable(path, kind, strict);
      return false;
    } catch (error) {
      expect(error).toMatchObject({ appError: { code: 'bad-input', cure: saying(/./) } });
      return true;
    }
  };

  it('never takes a session, a database of another program or an experiment for an export', async () => {
    const database = join(folder.path, 'other.csv');
    const db = openWritable(database);
    db.exec('CREATE TABLE t (a)');
    db.close();
    const experiment = join(folder.path, 'e.json');
    writeFileSync(experiment, JSON.stringify({ name: 'x', format: 'minrnn-experiment' }));
    for (const strict of [true, false]) {
      for (const path of [await newSession(), database, experiment, folder.path, '/dev/null'])
        expect([path, refused(path, 'json', strict)]).toEqual([path, true]);
      expect(refused(database, 'session', strict)).toBe(true);
      expect(refused(experiment, 'session', strict)).toBe(true);
    }
  });

  it('takes its own kind, and at a shell other files; a page never a file of somebody else', () => {
    const at = (name: string, text: string): string => {
      const path = join(folder.path, name);
      writeFileSync(path, text);
      return path;
    };
    const own = at('own.csv', 'run_id,run_name,model\r\n');
    const profile = at('.profile', 'export PATH=x\n');
    const list = at('people.csv', 'name,phone\n');
    expect([own, profile, list].map((path) => refused(path, 'csv', true))).toEqual([false, true, true]);
    expect([own, profile, list].map((path) => refused(path, 'csv', false))).toEqual([false, false, false]);
    expect(refused(join(folder.path, 'free.csv'), 'csv', true)).toBe(false);
    expect(refused(profile, 'session', false)).toBe(true);
  });
});

describe('files of a person', () => {
  it('are theirs alone', { skip: process.platform === 'win32' }, async () => {
    const path = join(folder.path, 'made', 'here', 's.rnnlab');
    await writeWhole(`${path}.txt`, 'text');
    const store = unwrap(await sessionFiles.create(path, someHead));
    await store.addEvent(null, 'note', 'x');
    const names = readdirSync(dirname(path));
    expect(names).toEqual(expect.arrayContaining(['s.rnnlab', 's.rnnlab-wal', 's.rnnlab-shm', 's.rnnlab-lock']));
    for (const name of names) expect([name, statSync(join(dirname(path), name)).mode & 0o777]).toEqual([name, 0o600]);
    for (const part of [dirname(path), dirname(dirname(path))]) expect(statSync(part).mode & 0o777).toBe(0o700);
    await store.close();
  });
});
