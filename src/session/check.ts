// All checks of a session file, without changing it: each part is checked even if another one is damaged.
import { asIs, say, type Message, type MessageValue } from '../engine/core/say.ts';
import { verifiedBytes } from './checkpoints.ts';
import { requireReadable } from './evidence.ts';
import { asAppError, failure } from './failures.ts';
import { existingFile, requireReadableHere } from './files/index.ts';
import { readHead } from './head.ts';
import { integrityProblems } from './integrity.ts';
import { countOf, fallAt, floatsOf } from './metrics/codec.ts';
import type { SeriesColumns } from './metrics/codec.ts';
import { piecesOf } from './metrics/pieces.ts';
import { buildPyramid, chunkPoints } from './metrics/summary.ts';
import { isReadable, requireSession } from './recognise.ts';
import { readRuns } from './runs.ts';
import { formatVersion } from './schema.ts';
import { openUntouched } from './readable.ts';
import {
  all,
  blobOf,
  isSqliteError,
  numberOf,
  numberOrNull,
  one,
  primaryCode,
  read,
  scalar,
  sqliteCode,
  textOf,
} from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';
import { listTexts, loadText } from './texts.ts';
import { readAnswers, readSamples } from './showing.ts';
import { readEvents } from './events.ts';

export interface CheckReport {
  readonly problems: readonly Message[];
  /** Numbers of checked items. */
  readonly checked: Readonly<Record<string, number>>;
}

class Report {
  readonly problems: Message[] = [];
  readonly checked: Record<string, number> = {};

  count(what: string, by = 1): void {
    const before = this.checked[what];
    this.checked[what] = before === undefined ? by : before + by;
  }

  /** Runs one check; damage is recorded as a problem and does not abort. */
  part(where: MessageValue, check: () => void): void {
    try {
      check();
    } catch (error) {
      const known = asAppError(error);
      if (known?.code !== 'damaged-file') throw error;
      this.problems.push(say`${where}: ${known.message}`);
    }
  }

  require(holds: boolean, problem: Message): void {
    if (!holds) this.problems.push(problem);
  }
}

function checkRuns(db: Database, report: Report): void {
  const head = readHead(db);
  const runs = readRuns(db);
  report.count('runs', runs.length);
  for (const run of runs) {
    report.require(run.spec.format === 'minrnn-run', say`run ${asIs(run.id)}: its spec must have format minrnn-run`);
    report.require(Number.isFinite(run.cursor.step), say`run ${asIs(run.id)}: its cursor must have a step`);
    report.part(say`samples of run ${asIs(run.id)}`, () => report.count('samples', readSamples(db, run.id).length));
    report.part(say`answers of run ${asIs(run.id)}`, () => report.count('answers', readAnswers(db, run.id).length));
  }
  const known = head.baseline === null || runs.some((run) => run.id === head.baseline);
  report.require(known, say`session: the baseline ${asIs(head.baseline ?? '')} must be one of its runs`);
  report.count('events', readEvents(db).length);
}

function checkCheckpoints(db: Database, report: Report): void {
  const sql = `SELECT c.step, c.kind, c.cursor, c.sha256, c.bytes, c.data, r.id AS run
    FROM checkpoints c JOIN runs r ON r.key = c.run WHERE c.id = ?`;
  report.checked['checkpoints'] = 0;
  for (const entry of all(db, 'SELECT id FROM checkpoints ORDER BY id')) {
    report.part(say`checkpoint ${numberOf(entry, 'id')}`, () => {
      const row = one(db, sql, numberOf(entry, 'id'));
      if (!row) return;
      report.count('checkpoints');
      const bytes = verifiedBytes(row);
      if (!bytes.ok) report.problems.push(say`run ${asIs(textOf(row, 'run'))}: ${bytes.error.message}`);
    });
  }
}

function checkTexts(db: Database, report: Report): void {
  report.checked['texts'] = 0;
  for (const { sha256 } of listTexts(db)) {
    report.part(say`text ${asIs(sha256)}`, () => {
      const text = loadText(db, sha256);
      report.count('texts');
      if (!text.ok) report.problems.push(text.error.message);
    });
  }
}

