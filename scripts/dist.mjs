// Installers of this machine's kind below dist/: builds the program, fetches the packager, packs. Arguments go to the packager:
// `npm run dist -- --dir` leaves the folder unpacked.
import { join } from 'node:path';
import { fetchTools } from './fetch-tools.mjs';
import { root } from './fresh.mjs';
import { run } from './run.mjs';

const packager = join(root, 'tools/node_modules/electron-builder/cli.js');

async function dist(args) {
  const reason = await fetchTools();
  if (reason !== null) throw new Error(`dist: ${reason}`);
  await import('./build.mjs');
  const { code } = await run(process.execPath, [packager, '--config', 'electron-builder.yml', ...args]);
  return code;
}

try {
  process.exitCode = await dist(process.argv.slice(2));
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
}
