// A Chromium for the end-to-end tests: an installed one, else Playwright's own, else the system's package if it may be installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages } from './install-packages.mjs';
import { run } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...places].find((path) => existsSync(path)) ?? null;
}

/** `{ path }`, or `{ reason }` when there is none and none can be installed. */
export async function findChromium() {
  const named = process.env.MINRNN_CHROMIUM;
  if (named)
    return existsSync(named) ? { path: named } : { reason: `MINRNN_CHROMIUM names ${named}, which is not there` };
  const there = (await playwrightsOwn()) ?? installed();
  if (there !== null) return { path: there };
  console.log('test: no Chromium here, getting one');
  const download = await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], {
    seconds: 300,
    capture: true,
  });
  const own = download.code === 0 ? await playwrightsOwn() : null;
  if (own !== null) return { path: own };
  await installPackages(['chromium']);
  const packaged = installed();
  if (packaged !== null) return { path: packaged };
  return {
    reason:
      'no Chromium was found, and neither Playwright nor the system could install one; set MINRNN_CHROMIUM to a browser',
  };
}
