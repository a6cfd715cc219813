// The rules for writing files: a file has one writer whatever its name, no file in use is replaced, and data reported as saved are in the
// file of that name. Other programs are separate processes here.
import {
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';
import { openWritable } from '../sqlite.ts';
import { testFolder } from '../testing/folder.ts';
import { holdOpen } from '../testing/holder.ts';
import { columnsOf, someHead, someRun } from '../testing/samples.ts';
import { acquireWriterLock, removeSession, writeWhole } from './index.ts';
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

const otherNames: Readonly<Record<string, (path: string) => string>> = {
  'the same name': (path) => path,
  'another spelling': (path) => join(dirname(path), '.', 'x', '..', path.slice(dirname(path).length + 1)),
  'a symbolic link': (path) => {
    symlinkSync(path, `${path}.sym.rnnlab`);
    return `${path}.sym.rnnlab`;
  },
  'a hard link': (path) => {
    linkSync(path, `${path}.hard.rnnlab`);
    return `${path}.hard.rnnlab`;
  },
  'its new name after a move': (path) => {
    renameSync(path, `${path}.moved.rnnlab`);
    return `${path}.moved.rnnlab`;
  },
  'its new name after a move with what lies beside it': (path) => {
    for (const suffix of ['', '-wal', '-shm', '-lock'])
      if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.all.rnnlab${suffix}`);
    return `${path}.all.rnnlab`;
  },
};

describe('a session that another program writes', () => {
  for (const [what, nameOf] of Object.entries(otherNames)) {
    it(`is not opened for writing under ${what}`, async () => {
      const path = await newSession();
      const other = await holdOpen(path);
      await other.ask('one');
      expect(await sessionFiles.open(nameOf(path))).toMatchObject(conflict);
      await other.kill();
    });
  }

  it.each(['a hard link', 'its new name after a move'])('is not read without its log under %s', async (what) => {
    const path = await newSession();
    const other = await holdOpen(path);
    expect(await other.ask('one')).toBe('noted one');
    const name = otherNames[what]?.(path) ?? '';
    const looks = [
      sessionFiles.open(name, { readOnly: true }),
      sessionFiles.describe(name),
      sessionFiles.recent(name),
      sessionFiles.check(name),
    ];
    for (const look of looks) expect(await look).toMatchObject(conflict);
    await other.kill();
  });

  it('is not opened under a hard link even when the lock of an older program says nothing of it', async () => {
    const path = await newSession();
    // An older program locks only the name; only SQLite's own lock on the file shows it.
    const old = openWritable(path);
    old.exec('PRAGMA journal_mode=WAL');
    old.prepare('SELECT count(*) FROM runs').get();
    const link = `${path}.hard.rnnlab`;
    linkSync(path, link);
    expect(await sessionFiles.open(link)).toMatchObject(conflict);
    expect(await sessionFiles.recent(link)).toMatchObject(conflict);
    old.close();
    const store = unwrap(await sessionFiles.open(link));
    await store.close();
  });

  it('is not opened under a hard link beside which an old log lies', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    const link = `${path}.hard.rnnlab`;
    linkSync(path, link);
    writeFileSync(`${link}-wal`, '');
    expect(() => acquireWriterLock(link)).toThrow('written under another name');
    rmSync(`${link}-wal`);
    await other.kill();
  });

  it('keeps its place: it is not moved, removed, replaced or saved over', async () => {
    const [path, from] = [await newSession(), await newSession()];
    const other = await holdOpen(path);
    await other.ask('one');
    const before = statSync(path).ino;
    expect(await sessionFiles.move(path, `${path}.trash`)).toMatchObject(conflict);
    expect(() => removeSession(path)).toThrow(
      expect.objectContaining({ appError: expect.objectContaining({ code: 'conflict' }) }),
    );
    await expect(writeWhole(path, 'an export', { shared: true })).rejects.toMatchObject({
      appError: { code: 'conflict' },
    });
    const store = unwrap(await sessionFiles.open(from));
    expect(await store.saveCopy(path, true)).toMatchObject(conflict);
    await store.close();
    expect(await sessionFiles.create(path, someHead)).toMatchObject(conflict);
    expect(statSync(path).ino).toBe(before);
    expect(await other.ask('two')).toBe('noted two');
    expect(await other.ask('end')).toBe('closed');
    const events = unwrap(await sessionFiles.open(path, { readOnly: true }));
    expect((await events.events()).map((event) => event.detail)).toEqual(['one', 'two']);
    await events.close();
  });

  it('is free again under every name when that program died', async () => {
    const path = await newSession();
    const other = await holdOpen(path);
    await other.ask('one');
    await other.kill();
    const store = unwrap(await sessionFiles.open(path));
    expect((await store.events()).map((event) => event.detail)).toEqual(['one']);
    await store.close();
    expect(existsSync(`${path}-lock`)).toBe(false);
  });
});

describe('a session whose file is taken away while it is open', () => {
  const takers: Readonly<Record<string, (path: string) => void>> = {
    removed: (path) => rmSync(path),
    'removed with what lies beside it': (path) => {
      for (const name of readdirSync(folder.path))
        if (join(folder.path, name).startsWith(path)) rmSync(join(folder.path, name));
    },
    moved: (path) => renameSync(path, `${path}.elsewhere`),
    replaced: (path) => {
      writeFileSync(`${path}.other`, 'another file');
      renameSync(`${path}.other`, path);
    },
  };
  for (const [what, take] of Object.entries(takers)) {
    it(`and ${what} before anything was written can be saved elsewhere`, async () => {
      const path = await newSession();
      const store = unwrap(await sessionFiles.open(path));
      take(path);
      await expect(store.addEvent(null, 'note', 'lost')).rejects.toMatchObject({ appError: { code: 'not-found' } });
      const rescue = folder.file();
      unwrap(await store.saveCopy(rescue, false));
      await store.close();
      expect(unwrap(await sessionFiles.check(rescue))).toMatchObject({ problems: [], checked: { runs: 1 } });
    });

    it(`and ${what} takes no write as saved, and everything can be saved elsewhere`, async () => {
      const path = await newSession();
      const store = unwrap(await sessionFiles.open(path));
      await store.appendMetrics('run', [columnsOf('train/loss', 0, 100)]);
      take(path);
      const gone = { appError: { code: 'not-found', message: saying(path) } };
      await expect(store.addEvent(null, 'note', 'lost')).rejects.toMatchObject(gone);
      await expect(store.appendMetrics('run', [columnsOf('train/loss', 100, 200)])).rejects.toMatchObject(gone);
      expect(await store.verify()).toMatchObject({ ok: false, error: gone.appError });
      const rescue = folder.file();
      unwrap(await store.saveCopy(rescue, false));
      await store.close();
      const saved = unwrap(await sessionFiles.open(rescue));
      expect((await saved.lastValues('run'))['train/loss']?.step).toBe(99);
      expect(await saved.events()).toEqual([]);
      await saved.close();
      if (what === 'replaced') expect(readFileSync(path, 'utf8')).toBe('another file');
    });
  }

  it('goes on when it is put back', async () => {
    const path = await newSession();
    const store = unwrap(await sessionFiles.open(path));
    renameSync(path, `${path}.away`);
    await expect(store.addEvent(null, 'note', 'away')).rejects.toMatchObject({ appError: { code: 'not-found' } });
    renameSync(`${path}.away`, path);
    expect((await store.verify()).ok).toBe(true);
    await store.addEvent(null, 'note', 'back');
    await store.close();
    const again = unwrap(await sessionFiles.open(path));
    expect((await again.events()).map((event) => event.detail)).toEqual(['back']);
    await again.close();
  });

  it('takes nothing from the session that has its name by then', async () => {
    const path = await newSession();
    const store = unwrap(await sessionFiles.open(path));
    await store.addEvent(null, 'note', 'old');
    for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
    await unwrap(await sessionFiles.create(path, someHead)).close();
    const other = await holdOpen(path);
    expect(await other.ask('one')).toBe('noted one');
    await store.close();
    expect(await other.ask('two')).toBe('noted two');
    await other.kill();
    const again = unwrap(await sessionFiles.open(path));
    expect((await again.events()).map((event) => event.detail)).toEqual(['one', 'two']);
    await again.close();
  });
});
