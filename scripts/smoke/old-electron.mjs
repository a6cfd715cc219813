// Electron 9 behind the interface of a current Electron, as far as src/main and src/preload use it. Only the down-levelled smoke build sees this.
import * as real from 'electron';

const { app, dialog, Menu, screen, session, shell, ipcMain, contextBridge, ipcRenderer } = real;

/** The new event objects carry what the old ones passed as further arguments. */
function modernise(contents) {
  const on = contents.on.bind(contents);
  contents.on = (name, listener) => {
    if (name === 'will-navigate') return on(name, (event, url) => listener(Object.assign(event, { url })));
    if (name === 'did-start-navigation') {
      return on(name, (_event, url, isSameDocument, isMainFrame) => listener({ url, isSameDocument, isMainFrame }));
    }
    return on(name, listener);
  };
  let open = () => ({ action: 'deny' });
  contents.setWindowOpenHandler = (handler) => (open = handler);
  on('new-window', (event, url) => {
    event.preventDefault();
    open({ url });
  });
  return contents;
}

if (app) app.on('web-contents-created', (_event, contents) => modernise(contents));

// Electron 9 refuses --no-sandbox (needed as root) once this is called; the window still enables its sandbox.
if (app && process.argv.includes('--no-sandbox')) app.enableSandbox = () => undefined;

const protocol = real.protocol && {
  registerSchemesAsPrivileged: (schemes) => real.protocol.registerSchemesAsPrivileged(schemes),
  handle: (scheme, answer) =>
    real.protocol.registerBufferProtocol(scheme, (request, callback) => {
      answer({ url: request.url }).then(({ body, status, headers }) => {
        const mimeType = headers['content-type'].split(';')[0];
        callback({ statusCode: status, headers, mimeType, charset: 'utf-8', data: Buffer.from(body) });
      });
    }),
};

/** Electron 9 does not report the frame: the sender's page is used instead, and only the main frame has a preload here. */
function withFrame(event) {
  const frame = { url: event.sender.getURL() };
  return Object.assign(event, { senderFrame: frame, sender: Object.assign(event.sender, { mainFrame: frame }) });
}

const modernMain = ipcMain && {
  handle: (channel, listener) => ipcMain.handle(channel, (event, params) => listener(withFrame(event), params)),
  on: (channel, listener) => ipcMain.on(channel, (event, payload) => listener(withFrame(event), payload)),
};

const BrowserWindow = real.BrowserWindow;

export {
  app,
  BrowserWindow,
  contextBridge,
  dialog,
  ipcRenderer,
  Menu,
  modernMain as ipcMain,
  protocol,
  screen,
  session,
  shell,
};
