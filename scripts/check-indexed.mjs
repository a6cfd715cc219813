// Runs TypeScript with noUncheckedIndexedAccess on the program; ops, whose loops index within checked sizes, are left out, and so are
// tests. Part of `npm run typecheck`.
import { join } from 'node:path';
import { root } from './fresh.mjs';
import { run } from './run.mjs';

const checked = [
  /^src\/engine\/(core|data|device|graph|kernel|models|optim|plan|spec|tasks|training|verify)\//,
  /^src\/(protocol|session|lab|engine-host|cli|server|main|preload)\//,
  /^src\/renderer\//,
];

const projects = [
  ['typescript/bin/tsc', 'tsconfig.indexed.json'],
  ['vue-tsc/bin/vue-tsc.js', 'tsconfig.indexed-web.json'],
];

/** Compiler errors in the files that are checked, with the lines that belong to them. */
export function complaints(output) {
  let kept = false;
  return output.split('\n').filter((line) => {
    if (/^\S.*\(\d+,\d+\): error/.test(line)) kept = checked.some((path) => path.test(line));
    return kept && line !== '';
  });
}

async function check() {
  const lines = [];
  for (const [compiler, project] of projects) {
    const { code, output } = await run(
      process.execPath,
      [join(root, 'node_modules', compiler), '-p', project, '--pretty', 'false'],
      { capture: true },
    );
    if (code !== 0 && !output.includes('error TS')) lines.push(output);
    lines.push(...complaints(output));
  }
  for (const line of lines) console.error(line);
  return lines.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await check();
