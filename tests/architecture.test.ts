// The picture of the architecture names folders: those that exist, and all of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const words = [
  ...readFileSync(join(root, 'docs/architecture.svg'), 'utf8').matchAll(/<text class="(\w+)"[^>]*>([^<]+)</g),
];
const named = (kind: string): string[] => words.flatMap(([, own, text = '']) => (own === kind ? text.split(', ') : []));
const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

it('the picture of the architecture names every folder of src and of the engine, and no other', () => {
  const folders = named('folder');
  expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  const top = folders.filter((folder) => folder.split('/').length === 2).toSorted();
  expect(top).toEqual(
    foldersIn('src')
      .map((name) => `src/${name}`)
      .toSorted(),
  );
  expect(named('part').toSorted()).toEqual(foldersIn('src/engine').toSorted());
});
