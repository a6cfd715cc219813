// All tests in one command: builds what they need, runs unit and black-box tests, then the end-to-end tests in a real Chromium, and
// ends with one line that sums both. What cannot run here is counted as skipped and named, never silently green.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { findChromium } from './find-chromium.mjs';
import { filesUnder, root } from './fresh.mjs';
import { run } from './run.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const cache = join(root, '.cache');

/** A run that wrote no counts ended before its tests: one failure, so that it cannot pass unseen. */
function readCounts(file, read) {
  return existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 1, skips: [] };
}

async function unitTests() {
  const file = join(cache, 'vitest-counts.json');
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=./scripts/vitest-counts.mjs'];
  const { code } = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters], {
    env: { MINRNN_COUNTS: file },
  });
  const counts = readCounts(file, (counts) => counts);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function* testsOf(suite) {
  for (const spec of suite.specs ?? []) for (const test of spec.tests) yield { title: spec.title, test };
  for (const inner of suite.suites ?? []) yield* testsOf(inner);
}

function playwrightCounts({ suites, errors }) {
  const counts = { passed: 0, failed: errors?.length ?? 0, skips: [] };
  for (const suite of suites) {
    for (const { title, test } of testsOf(suite)) {
      const reason = test.annotations.find(({ type }) => type === 'skip')?.description;
      if (test.status === 'skipped') counts.skips.push(`e2e: ${title}${reason ? `: ${reason}` : ''}`);
      else if (test.status === 'unexpected') counts.failed += 1;
      else counts.passed += 1;
    }
  }
  return counts;
}

async function endToEndTests() {
  const specs = filesUnder(join(root, 'e2e'), (name) => name.endsWith('.spec.ts'));
  if (specs.length === 0) return { passed: 0, failed: 0, skips: [] };
  const browser = await findChromium();
  const cli = ['node_modules/@playwright/test/cli.js', 'test'];
  if (browser.path === undefined) {
    const { output } = await run(process.execPath, [...cli, '--list'], { capture: true });
    const titles = output.split('\n').filter((line) => line.includes(' › '));
    return { passed: 0, failed: 0, skips: titles.map((title) => `e2e: ${title.trim()}: ${browser.reason}`) };
  }
  const file = join(cache, 'playwright.json');
  rmSync(file, { force: true });
  const { code } = await run(process.execPath, [...cli, '--reporter=list,json'], {
    env: { MINRNN_CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  const counts = readCounts(file, playwrightCounts);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function prepare() {
  await ensureWasm();
  await ensureRenderer();
}

const results = [];
try {
  await prepare();
  if (values.only !== 'e2e') results.push(await unitTests());
  if (values.only !== 'unit') results.push(await endToEndTests());
} catch (problem) {
  console.error(problem.message);
  results.push({ passed: 0, failed: 1, skips: [] });
}
const sum = (of) => results.reduce((total, result) => total + of(result), 0);
const skips = results.flatMap((result) => result.skips);
for (const skip of skips) console.log(`skipped: ${skip}`);
const failed = sum((result) => result.failed);
console.log(`${sum((result) => result.passed)} passed, ${failed} failed, ${skips.length} skipped`);
process.exit(failed === 0 ? 0 : 1);
