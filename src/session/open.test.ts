// Bad files of every kind: each gives an error that says what is wrong and leaves the file and its folder unchanged.
import { english } from '../engine/core/say.ts';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../engine/core/result.ts';
import { checkSession } from './check.ts';
import { storeCheckpoint } from './checkpoints.ts';
import { describeSession, recentSession } from './describe.ts';
import { appendColumns } from './metrics/write.ts';
import { readSeries } from './metrics/read.ts';
import { isDamage } from './failures.ts';
import { createSession } from './create.ts';
import { openSession } from './open.ts';
import type { OpenSession } from './opened.ts';
import { insertRuns, keyOf, readRuns } from './runs.ts';
import { write } from './sqlite.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();

/** A closed session with three runs of 9000 points each and a checkpoint of 200 kB. */
function filled(): string {
  const path = folder.file();
  const { db, close } = createSession(path, someHead);
  write(db, 'full', () => {
    insertRuns(db, [someRun('a'), someRun('b', { identity: 1 }), someRun('c', { identity: 2 })]);
    for (const id of ['a', 'b', 'c']) appendColumns(db, keyOf(db, id), columnsOf('train/loss', 0, 9000));
    storeCheckpoint(db, keyOf(db, 'a'), {
      kind: 'latest',
      cursor: cursorAt(9000),
      bytes: new Uint8Array(200_000).fill(7),
    });
  });
  close();
  return path;
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

function truncated(path: string, bytes: number): string {
  const handle = openSync(path, 'r+');
  ftruncateSync(handle, bytes);
  closeSync(handle);
  return path;
}

function made(content: string | Uint8Array): string {
  const path = folder.file();
  writeFileSync(path, content);
  return path;
}

function foreign(sql: string): string {
  const path = folder.file();
  const db = new DatabaseSync(path);
  db.exec(`CREATE TABLE things (x); ${sql}`);
  db.close();
  return path;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof AppFailure) return `${error.appError.code}: ${english(error.appError.message)}`;
    throw error;
  }
}

const bad: readonly (readonly [string, () => string, RegExp])[] = [
  ['a file that is not there', () => folder.file(), /^not-found: .* must exist/],
  ['a folder', () => folder.path, /^bad-input: .* a file is required/],
  ['an empty file', () => made(''), /^damaged-file: .* got an empty file/],
  ['a text', () => made('Call me Ishmael. '.repeat(1000)), /^damaged-file: .* must be an SQLite file/],
  ['a few bytes', () => made('SQLite format 3\0'), /^damaged-file: /],
  ['a file of another program', () => foreign('PRAGMA application_id=77'), /^damaged-file: .* got application id 77/],
  ['an SQLite file of no program', () => foreign(''), /^damaged-file: .* got an SQLite file of no program/],
  [
    'a session from a newer version',
    () => foreign('PRAGMA application_id=1834110542; PRAGMA user_version=99'),
    /^newer-version: .* must have format \d+ or older, got format 99/,
  ],
];

describe.each(bad)('%s', (_, make, message) => {
  it('is refused with a clear error and left as it is', () => {
    const path = make();
    const before = folder.state();
    for (const look of [openSession, describeSession, recentSession, checkSession]) {
      expect(codeOf(() => look(path))).toMatch(message);
    }
    expect(codeOf(() => openSession(path, { readOnly: true }))).toMatch(message);
    expect(folder.state()).toEqual(before);
  });
});

