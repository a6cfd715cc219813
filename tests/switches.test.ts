// docs/switches.md lists exactly the environment variables that are read in this repository.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/program.ts';

const folders = ['src', 'bin', 'scripts', 'tests', 'e2e', 'bench'];

/** Guards of C headers have the same beginning and end in `_H`. */
const namesIn = (text: string): string[] =>
  (text.match(/\bMINRNN_[A-Z_]+\b/g) ?? []).filter((name) => !name.endsWith('_H'));

it('every switch has its row in docs/switches.md, and every row its switch', () => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|py|vue)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  files.push(join(root, 'playwright.config.ts'), join(root, 'vitest.config.ts'));
  const read = new Set(files.flatMap((file) => namesIn(readFileSync(file, 'utf8'))));
  const table = namesIn(readFileSync(join(root, 'docs/switches.md'), 'utf8'));
  expect(table.toSorted()).toEqual([...read].sort());
});
