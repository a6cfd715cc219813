// The one lab client of this window. Stores get it here; tests replace it. Independent of screens.
import type { LabClient, Port } from '../../protocol/rpc.ts';
import { BridgeLink, desktopBridge } from './bridge.ts';
import { RpcClient } from './rpc-client.ts';
import { isKeyOld, openSocketPort, socketAddress, takeToken } from './websocket-port.ts';

let current: LabClient | null = null;

/** The client of this window; using it before `startLabClient` or `setLabClient` is a bug. */
export function lab(): LabClient {
  if (!current) throw new Error('lab: the client is used before it was started');
  return current;
}

export function setLabClient(client: LabClient): void {
  current?.close();
  current = client;
}

/** How the window is connected to the lab, for the message shown when it does not answer. */
export interface LabDoor {
  readonly kind: 'desktop' | 'browser';
  /** Called once all listeners are in place: main then sends the messages queued for this window. */
  readonly ready: (language: 'en' | 'zh') => Promise<void>;
  /** Whether the server responds but rejects this page's key because it was restarted. */
  readonly isKeyOld: () => Promise<boolean>;
}

/** Connects through the Electron preload when there is one, else through the WebSocket of the server of this page. */
export function startLabClient(): LabDoor {
  const bridge = desktopBridge();
  if (bridge) {
    const link = new BridgeLink(bridge);
    setLabClient(new RpcClient({ connect: () => link.connect() }));
    const ready = async (language: 'en' | 'zh'): Promise<void> => link.change((await bridge.ready(language)).lab);
    return { kind: 'desktop', ready, isKeyOld: () => Promise.resolve(false) };
  }
  setLabClient(new RpcClient({ connect: browserConnector(window) }));
  return { kind: 'browser', ready: () => Promise.resolve(), isKeyOld: () => isKeyOld(window.location) };
}

/**
 * Opens the socket with the token of the address the first time. Later it uses the server's cookie, which a newer tab may have renewed, so
 * that an open page can reconnect to a restarted lab.
 */
function browserConnector(page: Window): () => Promise<Port> {
  let token = takeToken(page);
  return async () => {
    const port = await openSocketPort(socketAddress(page.location, token));
    token = null;
    return port;
  };
}
