// Forged files: nothing foreign in them is executed, nothing hangs, every failure is an AppFailure, and reading changes nothing.
import { english } from '../engine/core/say.ts';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { AppFailure } from '../engine/core/result.ts';
import { SessionLibrary } from '../lab/session/session-library.ts';
import { Channel } from './channel.ts';
import { checkSession } from './check.ts';
import { sessionFiles } from './client.ts';
import { describeSession, recentSession } from './describe.ts';
import { readHead } from './head.ts';
import { createSession } from './create.ts';
import { openSession } from './open.ts';
import { readRuns } from './runs.ts';
import { forge, forgeLabyrinth, makeSession } from './testing/forge.ts';
import { asView, deep, foreign, odd, thawed } from './testing/forgeries.ts';
import { formatVersion } from './schema.ts';
import { readAnswers, readSamples } from './showing.ts';
import { someHead } from './testing/samples.ts';
import { saying } from '../../tests/support/saying.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-forged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => join(folder, `forged-${++count}.rnnlab`);
const good = makeSession(fresh());

/** Everything that is visible of a folder from outside. */
const state = (): unknown =>
  readdirSync(folder, { withFileTypes: true }).map((entry): unknown => {
    const { mtimeMs, size, ino } = statSync(join(folder, entry.name));
    const content = entry.isFile() && size < 2 ** 20 ? readFileSync(join(folder, entry.name)) : null;
    return [entry.name, mtimeMs, size, ino, content];
  });

function failureOf(work: () => unknown): AppFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof AppFailure) return error;
    throw error;
  }
  throw new Error('a failure is expected');
}

const readers = {
  open: openSession,
  'open to read': (path: string) => openSession(path, { readOnly: true }),
  describe: describeSession,
  recent: recentSession,
  check: checkSession,
};

