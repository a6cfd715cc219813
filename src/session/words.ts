// Samples and events: what a model wrote and what happened, kept as text.
import type { Sample } from '../protocol/lab.ts';
import { keyOf } from './runs.ts';
import { all, numberOf, one, run, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { SessionEvent } from './store.ts';

/** Inside the caller's transaction. */
export function insertSample(db: Database, sample: Omit<Sample, 'id'>): Sample {
  const row = one(
    db,
    `INSERT INTO samples (run, step, prompt, temperature, seed, text, created)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    keyOf(db, sample.run),
    sample.step,
    sample.prompt,
    sample.temperature,
    sample.seed,
    sample.text,
    new Date().toISOString(),
  );
  return { ...sample, id: row ? numberOf(row, 'id') : 0 };
}

/** Oldest first. */
export function readSamples(db: Database, id: string): readonly Sample[] {
  const sql = 'SELECT id, step, prompt, temperature, seed, text FROM samples WHERE run = ? ORDER BY id';
  return all(db, sql, keyOf(db, id)).map((row) => ({
    id: numberOf(row, 'id'),
    run: id,
    step: numberOf(row, 'step'),
    prompt: textOf(row, 'prompt'),
    temperature: numberOf(row, 'temperature'),
    seed: numberOf(row, 'seed'),
    text: textOf(row, 'text'),
  }));
}

/** Inside the caller's transaction. */
export function insertEvent(db: Database, id: string | null, kind: string, detail: string): void {
  run(db, 'INSERT INTO events (at, run, kind, detail) VALUES (?, ?, ?, ?)', new Date().toISOString(), id, kind, detail);
}

/** Oldest first. */
export const readEvents = (db: Database): readonly SessionEvent[] =>
  all(db, 'SELECT at, run, kind, detail FROM events ORDER BY id').map((row) => ({
    at: textOf(row, 'at'),
    run: textOrNull(row, 'run'),
    kind: textOf(row, 'kind'),
    detail: textOf(row, 'detail'),
  }));
