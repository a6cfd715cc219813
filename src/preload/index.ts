// The functions a window may use, and nothing else: no channel name, no Electron object and no Node reaches the page.
import { english } from '../engine/core/say.ts';
import { contextBridge, ipcRenderer } from 'electron';
import type { AppError } from '../engine/core/result.ts';
import type {
  DesktopBridge,
  IpcEvent,
  IpcEvents,
  IpcMessage,
  IpcMessages,
  IpcRequest,
  IpcRequests,
} from '../protocol/ipc.ts';

type Outcome<T> = { readonly value: T } | { readonly error: AppError };

async function request<K extends IpcRequest>(name: K, params: IpcRequests[K][0]): Promise<IpcRequests[K][1]> {
  const outcome = (await ipcRenderer.invoke(name, params)) as Outcome<IpcRequests[K][1]>;
  if ('error' in outcome) throw new Error(english(outcome.error.message));
  return outcome.value;
}

const send = <K extends IpcMessage>(name: K, payload: IpcMessages[K]): void => ipcRenderer.send(name, payload);

function on<K extends IpcEvent>(name: K, listener: (payload: IpcEvents[K]) => void): () => void {
  const heard = (_event: unknown, payload: IpcEvents[K]): void => listener(payload);
  ipcRenderer.on(name, heard);
  return () => ipcRenderer.removeListener(name, heard);
}

const bridge: DesktopBridge = {
  platform: process.platform,
  send: (frame) => send('lab/frame', frame),
  onFrame: (listener) => on('lab/frame', listener),
  onConnection: (listener) => on('lab/connection', listener),
  openFile: (dialog) => request('dialog/open-file', dialog),
  saveFile: (dialog) => request('dialog/save-file', dialog),
  reveal: (path) => request('file/reveal', { path }),
  onMenu: (listener) => on('menu/command', listener),
  onOpenFile: (listener) => on('file/open', listener),
  ready: (language) => request('window/ready', { language }),
  setLanguage: (language) => send('window/language', language),
  setScreens: (screens) => send('window/screens', screens),
};

contextBridge.exposeInMainWorld('minrnn', bridge);
