// `node scripts/new.mjs op my-op`: creates the files of a new, working op and its line in the registry, and lists the files it touched.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './fresh.mjs';
import { kindOf, opFiles, registered } from './new/op.mjs';

const [what, name = ''] = process.argv.slice(2).filter((word) => word !== '--');

function refuse(message) {
  console.error(`new: ${message}`);
  process.exit(1);
}

if (what !== 'op') refuse(`what is made must be op, got ${what ?? 'nothing'}. Example: node scripts/new.mjs op my-op`);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.endsWith('-grad'))
  refuse(`a name must be lower-case words joined by -, not ending in -grad, got ${name || 'nothing'}`);

const folder = join('src/engine/ops', name);
if (existsSync(join(root, folder))) refuse(`${folder} must not exist yet`);
const path = 'src/engine/ops/registry.ts';
const registry = readFileSync(join(root, path), 'utf8');
mkdirSync(join(root, folder));
const files = Object.entries(opFiles(name));
for (const [file, text] of files) writeFileSync(join(root, folder, file), text);
writeFileSync(join(root, path), registered(registry, name));

for (const [file] of files) console.log(`new      ${folder}/${file}`);
console.log(`changed  ${path}`);
console.log(`${files.length} files new, 1 changed. Now: the formula in kernel.ts and reference.ts, then`);
console.log(`  npx vitest run -u src/engine/ops/registry.test.ts`);
console.log(`  npx vitest run src/engine/verify/ops.test.ts -t ${kindOf(name)}`);
