// The real main process, started in an old Electron and driven from within, because no test driver supports one that old.
import './old-globals.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { checkPage, startRace, stopRace } from './in-page.mjs';

const home = process.env.MINRNN_SMOKE_HOME;
const pictures = process.env.MINRNN_SMOKE_PICTURES;
app.setPath('userData', join(home, 'electron'));

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const inPage = (contents, action) => contents.executeJavaScript(`(${action.toString()})()`);

async function picture(contents, name) {
  const image = await contents.capturePage();
  mkdirSync(dirname(join(pictures, name)), { recursive: true });
  writeFileSync(join(pictures, name), image.toPNG());
}

async function drive(contents) {
  await wait(3000);
  const checks = await inPage(contents, checkPage);
  await picture(contents, 'electron-start.png');
  if (checks.every(({ ok }) => ok)) {
    checks.push(...(await inPage(contents, startRace)));
    await picture(contents, 'electron-race.png');
    const loaded = new Promise((resolve) => contents.once('did-finish-load', resolve));
    contents.reload();
    await loaded;
    await wait(2000);
    const again = await inPage(contents, checkPage);
    checks.push(...again.map((check) => ({ ...check, what: `after a reload: ${check.what}` })));
    await picture(contents, 'electron-reloaded.png');
    checks.push(...(await inPage(contents, stopRace)));
  }
  return checks;
}

app.on('browser-window-created', (_event, window) => {
  const { webContents } = window;
  webContents.on('console-message', (_message, level, text, line, source) => {
    if (level >= 2) console.log(`page: ${text} (${source}:${line})`);
  });
  webContents.once('did-finish-load', () => {
    drive(webContents)
      .catch((problem) => [{ what: 'the smoke test runs', ok: false, got: problem.message }])
      .then((checks) => {
        writeFileSync(join(home, 'checks.json'), JSON.stringify(checks));
        app.quit();
      });
  });
});

import('../../src/main/index.ts');
