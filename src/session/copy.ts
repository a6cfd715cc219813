// Save as: a consistent, compacted copy that appears under its name complete or not at all.
import { existsSync } from 'node:fs';
import {
  besideName,
  canonicalPath,
  isBeingWritten,
  publishOver,
  removeDatabase,
  requireReplaceable,
  taken,
} from './files/index.ts';
import { failure } from './failures.ts';
import { run } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Throws AppFailure: `conflict` when the name is taken and may not be replaced, or is the session itself or one in use. */
export function saveCopy(db: Database, path: string, file: string, overwrite: boolean): void {
  const target = canonicalPath(file);
  if (target === path) {
    throw failure(
      'conflict',
      `saveCopy: the copy must have another name than the session, got ${target}`,
      'Choose another name.',
    );
  }
  if (isBeingWritten(target)) {
    throw failure(
      'conflict',
      `saveCopy: the file to replace must not be open, got ${target}`,
      'Close that session first.',
    );
  }
  if (!overwrite && existsSync(target)) throw taken(target);
  requireReplaceable(target, 'session', false);
  const temporary = besideName(target, 'copy');
  try {
    run(db, 'VACUUM INTO ?', temporary);
    publishOver(temporary, target, overwrite);
  } finally {
    removeDatabase(temporary);
  }
}
