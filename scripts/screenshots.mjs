// `npm run screenshots`: retakes the pictures of docs/screenshots from a real race of about a minute in a real Chromium.
// `npm run screenshots -- --grep Scaling` takes those of one screen.
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { findChromium } from './find-chromium.mjs';
import { run } from './run.mjs';

const browser = await findChromium();
if (browser.path === undefined) {
  console.error(`screenshots: a Chromium is required, got none: ${browser.reason}`);
  process.exitCode = 1;
} else {
  await ensureWasm();
  await ensureRenderer();
  const { code } = await run(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', 'screenshots', ...process.argv.slice(2)],
    {
      env: { MINRNN_CHROMIUM: browser.path, MINRNN_SCREENSHOTS: '1' },
    },
  );
  process.exitCode = code;
}
