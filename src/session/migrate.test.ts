// Migration from every older format to the current one: on a copy, atomically, with the old file kept.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkSession } from './check.ts';
import { applyMigrations, backupPath } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { createSession } from './create.ts';
import { openSession } from './open.ts';
import { readSeries } from './metrics/read.ts';
import { readRuns } from './runs.ts';
import { describeSession, recentSession } from './describe.ts';
import { formatVersion, versionOf } from './schema.ts';
import { insertAnswers, insertSample, readAnswers, readSamples } from './showing.ts';
import { all, openWritable, scalar, write } from './sqlite.ts';
import { listTexts, loadText, storeText } from './texts.ts';
import type { Database } from './sqlite.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, someDetail, someHead } from './testing/samples.ts';

const folder = testFolder();
const applied = new Set<string>();
const onMigration = (name: string): void => void applied.add(name);

function fixture(version = 1): string {
  const path = folder.file();
  writeFileSync(path, gunzipSync(readFileSync(new URL(`./fixtures/v${version}.rnnlab.gz`, import.meta.url))));
  return path;
}

/** A future format: every run gets a colour. */
const colours: Migration = {
  version: formatVersion + 1,
  name: 'synthetic-colours',
  apply: (db) => db.exec("ALTER TABLE runs ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"),
};
const broken: Migration = {
  version: formatVersion + 2,
  name: 'synthetic-broken',
  apply: (db) => db.exec('DELETE FROM runs; ALTER TABLE nothing ADD COLUMN x'),
};

describe('migration', () => {
  it('makes a new file by running every step from nothing', () => {
    const db = openWritable(folder.file());
    applyMigrations(db, migrations, onMigration);
    expect(versionOf(db)).toBe(formatVersion);
    const session = createSession(folder.file(), someHead);
    const shape = (of: Database): unknown => all(of, 'SELECT name, sql FROM sqlite_schema ORDER BY name');
    expect(shape(session.db)).toEqual(shape(db));
    session.close();
    db.close();
  });

  it('opens a file of format 1 with everything in it', () => {
    const path = fixture();
    const session = openSession(path, { onMigration });
    expect(readRuns(session.db).map((run) => [run.id, run.note, run.forkedFrom])).toEqual([
      ['first', 'ends in a spike', null],
      ['second', '', { run: 'first', step: 100 }],
    ]);
    const query = { runs: ['first'], metric: 'train/loss', x: 'step', from: null, to: null, columns: 1e6 } as const;
    expect(readSeries(session.db, query)[0]?.value).toEqual(columnsOf('train/loss', 0, 5000).value);
    session.close();
    expect(checkSession(path)).toMatchObject({ problems: [], checked: { points: 5140, checkpoints: 2, samples: 1 } });
  });

  it('reads a file of format 1 as it is where it may not or shall not be changed', () => {
    const path = fixture();
    const before = folder.state();
    const session = openSession(path, { readOnly: true });
    expect(versionOf(session.db)).toBe(1);
    expect(readRuns(session.db).map((run) => [run.id, run.texts])).toEqual([
      ['first', null],
      ['second', null],
    ]);
    expect(listTexts(session.db)).toEqual([]);
    expect(loadText(session.db, 'a'.repeat(64))).toEqual({ ok: true, value: null });
    session.close();
    expect(recentSession(path)).toMatchObject({ runs: 2 });
    expect(describeSession(path)).toMatchObject({ formatVersion: 1, problem: null });
    expect(checkSession(path).problems).toEqual([]);
    expect(folder.state()).toEqual(before);
  });

  it('leaves what is not known of the runs of format 1 unknown, and takes in texts from then on', () => {
    const path = fixture();
    const session = openSession(path, { onMigration });
    expect(readRuns(session.db).map((run) => run.texts)).toEqual([null, null]);
    write(session.db, 'full', () => storeText(session.db, 'input', Buffer.from('a text')));
    expect(listTexts(session.db)).toMatchObject([{ name: 'input', bytes: 6 }]);
    session.close();
    expect(checkSession(path)).toMatchObject({ problems: [], checked: { texts: 1 } });
  });

  it('opens a file of format 2, and takes in what runs write and answer from then on', () => {
    const path = fixture(2);
    const sample = { run: 'first', step: 5000, prompt: 'Call me', temperature: 0.8, seed: 7, text: ' Ishmael.' };
    const viewed = openSession(path, { readOnly: true });
    expect([versionOf(viewed.db), readAnswers(viewed.db, 'first')]).toEqual([2, []]);
    expect(readSamples(viewed.db, 'first')).toEqual([{ id: 1, ...sample, detail: null }]);
    viewed.close();
    expect(describeSession(path).contents.find(({ what }) => what === 'samples')).toMatchObject({
      count: 1,
      bytes: 16,
    });
    const session = openSession(path, { onMigration });
    expect(readSamples(session.db, 'first')).toEqual([{ id: 1, ...sample, detail: null }]);
    write(session.db, 'full', () => {
      insertSample(session.db, { ...sample, step: 0, detail: someDetail });
      insertAnswers(session.db, { run: 'first', step: 0, examples: [1], answers: [[2]], shares: null });
    });
    expect(readSamples(session.db, 'first').map(({ detail }) => detail)).toEqual([null, someDetail]);
    session.close();
    expect(checkSession(path)).toMatchObject({ problems: [], checked: { samples: 2, answers: 1, texts: 1 } });
    const old = openSession(backupPath(path, 2), { readOnly: true });
    expect(readRuns(old.db)).toHaveLength(2);
    old.close();
  });

  it('brings an older file forward and keeps the old one beside it', () => {
    const path = fixture();
    const session = openSession(path, { migrations: [...migrations, colours], onMigration });
    expect(versionOf(session.db)).toBe(formatVersion + 1);
    expect(all(session.db, 'SELECT colour FROM runs').map((row) => row['colour'])).toEqual(['blue', 'blue']);
    session.close();
    expect(applied).toContain(colours.name);
    const old = openSession(backupPath(path, 1), { readOnly: true });
    expect(scalar(old.db, 'SELECT count(*) FROM metric_series')).toBe(3);
    old.close();
  });

  it('leaves the file as it was when a step fails', () => {
    const path = fixture();
    const before = readFileSync(path);
    const open = (): unknown => openSession(path, { migrations: [...migrations, colours, broken], onMigration });
    expect(open).toThrow('nothing');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(backupPath(path, 1))).toBe(false);
    expect(Object.keys(folder.state()).filter((name) => /migrating|lock/.test(name))).toEqual([]);
  });

  it('refuses a file from the future and changes nothing', () => {
    const path = fixture();
    openSession(path, { migrations: [...migrations, colours] }).close();
    const before = folder.state();
    expect(() => openSession(path)).toThrow(
      `must have format ${formatVersion} or older, got format ${formatVersion + 1}`,
    );
    expect(folder.state()).toEqual(before);
  });

  it('asks for one opening with the right to write before an older file is read', () => {
    const path = fixture();
    const before = folder.state();
    expect(() => openSession(path, { readOnly: true, migrations: [...migrations, colours] })).toThrow('got format 1');
    expect(folder.state()).toEqual(before);
  });

  it('was tried for every step there is', () => {
    const untried = migrations.filter((step) => !applied.has(step.name)).map((step) => step.name);
    expect(untried).toEqual([]);
  });
});
