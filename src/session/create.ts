// A new session file: made complete beside its place, then published there under the writer lock.
import { existsSync } from 'node:fs';
import { acquireWriterLock, canonicalPath, publish, removeDatabase, taken, unfinished } from './files/index.ts';
import { applicationId } from './application-id.ts';
import { insertHead } from './head.ts';
import { applyMigrations } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { openLocked } from './open-writer.ts';
import { orUndo, type OpenSession } from './opened.ts';
import { patiently } from './patience.ts';
import { openWritable, write } from './sqlite.ts';
import type { SessionHead } from './store.ts';

/** See SessionFiles.create: the file is created atomically. Throws AppFailure. */
export function createSession(file: string, head: SessionHead, migrations = allMigrations): OpenSession {
  const path = canonicalPath(file);
  if (existsSync(path)) throw taken(path);
  return unfinished(path, 'new', (temporary) => {
    fillNew(temporary, head, migrations);
    const lock = acquireWriterLock(path);
    return orUndo(
      () => lock.release(),
      () => {
        publish(temporary, path, false);
        // If it cannot be written (the disk is full now), it is removed again.
        return orUndo(
          () => removeDatabase(path),
          () => patiently(path, () => openLocked(path, lock, migrations)),
        );
      },
    );
  });
}

/** A complete new file without runs at a temporary name. */
export function fillNew(path: string, head: SessionHead, migrations: readonly Migration[]): void {
  const db = openWritable(path);
  try {
    db.exec(`PRAGMA application_id=${applicationId}`);
    applyMigrations(db, migrations);
    write(db, 'full', () => insertHead(db, head));
  } finally {
    db.close();
  }
}
