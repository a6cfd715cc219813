// The folder bundled like the program: two plain JavaScript files side by side, run by Node without the sources.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { testFolder } from './testing/folder.ts';

const folder = testFolder();
const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

it('works from a bundle with its worker beside it, and prints no warning', async () => {
  await build({
    entryPoints: { session: at('./index.ts'), worker: at('./worker.ts') },
    outdir: folder.path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.js' },
  });
  writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder.path, 'main.js'),
    `import { sessionFiles } from './session.js';
     const made = await sessionFiles.create(process.argv[2], { name: 'packed', note: '', experiment: null, baseline: null });
     await made.value.close();
     const seen = await sessionFiles.recent(process.argv[2]);
     process.stdout.write(seen.value.name);`,
  );
  const printed = execFileSync(process.execPath, [join(folder.path, 'main.js'), folder.file()], { stdio: 'pipe' });
  expect(printed.toString()).toBe('packed');
});