/** Values that differ from those stored; a read may fail, but only with the error that the file is damaged. */
function wrongValues(session: OpenSession): readonly number[] {
  const expected = columnsOf('train/loss', 0, 9000).value;
  try {
    const runs = readRuns(session.db).map((run) => run.id);
    const query = { runs, metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
    return readSeries(session.db, query).flatMap(({ step, value }) =>
      value.filter((v, i): v is number => v !== null && v !== expected[step[i] ?? -1]),
    );
  } catch (error) {
    expect(isDamage(error)).toBe(true);
    return [];
  }
}

describe('a damaged session', () => {
  it('of which less than a page is left is refused, and the check says what is wrong', () => {
    const path = truncated(filled(), 900);
    const before = folder.state();
    for (const look of [openSession, describeSession, recentSession]) {
      expect(codeOf(() => look(path))).toMatch(/^damaged-file: .* no run can be recovered/);
    }
    expect(checkSession(path).problems.map(english).join()).toMatch('malformed');
    expect(folder.state()).toEqual(before);
  });

  it('that lost its end opens read-only with what is there, and stays as it is', () => {
    const path = filled();
    const size = readFileSync(path).length;
    truncated(path, Math.floor(size * 0.6));
    const before = folder.state();
    const session = openSession(path);
    expect(session.readOnly).toBe(true);
    expect(session.problem?.code).toBe('damaged-file');
    expect(readRuns(session.db).map((run) => run.id)).toEqual(['a', 'b', 'c']);
    const query = { runs: ['a'], metric: 'train/loss', x: 'step', from: 0, to: 4000, columns: 1e6 } as const;
    expect(readSeries(session.db, query)[0]?.value).toEqual(columnsOf('train/loss', 0, 4001).value);
    session.close();
    expect(describeSession(path).problem?.code).toBe('damaged-file');
    expect(checkSession(path).problems.length).toBeGreaterThan(0);
    expect(folder.state()).toEqual(before);
  });

  it('gives whatever survives for any page that is lost, and never a wrong value', () => {
    const source = filled();
    const pages = Math.floor(readFileSync(source).length / 4096);
    let opened = 0;
    for (let page = 1; page < pages; page += 13) {
      const path = folder.file();
      copyFileSync(source, path);
      overwrite(path, page * 4096, new Uint8Array(4096).fill(0xa5));
      let session;
      try {
        session = openSession(path);
      } catch (error) {
        expect(error).toBeInstanceOf(AppFailure);
        continue;
      }
      opened++;
      expect(wrongValues(session)).toEqual([]);
      session.close();
    }
    expect(opened).toBeGreaterThan(pages / 13 / 2);
  });

  it('with a changed byte inside a block of points is found by the check', () => {
    const path = filled();
    const bytes = readFileSync(path);
    const spike = Buffer.alloc(8);
    spike.writeDoubleLE(columnsOf('train/loss', 0, 10).value[3] ?? 0);
    const at = bytes.indexOf(spike);
    expect(at).toBeGreaterThan(0);
    overwrite(path, at, Uint8Array.of(0));
    expect(checkSession(path).problems.map(english).join()).toMatch(/checksum|extremes/);
  });
});

describe('opening', () => {
  it('leaves one file behind, and nothing beside it, when it is closed', () => {
    const path = join(folder.path, 'alone', 'x.rnnlab');
    mkdirSync(join(folder.path, 'alone'));
    createSession(path, someHead).close();
    openSession(path).close();
    openSession(path, { readOnly: true }).close();
    describeSession(path);
    expect(codeOf(() => createSession(path, someHead))).toMatch(/^conflict/);
    expect(codeOf(() => createSession(join(folder.path, 'nowhere', 'x.rnnlab'), someHead))).toMatch(/^not-found/);
    const other = readdirSync(join(folder.path, 'alone'));
    expect(other).toEqual(['x.rnnlab']);
  });

  it('twice for writing is a conflict, for reading it is not', () => {
    const path = filled();
    const first = openSession(path);
    expect(codeOf(() => openSession(path))).toMatch(/^conflict: .* got a second writer/);
    const reader = openSession(path, { readOnly: true });
    write(first.db, 'full', () => insertRuns(first.db, [someRun('late')]));
    expect(readRuns(reader.db).map((run) => run.id)).toContain('late');
    reader.close();
    first.close();
    openSession(path).close();
  });
});
