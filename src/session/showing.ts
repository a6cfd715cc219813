// Texts and answers of runs as rows. One row is one text or the answers of one step, written atomically; rows of lost steps are removed
// together with the points.
import { asIs, say } from '../engine/core/say.ts';
import type { RunAnswers, Sample, SampleMark } from '../protocol/state.ts';
import { failure } from './failures.ts';
import { answers, sampleDetail } from './rows.ts';
import { keyOf } from './runs.ts';
import { all, jsonOf, jsonOrNull, numberOf, one, run, scalar, textOf } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';

/** Unmigrated files of older formats have no table for answers. */
const hasAnswers = (db: Database): boolean =>
  scalar(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'answers'") > 0;

/** Inside the caller's transaction. */
export function insertSample(db: Database, sample: Omit<Sample, 'id'>): Sample {
  const row = one(
    db,
    `INSERT INTO samples (run, step, prompt, temperature, seed, text, detail, created)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    keyOf(db, sample.run),
    sample.step,
    sample.prompt,
    sample.temperature,
    sample.seed,
    sample.text,
    sample.detail === null ? null : JSON.stringify(sample.detail),
    new Date().toISOString(),
  );
  return { ...sample, id: row ? numberOf(row, 'id') : 0 };
}

const decodeSample = (row: Row, id: string): Sample => ({
  id: numberOf(row, 'id'),
  run: id,
  step: numberOf(row, 'step'),
  prompt: textOf(row, 'prompt'),
  temperature: numberOf(row, 'temperature'),
  seed: numberOf(row, 'seed'),
  text: textOf(row, 'text'),
  // Absent in an unmigrated file of an earlier format.
  detail: row['detail'] === undefined ? null : jsonOrNull(row, 'detail', sampleDetail),
});

/** Oldest first. */
export const readSamples = (db: Database, id: string): readonly Sample[] =>
  all(db, 'SELECT * FROM samples WHERE run = ? ORDER BY id', keyOf(db, id)).map((row) => decodeSample(row, id));

/** How each sample was asked for, without the text, oldest first: there may be hundreds of them. */
export function readSampleMarks(db: Database, id: string): readonly SampleMark[] {
  const sql = 'SELECT id, step, prompt, temperature, seed FROM samples WHERE run = ? ORDER BY id';
  return all(db, sql, keyOf(db, id)).map((row) => ({
    id: numberOf(row, 'id'),
    run: id,
    step: numberOf(row, 'step'),
    prompt: textOf(row, 'prompt'),
    temperature: numberOf(row, 'temperature'),
    seed: numberOf(row, 'seed'),
  }));
}

export function readSample(db: Database, id: string, sample: number): Sample {
  const row = one(db, 'SELECT * FROM samples WHERE run = ? AND id = ?', keyOf(db, id), sample);
  if (row) return decodeSample(row, id);
  throw failure('not-found', say`sample: run ${asIs(id)} must have sample ${sample}, got none of that number`);
}

/** Answers of a repeated step replace the earlier ones. Inside the caller's transaction. */
export function insertAnswers(db: Database, { run: id, step, ...told }: RunAnswers): void {
  run(
    db,
    'INSERT OR REPLACE INTO answers (run, step, answers) VALUES (?, ?, ?)',
    keyOf(db, id),
    step,
    JSON.stringify(told),
  );
}

/** In the order of steps. */
export function readAnswers(db: Database, id: string): readonly RunAnswers[] {
  if (!hasAnswers(db)) return [];
  const sql = 'SELECT step, answers FROM answers WHERE run = ? ORDER BY step';
  return all(db, sql, keyOf(db, id)).map((row) => ({
    run: id,
    step: numberOf(row, 'step'),
    ...jsonOf(row, 'answers', answers),
  }));
}

/** Removes texts and answers of a run after `step`. Inside the caller's transaction. */
export function forgetShown(db: Database, runKey: number, step: number): void {
  run(db, 'DELETE FROM samples WHERE run = ? AND step > ?', runKey, step);
  run(db, 'DELETE FROM answers WHERE run = ? AND step > ?', runKey, step);
}

/** Their size in a file; `earlier` formats have only texts. */
export function sizeOfShown(db: Database): { readonly count: number; readonly bytes: number } {
  const texts = 'octet_length(prompt) + octet_length(text)';
  const bytes = (sql: string, table: string): number => scalar(db, `SELECT coalesce(sum(${sql}), 0) FROM ${table}`);
  const count = scalar(db, 'SELECT count(*) FROM samples');
  if (!hasAnswers(db)) return { count, bytes: bytes(texts, 'samples') };
  const detailed = bytes(`${texts} + coalesce(octet_length(detail), 0)`, 'samples');
  return {
    count: count + scalar(db, 'SELECT count(*) FROM answers'),
    bytes: detailed + bytes('octet_length(answers)', 'answers'),
  };
}