describe('a session file with a foreign schema', () => {
  it.each(Object.entries(foreign))('%s is refused by every reader, in words, and stays as it is', (_, statements) => {
    const path = forge(good, fresh(), statements);
    const before = state();
    for (const read of Object.values(readers)) {
      const { appError } = failureOf(() => read(path));
      expect(appError.code).toBe('bad-input');
      expect(english(appError.message)).toContain(`${path} is not a session of this program`);
    }
    expect(state()).toEqual(before);
  });

  it('in UTF-16 is refused, as no version ever wrote one', () => {
    const path = fresh();
    const source = new DatabaseSync(good, { readOnly: true });
    const target = new DatabaseSync(path);
    target.exec(`PRAGMA encoding='UTF-16le'; PRAGMA application_id=1834110542; PRAGMA user_version=${formatVersion}`);
    for (const row of source.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all()) {
      target.exec(String(row['sql']));
    }
    source.close();
    target.close();
    expect(english(failureOf(() => openSession(path)).appError.message)).toMatch(/UTF-8, got texts in UTF-16le/);
  });

  it('in a statement that lost a bit is damaged, and what the other tables hold is saved', () => {
    const path = forge(good, fresh(), [
      "UPDATE sqlite_schema SET sql = replace(sql, 'prompt TEXT', 'prompt TEXU') WHERE name = 'samples'",
    ]);
    const session = openSession(path);
    expect(session.problem?.code).toBe('damaged-file');
    expect(readRuns(session.db).map(({ id }) => id)).toEqual(['a', 'b']);
    session.close();
  });

  it('has nothing of it read when something else is damaged as well', () => {
    const path = forge(good, fresh(), [
      `CREATE VIEW v ${asView}`,
      "UPDATE sqlite_schema SET name = 'session', tbl_name = 'session', rootpage = 0, type = 'view', sql = replace((SELECT sql FROM sqlite_schema WHERE name = 'v'), 'VIEW v', 'VIEW session') WHERE name = 'session'",
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE garbage (' WHERE name = 'events'",
    ]);
    const session = openSession(path);
    expect(readHead(session.db).name).toBe('recovered');
    expect(readRuns(session.db)).toHaveLength(2);
    session.close();
  });
});

describe('a session with one odd row', () => {
  it.each(Object.entries(odd))('(%s) opens read-only with all the others, and says what is wrong', (_, statement) => {
    const path = forge(good, fresh(), thawed(good, statement));
    const before = state();
    const session = openSession(path);
    expect(session.readOnly).toBe(true);
    expect(session.problem?.code).toBe('damaged-file');
    expect(readRuns(session.db).map(({ id }) => id)).toEqual(['b']);
    session.close();
    expect(recentSession(path).runs).toBe(1);
    expect(describeSession(path).problem?.code).toBe('damaged-file');
    expect(checkSession(path).problems.length).toBeGreaterThan(0);
    expect(state()).toEqual(before);
  });

  const oddShown: Readonly<Record<string, string>> = {
    'no detail at all': "UPDATE samples SET detail = 'null'",
    'a detail that is a list': "UPDATE samples SET detail = '[]'",
    'a detail without JSON': "UPDATE samples SET detail = '{'",
    'more symbols than probabilities': `UPDATE samples SET detail = '{"origin":"person","symbols":["a","b"],"shares":[1],"likeliest":[[]],"copied":{"start":0,"length":0},"words":null,"secondsPerSymbol":0}'`,
    'a deeply nested detail': `UPDATE samples SET detail = '${deep}'`,
    'answers that are a number': "UPDATE answers SET answers = '5'",
    'answers of fewer examples': `UPDATE answers SET answers = '{"examples":[1,2],"answers":[[1]],"shares":null}'`,
    'answers beyond every number': `UPDATE answers SET answers = '{"examples":[1],"answers":[[1e999]],"shares":null}'`,
    'answers to a second target of fewer examples': `UPDATE answers SET answers = '{"examples":[1],"answers":[[1]],"shares":null,"further":[{"target":"b","answers":[],"shares":null}]}'`,
    'a probability above one': `UPDATE answers SET answers = '{"examples":[1],"answers":[[1]],"shares":[[2]]}'`,
  };

  it.each(Object.entries(oddShown))(
    '(%s) is refused where it is read, found by a check, and harms nothing else',
    (_, s) => {
      const path = forge(good, fresh(), [s]);
      const session = openSession(path, { readOnly: true });
      const read = (): unknown => [readSamples(session.db, 'a'), readAnswers(session.db, 'a')];
      expect(failureOf(read).appError.code).toBe('damaged-file');
      expect(readRuns(session.db)).toHaveLength(2);
      expect([readSamples(session.db, 'b'), readAnswers(session.db, 'b')]).toEqual([[], []]);
      session.close();
      expect(checkSession(path).problems).toHaveLength(1);
    },
  );

  it.each([
    ["UPDATE session SET experiment = '{}'"],
    [
      `UPDATE session SET experiment = '{"format":"minrnn-experiment","version":1,"name":"x","task":{"id":"t"},"variants":5}'`,
    ],
    ["UPDATE session SET experiment = 'null'"],
  ])('(%s) keeps its runs when only the experiment is odd', (statement) => {
    const session = openSession(forge(good, fresh(), [statement]));
    expect(session.problem?.code).toBe('damaged-file');
    expect(readRuns(session.db).map(({ id }) => id)).toEqual(['a', 'b']);
    session.close();
  });
});

describe('numbers that add up to more than a whole number holds', () => {
  it.each([
    'UPDATE metric_series SET points = 9223372036854775807; UPDATE metric_series SET points = 1 WHERE rowid = 1',
    'INSERT INTO checkpoints SELECT * FROM checkpoints; UPDATE metric_series SET points = 9223372036854775800',
    'UPDATE metric_series SET points = 9007199254740993',
  ])('(%s) are refused as damage', (statement) => {
    const path = forge(good, fresh(), [statement]);
    expect(failureOf(() => describeSession(path)).appError.code).toBe('damaged-file');
  });
});

describe('looking', () => {
  it('makes nothing in the folder it is done from', () => {
    describeSession(good);
    expect(existsSync(':memory:')).toBe(false);
  });

  it('leaves no log and no shared memory beside a file in WAL mode, with or without its log', () => {
    const alone = forge(good, fresh(), ['PRAGMA journal_mode=WAL']);
    const withLog = fresh();
    const db = new DatabaseSync(forge(good, fresh(), ['PRAGMA journal_mode=WAL']));
    db.exec("UPDATE session SET name = 'in the log'");
    for (const suffix of ['', '-wal']) writeFileSync(withLog + suffix, readFileSync(String(db.location()) + suffix));
    db.close();
    const before = state();
    for (const path of [alone, withLog]) {
      for (const [name, read] of Object.entries(readers)) {
        if (name === 'open') continue;
        const value = read(path);
        if ('close' in value) value.close();
      }
    }
    expect(recentSession(withLog).name).toBe('in the log');
    expect(state()).toEqual(before);
  });

  it.each([512, 65536])('reads pages of %i bytes as well as any', (bytes) => {
    const path = forge(good, fresh(), [`PRAGMA page_size=${bytes}`, 'VACUUM']);
    expect(recentSession(path)).toMatchObject({ name: someHead.name, runs: 2 });
    openSession(path).close();
  });

  it('takes gigabytes of nothing for what they are, at once', () => {
    const [zeros, tail] = [fresh(), forge(good, fresh(), [])];
    writeFileSync(zeros, '');
    truncateSync(zeros, 4 * 2 ** 30);
    truncateSync(tail, 4 * 2 ** 30);
    for (const read of Object.values(readers)) expect(failureOf(() => read(zeros)).appError.code).toBe('damaged-file');
    expect(recentSession(tail).runs).toBe(2);
    openSession(tail, { readOnly: true }).close();
    rmSync(zeros);
    rmSync(tail);
  });
});

describe('the list of sessions', () => {
  it('shows every good file, whatever lies beside it, and looks at none for ever', async () => {
    const own = mkdtempSync(join(tmpdir(), 'minrnn-list-'));
    const at = (name: string): string => join(own, `${name}.rnnlab`);
    const names = [
      makeSession(at('good')),
      ...Object.entries(odd).map(([name, sql]) => forge(good, at(name), thawed(good, sql))),
    ];
    for (const [name, statements] of Object.entries(foreign)) names.push(forge(good, at(name), statements));
    names.push(forgeLabyrinth(good, at('a labyrinth'), 'runs'), at('a folder'));
    mkdirSync(at('a folder'));
    writeFileSync(at('a text'), 'Call me Ishmael.');
    execFileSync('mkfifo', [at('a pipe')]);
    const library = new SessionLibrary(sessionFiles, () => own, own);
    const listed = await library.list();
    expect(listed.find(({ path }) => path === at('good'))).toMatchObject({ runs: 2, name: someHead.name });
    expect(listed.map(({ path }) => path)).toEqual(expect.arrayContaining([...names, at('a text'), at('a pipe')]));
    const slow = await sessionFiles.recent(at('a labyrinth'));
    expect(slow.ok ? '' : english(slow.error.message)).toContain(at('a labyrinth'));
    expect((await library.details(at('good'))).runs).toBe(2);
    rmSync(own, { recursive: true });
  });
});

describe('a read that never ends', () => {
  it('is given up: the file is named, and the session ends', async () => {
    const path = fresh();
    createSession(path, someHead).close();
    const channel = new Channel(0.5);
    await channel.call('open', [path, true]);
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    const read = channel.call('head', []);
    await expect(read).rejects.toMatchObject({
      appError: { code: 'damaged-file', message: saying(path) },
    });
    await expect(channel.call('runs', [])).rejects.toBeInstanceOf(AppFailure);
    other.close();
    await channel.end();
  });
});
