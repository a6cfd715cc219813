// `npm run test:fast`: types of what changed and the tests nearest to it, in seconds. Changed = not committed yet, or, if everything is
// committed, in the last commit. `npm run test:fast -- src/engine/core/result.ts` treats these files as changed. Slow tests are named and
// left out; a test that was never timed here may still run over. `npm run check` runs everything.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesUnder, root } from './fresh.mjs';
import { fitting, testsNear } from './nearest.mjs';
import { run } from './run.mjs';
import { readTimes } from './vitest-times.mjs';

/** Seconds of tests by their last run; after this time no test is started. */
const testSeconds = 9;
const lastStart = 14;

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

function changedFiles() {
  const now = [...git('diff', '--name-only', 'HEAD'), ...git('ls-files', '--others', '--exclude-standard')];
  return now.length > 0 ? now : git('diff', '--name-only', 'HEAD~1', 'HEAD');
}

function readSources() {
  const files = ['src', 'tests', 'scripts', 'bench', 'bin'].flatMap((folder) =>
    filesUnder(join(root, folder), (name) => /\.(ts|vue|mjs)$/.test(name)),
  );
  return Object.fromEntries(
    files.map((file) => [relative(root, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
  );
}

/** Which TypeScript projects a changed file is part of. */
function projectsOf(changed) {
  const code = changed.filter((path) => /\.(ts|vue|mjs)$/.test(path) || path.startsWith('tsconfig'));
  const any = (pattern) => code.some((path) => pattern.test(path));
  return [
    ...(any(/^(src\/(?!renderer)|bench|tsconfig)/) ? [['tsc', 'tsconfig.node.json']] : []),
    ...(any(/^(src\/(renderer|protocol|engine\/(spec|core))|tsconfig)/) ? [['vue-tsc', 'tsconfig.web.json']] : []),
    ...(any(/^(tests|e2e|scripts|tsconfig)/) ? [['tsc', 'tsconfig.tests.json']] : []),
  ];
}

const packages = { tsc: 'typescript/bin/tsc', 'vue-tsc': 'vue-tsc/bin/vue-tsc.js' };

async function types(changed) {
  for (const [compiler, project] of projectsOf(changed)) {
    const { code, output } = await run(
      process.execPath,
      [join('node_modules', packages[compiler]), '-p', project, '--pretty', 'false'],
      { capture: true },
    );
    if (code !== 0) {
      console.error(output.trim());
      return code;
    }
  }
  return 0;
}

async function nearestTests(changed) {
  const near = testsNear(readSources(), changed);
  const chosen = fitting(near, readTimes(), testSeconds);
  if (chosen.length === 0) {
    console.log('fast: no test file knows what changed');
    return 0;
  }
  const reporters = ['--reporter=default', '--reporter=./scripts/vitest-times.mjs'];
  const paths = chosen.map(({ path }) => path);
  const { code } = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...paths], {
    env: { MINRNN_TEST_FAST_UNTIL: String(until) },
  });
  const left = near.length - chosen.length;
  if (left > 0)
    console.log(`fast: ${chosen.length} nearest test files were run; ${left} more know what changed: npm test`);
  return code;
}

const started = performance.now();
const until = Date.now() + lastStart * 1000;
const given = process.argv.slice(2);
const changed = given.length > 0 ? given : changedFiles();
console.log(`fast: changed ${changed.length > 5 ? `${changed.length} files` : changed.join(', ')}`);
const codes = await Promise.all([types(changed), nearestTests(changed)]);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const bad = codes.some((code) => code !== 0);
console.log(`fast: ${bad ? 'not' : 'all'} well, in ${seconds} s`);
process.exitCode = bad ? 1 : 0;
