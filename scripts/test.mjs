// All tests in one command: builds what they need, gets a browser and a WebGPU adapter where the machine has none, runs unit and black-box
// tests, then the end-to-end tests in a real Chromium, and ends with one line that sums all. What cannot run here is counted as skipped and
// its reason named, never silently green. Paths after `--` choose test files: npm test -- src/session e2e/race.spec.ts
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { findAdapterFor } from './find-adapter.mjs';
import { fetchTools, needsTools } from './fetch-tools.mjs';
import { findChromium } from './find-chromium.mjs';
import { filesUnder, root } from './fresh.mjs';
import { run } from './run.mjs';
import { noCounts, playwrightCounts, reportLines } from './test-report.mjs';

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const cache = join(root, '.cache');
const isEndToEnd = (path) => /^(\.\/)?e2e\b/.test(path);
const chosen = { unit: positionals.filter((path) => !isEndToEnd(path)), e2e: positionals.filter(isEndToEnd) };
const wanted = (part) =>
  values.only === undefined ? positionals.length === 0 || chosen[part].length > 0 : values.only === part;

const readCounts = (file, read) => (existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : noCounts);
const atLeastOneFailed = (code, counts) => (code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts);

async function unitTests(env) {
  const file = join(cache, 'vitest-counts.json');
  rmSync(file, { force: true });
  const reporters = ['default', './scripts/vitest-counts.mjs', './scripts/vitest-times.mjs'].map(
    (one) => `--reporter=${one}`,
  );
  const { code } = await run(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...chosen.unit],
    {
      env: { ...env, MINRNN_COUNTS: file },
    },
  );
  return atLeastOneFailed(
    code,
    readCounts(file, (counts) => counts),
  );
}

async function endToEndTests(browser, env) {
  const cli = ['node_modules/@playwright/test/cli.js', 'test', ...chosen.e2e];
  if (filesUnder(join(root, 'e2e'), (name) => name.endsWith('.spec.ts')).length === 0)
    return { passed: 0, failed: 0, skips: [] };
  if (browser.path === undefined) {
    const { output } = await run(process.execPath, [...cli, '--list'], { capture: true });
    const titles = output.split('\n').filter((line) => line.includes(' › '));
    return {
      passed: 0,
      failed: 0,
      skips: titles.map((title) => ({ name: `e2e: ${title.trim()}`, reason: browser.reason })),
    };
  }
  const file = join(cache, 'playwright.json');
  rmSync(file, { force: true });
  const { code } = await run(process.execPath, [...cli, '--reporter=list,json'], {
    env: { ...env, MINRNN_CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  return atLeastOneFailed(code, readCounts(file, playwrightCounts));
}

/** Gets what the tests need from the machine; what cannot be obtained is reported once, here. */
async function prepare() {
  await ensureWasm();
  await ensureRenderer();
  // Built once, before several test files ask for it at the same time. If it cannot be built, its tests say why.
  await run(process.execPath, ['scripts/build-native.mjs'], { capture: true });
  const missing = wanted('unit') && needsTools(chosen.unit) ? await fetchTools() : null;
  if (missing !== null) console.log(`test: tests of packages and ONNX files are skipped: ${missing}`);
  const browser = await findChromium();
  const adapter = await findAdapterFor(browser.path);
  if ('reason' in browser) console.log(`test: end-to-end tests are skipped: ${browser.reason}`);
  if ('reason' in adapter) console.log(`test: tests of the device webgpu are skipped: ${adapter.reason}`);
  else console.log(`test: WebGPU adapter ${adapter.name}`);
  const env = {
    // The same as in bin/minrnn.mjs, for processes that tests start without it.
    NODE_COMPILE_CACHE: join(cache, 'compiled'),
    // Each test has its own home folder; the compiled kernels are shared between them.
    MINRNN_NATIVE_CACHE: join(root, 'out/native'),
    ...adapter.env,
  };
  return { browser, env };
}

const results = [];
try {
  const { browser, env } = await prepare();
  if (wanted('unit')) results.push(await unitTests(env));
  if (wanted('e2e')) results.push(await endToEndTests(browser, env));
} catch (problem) {
  console.error(problem.message);
  results.push(noCounts);
}
for (const line of reportLines(results)) console.log(line);
process.exit(results.every(({ failed }) => failed === 0) ? 0 : 1);
