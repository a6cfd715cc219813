// `npm run new -- op my-op` (or model, task, device, screen): the files of it, complete and working, and its line in the registry. Says which files
// it touched and what to do next.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './fresh.mjs';
import { made, makeable } from './new/made.mjs';

const [what, name = ''] = process.argv.slice(2).filter((word) => word !== '--');

function refuse(message) {
  console.error(`new: ${message}`);
  process.exit(1);
}

if (!makeable.includes(what))
  refuse(
    `what is made must be one of ${makeable.join(', ')}, got ${what ?? 'nothing'}. Example: npm run new -- op my-op`,
  );
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.endsWith('-grad'))
  refuse(`a name must be lower-case words joined by -, not ending in -grad, got ${name || 'nothing'}`);

const { files, registry, registered, next } = made(what, name);
for (const [path] of files) if (existsSync(join(root, path))) refuse(`${path} must not exist yet`);
for (const [path, text] of files) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
writeFileSync(join(root, registry), registered(readFileSync(join(root, registry), 'utf8')));

for (const [path] of files) console.log(`new      ${path}`);
console.log(`changed  ${registry}`);
console.log(`${files.length} files new, 1 changed. Now:\n  ${next.join('\n  ')}`);
