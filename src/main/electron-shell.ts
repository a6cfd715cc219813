// Electron behind the Shell interface: every option that restricts a page is set here, and nothing is decided here that
// could be decided in a file with tests.
import { app, BrowserWindow, dialog, Menu as NativeMenu, protocol, screen, session, shell as system } from 'electron';
import type { MenuItemConstructorOptions, WebContents } from 'electron';
import type { MenuCommand } from '../protocol/ipc.ts';
import { answerFromBundle, pageUrl, scheme } from './bundle.ts';
import { isOwnPage, isPermitted, outsideLink } from './security.ts';
import type { AppWindow, Menu, MenuItem, Shell, WindowEvents, WindowState } from './shell.ts';
import { smallest } from './window-state.ts';

/** Switches by which another program could inspect and control the page of a package. */
const inspectorSwitches = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address'];

/** To be called before Electron is ready: the sandbox for every page, and the program's own scheme. */
export function setupBeforeReady(): void {
  if (app.isPackaged) for (const door of inspectorSwitches) app.commandLine.removeSwitch(door);
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => lockDown(contents));
}

function lockDown(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const link = outsideLink(url);
    if (link !== null) void system.openExternal(link);
    return { action: 'deny' };
  });
}

/** The page's files and its permissions. */
export function setupPages(folder: string): void {
  protocol.handle(scheme, async (request) => {
    const { status, headers, body } = await answerFromBundle(folder, request.url);
    return new Response(body, { status, headers });
  });
  session.defaultSession.setPermissionRequestHandler((_contents, permission, callback) =>
    callback(isPermitted(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => isPermitted(permission));
}

function watch(window: BrowserWindow, events: WindowEvents): void {
  window.on('close', (event) => {
    if (!events.onClosing()) event.preventDefault();
  });
  for (const moved of ['resized', 'moved', 'maximize', 'unmaximize', 'resize'] as const) {
    window.on(moved as 'resize', events.onMoved);
  }
  window.webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) events.onLoading();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') events.onGone(reason);
  });
}

function createWindow(preload: string, place: WindowState, events: WindowEvents): AppWindow {
  const { maximized, ...bounds } = place;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'minRNN Lab',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  watch(window, events);
  window.once('ready-to-show', () => (maximized ? window.maximize() : window.show()));
  void window.loadURL(pageUrl);
  const alive = (): boolean => !window.isDestroyed();
  return {
    send: (channel, payload) => alive() && window.webContents.send(channel, payload),
    present: () => {
      if (!alive()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    state: () => ({ ...window.getNormalBounds(), maximized: window.isMaximized() }),
    reload: () => alive() && window.webContents.reload(),
    destroy: () => alive() && window.destroy(),
  };
}

function nativeItem(item: MenuItem, choose: (command: MenuCommand) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'role':
      return { role: item.role, label: item.label };
    case 'command':
      return {
        label: item.label,
        click: () => choose(item.command),
        ...(item.accelerator === undefined ? {} : { accelerator: item.accelerator }),
      };
  }
}

function setMenu(menus: readonly Menu[], choose: (command: MenuCommand) => void): void {
  const template = menus.map(({ label, items }) => ({ label, submenu: items.map((item) => nativeItem(item, choose)) }));
  NativeMenu.setApplicationMenu(NativeMenu.buildFromTemplate(template));
}

const dialogFilters = (
  filters: readonly { name: string; extensions: readonly string[] }[],
): { name: string; extensions: string[] }[] =>
  filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] }));

async function openFile({ title, filters }: Parameters<Shell['openFile']>[0]): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    title,
    filters: dialogFilters(filters),
    properties: ['openFile'],
  });
  return filePaths[0] ?? null;
}

async function saveFile({ title, filters, suggested }: Parameters<Shell['saveFile']>[0]): Promise<string | null> {
  const place = suggested === undefined ? {} : { defaultPath: suggested };
  const { filePath, canceled } = await dialog.showSaveDialog({
    title,
    filters: dialogFilters(filters),
    ...place,
    properties: ['showOverwriteConfirmation', 'createDirectory'],
  });
  return canceled || filePath === '' ? null : filePath;
}

async function ask({ title, message, detail, buttons }: Parameters<Shell['ask']>[0]): Promise<number> {
  const options = {
    type: 'question',
    title,
    message,
    detail,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  } as const;
  return (await dialog.showMessageBox({ ...options, buttons: [...buttons] })).response;
}

/** The real desktop. `preload` is the path of the preload script. */
export function electronShell(preload: string): Shell {
  return {
    platform: process.platform,
    locale: app.getLocale(),
    development: !app.isPackaged,
    createWindow: (place, events) => createWindow(preload, place, events),
    screens: () => {
      const main = screen.getPrimaryDisplay();
      return [main, ...screen.getAllDisplays().filter(({ id }) => id !== main.id)].map(({ workArea }) => workArea);
    },
    openFile,
    saveFile,
    ask,
    showError: (title, message) => dialog.showErrorBox(title, message),
    setMenu,
    reveal: (path) => system.showItemInFolder(path),
    exit: (code) => app.exit(code),
    onQuitting: (listener) =>
      app.on('before-quit', (event) => {
        if (!listener()) event.preventDefault();
      }),
    onOpenFile: (listener) =>
      app.on('open-file', (event, path) => {
        event.preventDefault();
        listener(path);
      }),
    onSecondInstance: (listener) => app.on('second-instance', (_event, argv, folder) => listener(argv, folder)),
    onActivate: (listener) => app.on('activate', listener),
  };
}
