// Typed handlers bound onto Electron's IPC: sender checked first, parameters next, then the handler. Independent of channel names.
import { asAppError, type AppError } from '../engine/core/result.ts';
import { say, verbatim } from '../engine/core/say.ts';
import type { IpcMessage, IpcMessages, IpcRequest, IpcRequests } from '../protocol/ipc.ts';
import { messageChecks, requestChecks } from './ipc-checks.ts';
import { isTrustedSender } from './security.ts';

/** The part of Electron's ipcMain used here, with the sender reduced to the facts that matter. */
export interface IpcSurface {
  handle(channel: string, listener: (sender: IpcSender, params: unknown) => Promise<IpcOutcome>): void;
  on(channel: string, listener: (sender: IpcSender, payload: unknown) => void): void;
}

export interface IpcSender {
  readonly url: string;
  readonly isMainFrame: boolean;
}

/** Electron flattens a rejection into a text; this keeps the AppError whole on its way to the preload. */
export type IpcOutcome = { readonly value: unknown } | { readonly error: AppError };

/** Exhaustive by type: a request without a handler does not compile. */
export type IpcHandlers = { readonly [K in IpcRequest]: (params: IpcRequests[K][0]) => Promise<IpcRequests[K][1]> };
export type IpcListeners = { readonly [K in IpcMessage]: (payload: IpcMessages[K]) => void };

const untrusted: AppError = {
  code: 'permission',
  message: say`ipc: the program’s own page is required as sender, got another frame`,
};

async function answer<K extends IpcRequest>(channel: K, handlers: IpcHandlers, params: unknown): Promise<IpcOutcome> {
  try {
    return { value: await handlers[channel](requestChecks[channel](params)) };
  } catch (problem) {
    return { error: asAppError(problem, verbatim(channel)) };
  }
}

function deliver<K extends IpcMessage>(channel: K, listeners: IpcListeners, payload: unknown): void {
  listeners[channel](messageChecks[channel](payload));
}

/** Binds all channels. A message that fails its check is reported to `onBad` and dropped. */
export function bindIpc(
  ipc: IpcSurface,
  handlers: IpcHandlers,
  listeners: IpcListeners,
  onBad: (error: AppError) => void,
): void {
  for (const channel of Object.keys(requestChecks) as IpcRequest[]) {
    ipc.handle(channel, (sender, params) =>
      isTrustedSender(sender) ? answer(channel, handlers, params) : Promise.resolve({ error: untrusted }),
    );
  }
  for (const channel of Object.keys(messageChecks) as IpcMessage[]) {
    ipc.on(channel, (sender, payload) => {
      if (!isTrustedSender(sender)) return onBad(untrusted);
      try {
        return deliver(channel, listeners, payload);
      } catch (problem) {
        return onBad(asAppError(problem, verbatim(channel)));
      }
    });
  }
}
