// Electron main: the ordered list of what is set up. Everything with logic in it is behind an interface and tested without Electron.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { desktopText } from './desktop-text.ts';
import { runDesktop } from './desktop.ts';
import { electronShell, setupBeforeReady, setupPages } from './electron-shell.ts';
import { setupIpc } from './ipc.ts';
import { spawnLab } from './lab-process.ts';
import { openLog } from './log.ts';
import { programPaths } from './paths.ts';
import { languageOf } from './shell.ts';

function start(): void {
  const paths = programPaths(app.getAppPath());
  const logFile = join(app.getPath('userData'), 'lab.log');
  const log = openLog(logFile);
  if (app.isPackaged && paths.node === null) {
    dialog.showErrorBox('minRNN Lab', desktopText[languageOf(app.getLocale())].nodeMissing);
    return app.exit(1);
  }
  setupPages(paths.renderer);
  runDesktop({
    shell: electronShell(paths.preload),
    startLab: () => spawnLab({ node: paths.node, entry: paths.lab, onOutput: log }),
    bindIpc: setupIpc,
    log,
    logFile,
    windowStateFile: join(app.getPath('userData'), 'window.json'),
    argv: process.argv,
    folder: process.cwd(),
    exists: existsSync,
  });
}

// The log and the window state are readable by their owner only.
process.umask(0o077);
setupBeforeReady();
// The first instance gets the others' files; this must not await `ready`, since Electron waits for this module first.
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();
