// A private folder for one test file, removed afterwards, and its contents.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface TestFolder {
  readonly path: string;
  /** A name that was not used before. */
  file(): string;
  /** Names and contents of everything in the folder, to verify that nothing changed. */
  state(): Readonly<Record<string, string>>;
}

const filesIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'minrnn-session-'));
  let count = 0;
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex');
  return {
    path,
    file: () => join(path, `session-${++count}.rnnlab`),
    state: () => Object.fromEntries(filesIn(path).map((name) => [name, digest(name)])),
  };
}
