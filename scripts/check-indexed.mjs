// Runs TypeScript with noUncheckedIndexedAccess on the parts of the program that have adopted it; ops, kernels, devices and models, and the
// checks of them, which index within checked sizes, have not yet. Part of `npm run typecheck`.
import { join } from 'node:path';
import { root } from './fresh.mjs';
import { run } from './run.mjs';

const checked = [
  /^src\/engine\/(core|data|graph|optim|plan|spec|tasks|training)\//,
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