const sameFloats = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

function checkPyramid(db: Database, series: number, start: number, points: SeriesColumns): boolean {
  const sql = 'SELECT summary, coarse, fine FROM metric_chunks WHERE series = ? AND start = ?';
  const row = one(db, sql, series, start);
  if (!row) return false;
  const expected = buildPyramid(points, start);
  const levels = ['summary', 'coarse', 'fine'] as const;
  return levels.every((level) => sameFloats(floatsOf(blobOf(row, level)), expected[level]));
}

function checkSeries(db: Database, row: Row, report: Report): void {
  const id = numberOf(row, 'id');
  const name = say`${asIs(textOf(row, 'metric'))} of run ${asIs(textOf(row, 'run'))}`;
  const sealed = Math.floor(numberOf(row, 'points') / chunkPoints) * chunkPoints;
  let expected = 0;
  let last = 0;
  for (const { start, points } of piecesOf(db, id)) {
    report.require(start === expected, say`${name}: points must go on at ${expected}, got ${start}`);
    report.require(points !== null, say`${name}: the points from ${start} must have their checksum`);
    expected = start;
    if (!points) continue;
    expected += countOf(points);
    report.count('points', countOf(points));
    if (start < sealed) {
      report.require(
        checkPyramid(db, id, start, points),
        say`${name}: the extremes from ${start} must be those of the points`,
      );
    }
    report.require(fallAt(points.step, last) === null, say`${name}: steps must not go back after point ${start}`);
    last = points.step.at(-1) ?? last;
  }
  checkEnd(row, name, expected, last, report);
}

function checkEnd(row: Row, name: Message, count: number, last: number, report: Report): void {
  const promised = numberOf(row, 'points');
  report.require(count === promised, say`${name}: ${promised} points must be there, got ${count}`);
  report.require(numberOf(row, 'last_step') === last, say`${name}: the last step must be ${last}`);
  numberOrNull(row, 'last_value');
}

function checkMetrics(db: Database, report: Report): void {
  const sql = `SELECT s.id, s.metric, s.points, s.last_step, s.last_value, r.id AS run
    FROM metric_series s JOIN runs r ON r.key = s.run ORDER BY s.id`;
  report.checked['points'] = 0;
  for (const row of all(db, sql)) {
    report.count('metrics');
    report.part(say`series ${numberOf(row, 'id')}`, () => checkSeries(db, row, report));
  }
}

function checkAll(db: Database, path: string): CheckReport {
  const report = new Report();
  report.part(say`the header`, () => {
    const version = requireSession(db, path);
    if (!isReadable(version)) {
      throw failure(
        'damaged-file',
        say`session: format ${formatVersion} can be checked, got format ${version}; open it first`,
      );
    }
  });
  report.part(say`the file`, () => {
    report.count('pages', scalar(db, 'PRAGMA page_count'));
    report.problems.push(...integrityProblems(db, 'full'));
  });
  report.part(say`the runs`, () => checkRuns(db, report));
  report.part(say`the metrics`, () => checkMetrics(db, report));
  report.part(say`the checkpoints`, () => checkCheckpoints(db, report));
  report.part(say`the texts`, () => checkTexts(db, report));
  return { problems: report.problems, checked: report.checked };
}

/** See SessionFiles.check. Throws AppFailure when the file is no session at all or from a newer version. */
export function checkSession(file: string): CheckReport {
  const path = existingFile(file);
  requireReadableHere(path);
  const report = checkOnce(path);
  if (report.problems.length === 0) return report;
  // A failing disk looks like damage.
  requireReadable(path);
  return checkOnce(path);
}

function checkOnce(path: string): CheckReport {
  const db = openUntouched(path);
  try {
    requireRecognisable(db, path);
    return read(db, () => checkAll(db, path));
  } finally {
    db.close();
  }
}

function requireRecognisable(db: Database, path: string): void {
  try {
    requireSession(db, path);
  } catch (error) {
    if (!isSqliteError(error) || primaryCode(error) !== sqliteCode.corrupt) throw error;
  }
}
