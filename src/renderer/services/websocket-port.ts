// A port over the WebSocket of the browser shell, and the token that opens it. Independent of requests and events.
import type { Frame, Port } from '../../protocol/rpc.ts';

/** Address of this page's lab: same host, path `/ws`, with the access token if the address of the page had one. */
export function socketAddress(location: Pick<Location, 'protocol' | 'host'>, token: string | null): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const query = token === null ? '' : `?token=${encodeURIComponent(token)}`;
  return `${scheme}://${location.host}/ws${query}`;
}

/** What `takeToken` needs of the browser. */
export interface AddressBar {
  readonly location: Pick<Location, 'href'>;
  readonly history: Pick<History, 'replaceState'>;
}

/**
 * The access token of the address, or null: after the first visit the server's cookie gives access. The token is taken out of the
 * address so that it ends up in no bookmark, history entry or screenshot.
 */
export function takeToken({ location, history }: AddressBar): string | null {
  const url = new URL(location.href);
  const given = url.searchParams.get('token');
  if (given === null) return null;
  url.searchParams.delete('token');
  history.replaceState(null, '', url.href);
  return given;
}

/** Whether it was refused because of its key and not because the server is gone: a browser reports neither for a WebSocket, so the page is requested as well. */
export async function isKeyOld(location: Pick<Location, 'origin'>): Promise<boolean> {
  try {
    return (await fetch(`${location.origin}/`, { method: 'HEAD', cache: 'no-store' })).status === 401;
  } catch {
    return false;
  }
}

/** Opens a WebSocket and resolves when it is ready; rejects when the server refuses or does not respond. */
export function openSocketPort(address: string): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => resolve(portOf(socket)), { once: true });
    socket.addEventListener('close', () => reject(new Error('the WebSocket was refused')), { once: true });
  });
}

function portOf(socket: WebSocket): Port {
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    onMessage: (listener) => {
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') listener(JSON.parse(event.data) as Frame);
      });
    },
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  };
}
