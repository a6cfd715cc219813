// Requests, replies and events over any duplex port: WebSocket, Electron IPC, child-process channel, or two functions in one process.
import type { AppError } from '../engine/core/result.ts';
import type { LabEvent, LabEvents, LabParams, LabReply, LabRequest } from './lab.ts';

/** A duplex message channel. `send` never throws; `onClose` is called once. */
export interface Port {
  send(message: Frame): void;
  onMessage(listener: (message: Frame) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export type Frame =
  | { readonly type: 'request'; readonly id: number; readonly name: LabRequest; readonly params: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: AppError }
  | { readonly type: 'event'; readonly name: LabEvent; readonly payload: unknown };

/**
 * From Electron main to its lab, never from a page: a person has chosen this file in a system dialog or opened it from the file manager, so
 * the page may use it in later requests.
 */
export interface Grant {
  readonly type: 'grant';
  readonly path: string;
}

/** The client's side: typed requests and event subscriptions. Rejections carry AppFailure. */
export interface LabClient {
  request<K extends LabRequest>(name: K, params: LabParams<K>): Promise<LabReply<K>>;
  on<K extends LabEvent>(name: K, listener: (payload: LabEvents[K]) => void): () => void;
  /** Called with false when the port closes and true when it is open again. */
  onConnection(listener: (open: boolean) => void): () => void;
  close(): void;
}

/** The handlers of the lab process; exhaustive by type. */
export type LabHandlers = { readonly [K in LabRequest]: (params: LabParams<K>) => Promise<LabReply<K>> };
