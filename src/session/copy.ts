// Copies of a session: consistent, compacted, and either complete or absent. A copy may replace the open session. The target is locked
// first; any failure leaves both files unchanged.
import { asIs, say } from '../engine/core/say.ts';
import { existsSync } from 'node:fs';
import { asAppError, failure } from './failures.ts';
import {
  acquireWriterLock,
  canonicalPath,
  discard,
  existingFile,
  publish,
  requireReplaceable,
  taken,
  unfinished,
} from './files/index.ts';
import type { WriterLock } from './files/index.ts';
import { openSession } from './open.ts';
import { openLocked } from './open-writer.ts';
import type { OpenSession } from './opened.ts';
import { run, scalar } from './sqlite.ts';
import type { Database } from './sqlite.ts';

interface Claim {
  readonly target: string;
  readonly lock: WriterLock;
}

/** The lock to write `file`, if the name is free or may be replaced and it is not open elsewhere. */
function claim(path: string, file: string, overwrite: boolean): Claim {
  const target = canonicalPath(file);
  if (target === path) {
    throw failure(
      'conflict',
      say`saveCopy: the copy must have another name than the session, got ${asIs(target)}`,
      say`Choose another name.`,
    );
  }
  if (!overwrite && existsSync(target)) throw taken(target);
  requireReplaceable(target, 'session', false);
  return { target, lock: lockOf(target) };
}

function lockOf(target: string): WriterLock {
  try {
    return acquireWriterLock(target);
  } catch (error) {
    const known = asAppError(error);
    if (known === null) throw error;
    if (known.code === 'conflict') {
      throw failure(
        'conflict',
        say`saveCopy: the file to replace must not be open, got ${asIs(target)}`,
        say`Close that session first.`,
      );
    }
    throw failure(
      known.code,
      say`saveCopy: ${asIs(target)} must be a place a session can be written at, got: ${known.message}`,
    );
  }
}

/** A connection that may only query may not run VACUUM INTO either, although that changes nothing of its own file. */
function vacuumInto(db: Database, path: string): void {
  const guarded = scalar(db, 'PRAGMA query_only') === 1;
  if (guarded) db.exec('PRAGMA query_only=OFF');
  try {
    run(db, 'VACUUM INTO ?', path);
  } finally {
    if (guarded) db.exec('PRAGMA query_only=ON');
  }
}

function write(db: Database, target: string, overwrite: boolean): void {
  unfinished(target, 'copy', (temporary) => {
    vacuumInto(db, temporary);
    publish(temporary, target, overwrite);
  });
}

/**
 * Copies the content of `session` to `file`. Throws AppFailure: `conflict` if the file exists and may not be replaced, or is the session
 * itself or one in use.
 */
export function saveCopy(session: OpenSession, file: string, overwrite: boolean): void {
  const { target, lock } = claim(session.path, file, overwrite);
  try {
    write(session.db, target, overwrite);
  } finally {
    lock.release();
  }
}

/** Copies a file that is not open here, of this format or an older one, whole or damaged; it is only read. */
export function copyFile(file: string, to: string): void {
  const session = openSession(existingFile(file), { readOnly: true, older: true });
  try {
    saveCopy(session, to, false);
  } finally {
    session.close();
  }
}

/**
 * Like saveCopy, and the copy is then open for writing. `session` stays open and unchanged: the caller closes it once the copy has replaced
 * it. A copy that is not writable is refused, and removed if its name was free before.
 */
export function goOnIn(session: OpenSession, file: string, overwrite: boolean): OpenSession {
  const { target, lock } = claim(session.path, file, overwrite);
  const replaced = existsSync(target);
  try {
    write(session.db, target, overwrite);
    return openLocked(target, lock);
  } catch (error) {
    try {
      if (!replaced) discard(target);
    } finally {
      lock.release();
    }
    throw error;
  }
}
