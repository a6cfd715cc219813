// Session files as an attacker or a broken disk could produce them: valid for SQLite, but not written by this program.
import { closeSync, copyFileSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createSession } from '../create.ts';
import { appendColumns } from '../metrics/write.ts';
import { insertRuns, keyOf } from '../runs.ts';
import { write } from '../sqlite.ts';
import { insertAnswers, insertSample } from '../showing.ts';
import { columnsOf, someDetail, someHead, someRun } from './samples.ts';

/** A closed session at `path` with two runs, some points and a sample. */
export function makeSession(path: string): string {
  const { db, close } = createSession(path, someHead);
  write(db, 'full', () => {
    insertRuns(db, [someRun('a'), someRun('b', { identity: 1 })]);
    for (const id of ['a', 'b']) appendColumns(db, keyOf(db, id), columnsOf('train/loss', 0, 100));
    insertAnswers(db, { run: 'a', step: 1, examples: [3], answers: [[1, 2]], shares: [[0.5, 1]] });
    insertSample(db, { run: 'a', step: 1, prompt: 'a', temperature: 1, seed: 1, text: ' me', detail: someDetail });
  });
  close();
  return path;
}

/** A copy of `source` at `path` after running statements that this program never runs; its checks are off. */
export function forge(source: string, path: string, statements: readonly string[]): string {
  copyFileSync(source, path);
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    db.enableDefensive?.(false);
    db.exec('PRAGMA synchronous=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA writable_schema=ON');
    for (const statement of statements) db.exec(statement);
  } finally {
    db.close();
  }
  return path;
}

const pageBytes = 4096;

/** An interior page of a table whose `children` entries all point to the same page. */
function interiorPage(child: number, children: number): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.writeUInt8(5, 0);
  page.writeUInt16BE(children, 3);
  page.writeUInt16BE(pageBytes - 5 * children, 5);
  page.writeUInt32BE(child, 8);
  for (let i = 0; i < children; i++) {
    const at = pageBytes - 5 * (i + 1);
    page.writeUInt32BE(child, at);
    page.writeUInt8(i + 1, at + 4);
    page.writeUInt16BE(at, 12 + 2 * i);
  }
  return page;
}

/**
 * A copy of `source` whose table `table` has the right schema, but its pages lead a reader through the same rows 100^14 times, which would
 * take SQLite centuries.
 */
export function forgeLabyrinth(source: string, path: string, table: string): string {
  copyFileSync(source, path);
  const db = new DatabaseSync(path, { readOnly: true });
  const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)?.['rootpage']);
  db.close();
  const leaf = readFileSync(path).subarray((root - 1) * pageBytes, root * pageBytes);
  let pages = statSync(path).size / pageBytes;
  const file = openSync(path, 'r+');
  const put = (content: Uint8Array, page: number): void =>
    void writeSync(file, content, 0, pageBytes, (page - 1) * pageBytes);
  put(leaf, ++pages);
  for (let level = 0; level < 13; level++) put(interiorPage(pages, 100), ++pages);
  put(interiorPage(pages, 100), root);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(pages);
  writeSync(file, size, 0, 4, 28);
  closeSync(file);
  return path;
}
