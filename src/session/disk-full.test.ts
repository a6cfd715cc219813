// A full disk: the change is refused as a whole, existing data stay, and work continues once there is space again.
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppFailure, unwrap } from '../engine/core/result.ts';
import { asAppError } from './failures.ts';
import { sessionFiles } from './index.ts';
import { appendColumns } from './metrics/write.ts';
import { createSession } from './create.ts';
import { insertRuns, keyOf, readRuns } from './runs.ts';
import { scalar, write } from './sqlite.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return asAppError(error)?.code ?? 'bug';
  }
};

/** A file system of 3 MB, or null where this user may not make one. */
function smallDisk(): string | null {
  const path = join(folder.path, 'small');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return null;
  }
  afterAll(() => execFileSync('umount', ['-l', path]));
  return path;
}

const disk = process.platform === 'linux' ? smallDisk() : null;

describe('a file that may not grow', () => {
  it('refuses the change as a whole and takes the next one that fits', () => {
    const { db, close } = createSession(folder.file(), someHead);
    write(db, 'full', () => insertRuns(db, [someRun('a')]));
    const append = (from: number, to: number): void =>
      write(db, 'normal', () => appendColumns(db, keyOf(db, 'a'), columnsOf('train/loss', from, to)));
    append(0, 100);
    db.exec(`PRAGMA max_page_count=${scalar(db, 'PRAGMA page_count') + 8}`);
    expect(codeOf(() => append(100, 50_000))).toBe('disk-full');
    append(100, 120);
    expect(readRuns(db).length).toBe(1);
    expect(scalar(db, 'SELECT points FROM metric_series')).toBe(120);
    db.exec('PRAGMA max_page_count=1000000');
    append(120, 50_000);
    expect(scalar(db, 'SELECT points FROM metric_series')).toBe(50_000);
    close();
  });
});

/** A session with an hour of notes in an unmerged log, copied to a disk that is completely full. */
async function leftOnFullDisk(place: string, name: string, withShared: boolean): Promise<string> {
  const source = folder.file();
  const writer = unwrap(await sessionFiles.create(source, someHead));
  await writer.addRuns([someRun('a')]);
  await writer.appendMetrics('a', [columnsOf('train/loss', 0, 500)]);
  await writer.edit({ note: 'an hour of notes' });
  const path = join(place, name);
  for (const suffix of withShared ? ['', '-wal', '-shm'] : ['', '-wal']) copyFileSync(source + suffix, path + suffix);
  await writer.close();
  return path;
}

/** Fills the disk completely. */
function fill(ballast: string): void {
  for (const size of [8_000_000, 4096, 1]) {
    try {
      for (;;) appendFileSync(ballast, new Uint8Array(size));
    } catch {
      // Filled to the brim, as intended.
    }
  }
}

describe('a full disk with a log that was left (skipped where a small disk cannot be mounted)', () => {
  it.skipIf(disk === null).each([
    ['alone', false],
    ['with its shared memory', true],
  ] as const)('%s opens for viewing with all that was committed and says why', async (_, shared) => {
    const place = join(disk ?? '', shared ? 'b' : 'a');
    mkdirSync(place);
    const path = await leftOnFullDisk(place, 'left.rnnlab', shared);
    const ballast = join(place, 'ballast');
    fill(ballast);
    expect(unwrap(await sessionFiles.describe(path)).note).toBe('an hour of notes');
    expect(unwrap(await sessionFiles.recent(path)).runs).toBe(1);
    expect(unwrap(await sessionFiles.check(path)).problems).toEqual([]);
    for (const readOnly of [true, false]) {
      const store = unwrap(await sessionFiles.open(path, { readOnly }));
      expect((await store.head()).note).toBe('an hour of notes');
      expect((await store.lastValues('a'))['train/loss']?.step).toBe(499);
      if (store.readOnly && !readOnly) expect(store.problem).toMatchObject({ code: 'disk-full' });
      if (!store.readOnly)
        await expect(store.edit({ note: 'x'.repeat(200_000) })).rejects.toMatchObject({
          appError: { code: 'disk-full' },
        });
      await store.close();
    }
    rmSync(ballast);
    const store = unwrap(await sessionFiles.open(path));
    expect(store.readOnly).toBe(false);
    expect((await store.head()).note).toBe('an hour of notes');
    await store.close();
    expect(unwrap(await sessionFiles.check(path))).toMatchObject({ problems: [], checked: { points: 500 } });
    expect(readdirSync(place)).toEqual(['left.rnnlab']);
    rmSync(place, { recursive: true });
  });

  it.skipIf(disk === null)('lets nobody make a session there, and leaves nothing of it', async () => {
    const place = join(disk ?? '', 'c');
    mkdirSync(place);
    fill(join(place, 'ballast'));
    expect(await sessionFiles.create(join(place, 'new.rnnlab'), someHead)).toMatchObject({
      error: { code: 'disk-full' },
    });
    expect(readdirSync(place)).toEqual(['ballast']);
    rmSync(place, { recursive: true });
  });
});

describe('a full disk (skipped where a small one cannot be mounted)', () => {
  it.skipIf(disk === null)('refuses with disk-full, keeps what was stored, and goes on after making room', async () => {
    const path = join(disk ?? '', 'x.rnnlab');
    const ballast = join(disk ?? '', 'ballast');
    const store = unwrap(await sessionFiles.create(path, someHead));
    await store.addRuns([someRun('a')]);
    const bytes = new Uint8Array(200_000).fill(3);
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(1), bytes });
    try {
      writeFileSync(ballast, new Uint8Array(8_000_000));
    } catch {
      // Filled to the brim, as intended.
    }
    const big = { kind: 'latest', cursor: cursorAt(2), bytes: new Uint8Array(4_000_000) } as const;
    await expect(store.putCheckpoint('a', big)).rejects.toSatisfy(
      (error) => error instanceof AppFailure && error.appError.code === 'disk-full',
    );
    expect(await store.saveCopy(join(disk ?? '', 'copy.rnnlab'), false)).toMatchObject({
      error: { code: 'disk-full' },
    });
    expect(unwrap(await store.checkpoint('a', 'latest')).cursor.step).toBe(1);
    rmSync(ballast);
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(3), bytes });
    expect(unwrap(await store.checkpoint('a', 'latest')).cursor.step).toBe(3);
    await store.close();
    expect(unwrap(await sessionFiles.check(path))).toMatchObject({ problems: [], checked: { checkpoints: 1 } });
  });
});
