// The only file that touches ipcMain. Reduces Electron's event to the sender that ipc-binding.ts checks.
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import type { AppError } from '../engine/core/result.ts';
import { bindIpc, type IpcHandlers, type IpcListeners, type IpcSender } from './ipc-binding.ts';

function senderOf(event: IpcMainEvent | IpcMainInvokeEvent): IpcSender {
  const frame = event.senderFrame;
  return { url: frame?.url ?? '', isMainFrame: frame !== null && frame === event.sender.mainFrame };
}

export function setupIpc(handlers: IpcHandlers, listeners: IpcListeners, onBad: (error: AppError) => void): void {
  bindIpc(
    {
      handle: (channel, listener) =>
        ipcMain.handle(channel, (event, params: unknown) => listener(senderOf(event), params)),
      on: (channel, listener) => ipcMain.on(channel, (event, payload: unknown) => listener(senderOf(event), payload)),
    },
    handlers,
    listeners,
    onBad,
  );
}
