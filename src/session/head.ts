// The one row about the session as a whole. Refers to runs only by the id of the baseline.
import { asIs, say } from '../engine/core/say.ts';
import { failure } from './failures.ts';
import { experiment } from './rows.ts';
import { jsonOrNull, one, run, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { SessionHead } from './store.ts';

const jsonText = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

export function insertHead(db: Database, head: SessionHead): void {
  const sql = 'INSERT INTO session (id, name, note, experiment, baseline, created) VALUES (1, ?, ?, ?, ?, ?)';
  run(db, sql, head.name, head.note, jsonText(head.experiment), head.baseline, new Date().toISOString());
}

export function readHead(db: Database): SessionHead {
  const row = one(db, 'SELECT name, note, experiment, baseline FROM session WHERE id = 1');
  if (!row) throw failure('damaged-file', say`session: the row about the session itself must be there, got none`);
  return {
    name: textOf(row, 'name'),
    note: textOf(row, 'note'),
    experiment: jsonOrNull(row, 'experiment', experiment),
    baseline: textOrNull(row, 'baseline'),
  };
}

/** Inside the caller's transaction. Absent fields stay as they are. */
export function updateHead(db: Database, change: Partial<SessionHead>): void {
  const now = { ...readHead(db), ...withoutUndefined(change) };
  if (now.baseline !== null && !one(db, 'SELECT 1 FROM runs WHERE id = ?', now.baseline)) {
    throw failure('not-found', say`edit: the baseline must be a run of this session, got ${asIs(now.baseline)}`);
  }
  const sql = 'UPDATE session SET name = ?, note = ?, experiment = ?, baseline = ? WHERE id = 1';
  run(db, sql, now.name, now.note, jsonText(now.experiment), now.baseline);
}

/** A change; a field set to undefined counts as absent. */
export function withoutUndefined<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}
