// Checkpoints as rows: the tensors are bytes with a SHA-256 that is checked whenever they are read. Independent of tensor formats.
import { createHash } from 'node:crypto';
import { fail, ok } from '../engine/core/result.ts';
import { asIs, joined, say, term } from '../engine/core/say.ts';
import type { Result } from '../engine/core/result.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import { checkpointKinds, trainingCursor } from './rows.ts';
import { all, blobOf, jsonOf, numberOf, one, oneOf, run, textOf } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';
import type { StoredCheckpoint } from './store.ts';

/** SQLite holds at most 10^9 bytes in one value. */
export const largestCheckpoint = 999_999_000;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** `latest` and `best` replace their kind, `kept` one of the same step. Inside the caller's transaction: never none, never two. */
export function storeCheckpoint(db: Database, runKey: number, data: CheckpointData): void {
  const { kind, cursor, bytes } = data;
  run(
    db,
    "DELETE FROM checkpoints WHERE run = ? AND kind = ? AND (kind <> 'kept' OR step = ?)",
    runKey,
    kind,
    cursor.step,
  );
  run(
    db,
    'INSERT INTO checkpoints (run, kind, step, cursor, sha256, bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    runKey,
    kind,
    cursor.step,
    JSON.stringify(cursor),
    sha256Of(bytes),
    bytes.byteLength,
    bytes,
  );
}

/** Without its bytes. */
export function decodeEntry(row: Row): StoredCheckpoint {
  return {
    step: numberOf(row, 'step'),
    kind: oneOf(row, 'kind', checkpointKinds),
    cursor: jsonOf(row, 'cursor', trainingCursor),
    sha256: textOf(row, 'sha256'),
    bytes: numberOf(row, 'bytes'),
  };
}

/** Without their bytes, by step. */
export function listCheckpoints(db: Database, runKey: number): readonly StoredCheckpoint[] {
  const sql = 'SELECT step, kind, cursor, sha256, bytes FROM checkpoints WHERE run = ? ORDER BY step, id';
  return all(db, sql, runKey).map(decodeEntry);
}

type Which = { readonly step: number } | 'latest' | 'best';

function findCheckpoint(db: Database, runKey: number, which: Which): Row | undefined {
  const columns = 'SELECT step, kind, cursor, sha256, bytes, data FROM checkpoints WHERE run = ?';
  if (typeof which === 'string') return one(db, `${columns} AND kind = ?`, runKey, which);
  const order = "ORDER BY CASE kind WHEN 'kept' THEN 0 WHEN 'latest' THEN 1 ELSE 2 END LIMIT 1";
  return one(db, `${columns} AND step = ? ${order}`, runKey, which.step);
}

/** The bytes of a row if their checksum is right. */
export function verifiedBytes(row: Row): Result<Uint8Array> {
  const { kind, step, bytes, sha256 } = decodeEntry(row);
  const data = blobOf(row, 'data');
  if (data.byteLength === bytes && sha256Of(data) === sha256) return ok(data);
  return fail(
    'damaged-file',
    say`checkpoint: the ${term(kind)} checkpoint of step ${step} must be ${bytes} bytes with SHA-256 ${asIs(sha256)}, got ${data.byteLength} bytes with ${asIs(sha256Of(data))}`,
    { cure: say`Continue from another checkpoint of the run.` },
  );
}

export function loadCheckpoint(db: Database, id: string, runKey: number, which: Which): Result<CheckpointData> {
  const row = findCheckpoint(db, runKey, which);
  if (!row) {
    const wanted =
      typeof which === 'string' ? say`a ${term(which)} checkpoint` : say`a checkpoint of step ${which.step}`;
    const steps = listCheckpoints(db, runKey).map((entry) => say`${term(entry.kind)} ${entry.step}`);
    return fail(
      'not-found',
      say`checkpoint: run ${asIs(id)} must have ${wanted}, got ${steps.length === 0 ? say`none at all` : joined(steps, ', ')}`,
    );
  }
  const bytes = verifiedBytes(row);
  if (!bytes.ok) return bytes;
  const { kind, cursor } = decodeEntry(row);
  return ok({ kind, cursor, bytes: bytes.value });
}
