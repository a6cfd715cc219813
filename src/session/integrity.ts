// SQLite's integrity check. Depends on which tables are small, not on their meaning.
import { asIs, say, type Message } from '../engine/core/say.ts';
import { asAppError } from './failures.ts';
import { scalar } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Files up to this size are checked page by page whenever they are opened; reading them takes a fraction of a second. */
const quickLimit = 256 * 2 ** 20;
const smallTables = ['session', 'runs', 'metric_series', 'samples', 'answers', 'events'];
const shown = 20;

function lines(db: Database, pragma: string): Message[] {
  const rows = db.prepare(`PRAGMA ${pragma}`).all();
  return rows
    .map((row) => String(Object.values(row)[0]))
    .flatMap((line) => (line === 'ok' ? [] : [say`damage in its pages (${asIs(line)})`]));
}

function foreignKeyProblems(db: Database): Message[] {
  const rows = db.prepare('PRAGMA foreign_key_check').all();
  return rows.map(
    (row) =>
      say`row ${asIs(String(row['rowid']))} of ${asIs(String(row['table']))} refers to a missing row of ${asIs(String(row['parent']))}`,
  );
}

function ask(db: Database, depth: 'open' | 'full'): Message[] {
  if (depth === 'full') return [...lines(db, `integrity_check(${shown})`), ...foreignKeyProblems(db)];
  const bytes = scalar(db, 'PRAGMA page_count') * scalar(db, 'PRAGMA page_size');
  if (bytes <= quickLimit) return lines(db, `quick_check(${shown})`);
  return smallTables.flatMap((table) => lines(db, `quick_check(${table})`));
}

/**
 * What is wrong, with SQLite's words in brackets; empty when nothing is. `open` skips the large tables of a large file and index checks;
 * `full` reads every byte and every reference.
 */
export function integrityProblems(db: Database, depth: 'open' | 'full'): readonly Message[] {
  try {
    return ask(db, depth).slice(0, shown);
  } catch (error) {
    const known = asAppError(error);
    if (known?.code === 'damaged-file') return [known.message];
    throw error;
  }
}
