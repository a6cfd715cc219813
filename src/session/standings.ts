// The progress of all runs of a session, read in two passes over their rows, for opening a session. Independent of metrics.
import { decodeEntry } from './checkpoints.ts';
import { all, numberOf, numberOrNull, textOf } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { Standing } from './store.ts';

const lastSql =
  'SELECT r.id AS run_id, metric, last_step, last_value FROM metric_series s JOIN runs r ON r.key = s.run';
const checkpointSql =
  'SELECT r.id AS run_id, step, kind, c.cursor, sha256, bytes FROM checkpoints c JOIN runs r ON r.key = c.run ORDER BY step, c.id';

/** By run, including runs without points and checkpoints. */
export function readStandings(db: Database): ReadonlyMap<string, Standing> {
  const last = Map.groupBy(all(db, lastSql), (row) => textOf(row, 'run_id'));
  const checkpoints = Map.groupBy(all(db, checkpointSql), (row) => textOf(row, 'run_id'));
  const standingOf = (id: string): Standing => ({
    last: Object.fromEntries(
      (last.get(id) ?? []).map((row) => [
        textOf(row, 'metric'),
        { step: numberOf(row, 'last_step'), value: numberOrNull(row, 'last_value') },
      ]),
    ),
    checkpoints: (checkpoints.get(id) ?? []).map(decodeEntry),
  });
  return new Map(all(db, 'SELECT id FROM runs').map((row) => [textOf(row, 'id'), standingOf(textOf(row, 'id'))]));
}
