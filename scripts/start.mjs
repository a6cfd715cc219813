// `npm start`: builds what is stale and opens the lab, in an Electron window if possible, else in the browser with the reason. `npm start
// -- --browser` asks for the browser; other arguments (a session file) are passed on.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDesktop } from './build-desktop.mjs';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { fetchFailure, whyNoWindow } from './choose-shell.mjs';
import { root, stamp } from './fresh.mjs';
import { run } from './run.mjs';

const electron = join(root, 'node_modules/electron');
const failedFetch = join(root, '.cache/electron-not-fetched');
const day = 24 * 3600 * 1000;

/** Path of Electron's binary, or null until it is downloaded. */
function electronBinary() {
  const named = join(electron, 'path.txt');
  if (!existsSync(named)) return null;
  const path = join(electron, 'dist', readFileSync(named, 'utf8'));
  return existsSync(path) ? path : null;
}

async function fetchElectron() {
  if (!existsSync(join(electron, 'install.js'))) return 'the electron package is not installed';
  const known = statSync(failedFetch, { throwIfNoEntry: false });
  if (known !== undefined && Date.now() - known.mtimeMs < day) return readFileSync(failedFetch, 'utf8');
  console.log('Fetching Electron once (about 120 MB) …');
  const { code, output } = await run(process.execPath, [join(electron, 'install.js')], { seconds: 300, capture: true });
  if (code === 0) return null;
  const reason = fetchFailure(output);
  stamp(failedFetch, reason);
  return reason;
}

async function openWindow(args) {
  await ensureDesktop();
  const started = performance.now();
  const { code } = await run(electronBinary(), [root, ...args]);
  // A missing system library ends Electron before a window opens.
  return code !== 0 && performance.now() - started < 5000 ? `Electron ended at once (exit code ${code})` : null;
}

async function openBrowser(reason, args) {
  console.log(`No Electron window: ${reason}. Opening the lab in the browser.`);
  await ensureRenderer();
  const { code } = await run(process.execPath, [join(root, 'bin/minrnn.mjs'), 'serve', '--open', ...args], {
    program: true,
  });
  return code;
}

try {
  const args = process.argv.slice(2).filter((argument) => argument !== '--browser');
  await ensureWasm();
  const reason =
    (await whyNoWindow({
      args: process.argv,
      platform: process.platform,
      env: process.env,
      uid: process.getuid?.(),
      hasBinary: electronBinary() !== null,
      fetchBinary: fetchElectron,
    })) ?? (await openWindow(args));
  process.exitCode = reason === null ? 0 : await openBrowser(reason, args);
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
}
