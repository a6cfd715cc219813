// Texts stored in a session, by the SHA-256 of their UTF-8, which is checked whenever one is read. Independent of runs.
import { fail, ok } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { Result } from '../engine/core/result.ts';
import { largestCheckpoint, sha256Of } from './checkpoints.ts';
import { failure } from './failures.ts';
import { all, blobOf, numberOf, one, run, scalar, textOf } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';
import type { StoredText } from './store.ts';

/** Unmigrated files of the first format have no table for texts. */
const hasTexts = (db: Database): boolean =>
  scalar(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'texts'") > 0;

const decodeEntry = (row: Row): StoredText => ({
  sha256: textOf(row, 'sha256'),
  name: textOf(row, 'name'),
  bytes: numberOf(row, 'bytes'),
});

export const listTexts = (db: Database): readonly StoredText[] =>
  hasTexts(db) ? all(db, 'SELECT sha256, name, bytes FROM texts ORDER BY id').map(decodeEntry) : [];

/** Inside the caller's transaction; an existing text stays. */
export function storeText(db: Database, name: string, data: Uint8Array): void {
  if (data.byteLength > largestCheckpoint)
    throw failure(
      'unsupported',
      say`putText: at most ${largestCheckpoint} bytes can be stored, got ${data.byteLength}`,
    );
  const sql = 'INSERT INTO texts (sha256, name, bytes, data) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING';
  run(db, sql, sha256Of(data), name, data.byteLength, data);
}

/** The bytes of a row if their checksum is right. */
export function verifiedText(row: Row): Result<Uint8Array> {
  const { sha256, name, bytes } = decodeEntry(row);
  const data = blobOf(row, 'data');
  if (data.byteLength === bytes && sha256Of(data) === sha256) return ok(data);
  return fail(
    'damaged-file',
    say`text "${asIs(name)}" in the session must be ${bytes} bytes with SHA-256 ${asIs(sha256)}, got ${data.byteLength} bytes with ${asIs(sha256Of(data))}`,
    { cure: say`Import the text again from its file.` },
  );
}

/** Null if the session does not contain it. */
export function loadText(db: Database, sha256: string): Result<Uint8Array | null> {
  if (!hasTexts(db)) return ok(null);
  const row = one(db, 'SELECT sha256, name, bytes, data FROM texts WHERE sha256 = ?', sha256);
  return row ? verifiedText(row) : ok(null);
}
