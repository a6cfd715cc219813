// Events, stored as messages.
import { all, run, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { SessionEvent } from './store.ts';

/** Inside the caller's transaction. */
export function insertEvent(
  db: Database,
  id: string | null,
  kind: string,
  detail: string,
  at = new Date().toISOString(),
): void {
  run(db, 'INSERT INTO events (at, run, kind, detail) VALUES (?, ?, ?, ?)', at, id, kind, detail);
}

/** Oldest first. */
export const readEvents = (db: Database): readonly SessionEvent[] =>
  all(db, 'SELECT at, run, kind, detail FROM events ORDER BY id').map((row) => ({
    at: textOf(row, 'at'),
    run: textOrNull(row, 'run'),
    kind: textOf(row, 'kind'),
    detail: textOf(row, 'detail'),
  }));
