// Writes the Node part of the program as JavaScript, one file a source file, to the same places below out/ as below src/. Installed
// copies need it (Node reads no TypeScript below node_modules); a checkout runs src/ as it is. Because out/ mirrors src/, every
// relative path in the code, workers and data included, holds in both.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transform } from 'esbuild';
import { filesUnder, root } from './fresh.mjs';

const folders = ['engine', 'protocol', 'session', 'lab', 'engine-host', 'cli', 'server'];
const dataTypes = /\.(json|wgsl|sql|c|h)$/;

const isSource = (name) => name.endsWith('.ts') && !/\.(test|as|d)\.ts$/.test(name);

/** `'./x.ts'` in imports, dynamic imports and `new URL('./worker.ts', import.meta.url)` becomes `'./x.js'`. */
export const rewriteExtensions = (code) => code.replace(/(["'`])(\.{1,2}\/[^"'`\s]*)\.ts\1/g, '$1$2.js$1');

async function writeModule(source, target) {
  const { code } = await transform(readFileSync(source, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node22',
    sourcefile: relative(root, source),
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, rewriteExtensions(code));
}

/** Builds all of it; returns the number of files. */
export async function buildProgram() {
  let count = 0;
  for (const folder of folders) {
    const from = join(root, 'src', folder);
    const to = join(root, 'out', folder);
    rmSync(to, { recursive: true, force: true });
    for (const file of filesUnder(from)) {
      const target = join(to, relative(from, file));
      if (isSource(file)) await writeModule(file, target.replace(/\.ts$/, '.js'));
      else if (dataTypes.test(file)) {
        mkdirSync(dirname(target), { recursive: true });
        copyFileSync(file, target);
      } else continue;
      count += 1;
    }
  }
  return count;
}
