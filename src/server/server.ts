// The server for browsers: the renderer's files over HTTP and the lab's protocol over a WebSocket, on this machine only. Handles frames and
// files; independent of sessions and runs.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { port } from '../engine/spec/limits.ts';
import { fail, ok, type Result } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { Frame, Port } from '../protocol/rpc.ts';
import { cookieName, newToken, refuseHost, refuseOrigin, refuseToken, type Refusal, type Visit } from './access.ts';
import { safetyHeaders, staticFile } from './static-files.ts';

export interface ServerOptions {
  /** Null = the first free port from `firstPort` on. */
  readonly port: number | null;
  /** Folder of the renderer bundle. */
  readonly folder: string;
  readonly onDoor: (port: Port) => void;
}

export interface RunningServer {
  /** With the token: whoever has it may use the lab. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

export const firstPort: number = port.default;
const portsTried = 50;
/** Largest frame; an imported book in UTF-8 fits. */
const maxPayload = 512 * 2 ** 20;
/** A client this far behind is disconnected; it reconnects and requests what it missed. */
const maxBacklog = 64 * 2 ** 20;

/** Fails with `conflict` if the port is in use. */
export async function startServer(options: ServerOptions): Promise<Result<RunningServer>> {
  const token = newToken();
  const http = createServer();
  const bound = await bind(http, options.port);
  if (!bound.ok) return bound;
  const port = bound.value;
  const sockets = new WebSocketServer({ noServer: true, maxPayload });
  http.on('request', (request, response) => void answer(request, response, { token, port, folder: options.folder }));
  http.on('upgrade', (request, socket, head) => {
    const refused = refuseUpgrade(request, token, port);
    if (refused) return refuseSocket(socket, refused);
    return sockets.handleUpgrade(request, socket, head, (webSocket) => options.onDoor(socketPort(webSocket)));
  });
  return ok({ url: `http://127.0.0.1:${port}/?token=${token}`, port, token, close: () => closeAll(http, sockets) });
}

/** Listens on this machine only, on the port or the first free one. */
export async function bind(http: Server, wanted: number | null): Promise<Result<number>> {
  const ports = wanted === null ? Array.from({ length: portsTried }, (_, i) => firstPort + i) : [wanted];
  for (const port of ports) {
    const code = await listen(http, port);
    if (code === null) return ok((http.address() as AddressInfo).port);
    if (code !== 'EADDRINUSE' && code !== 'EACCES')
      return fail('unsupported', say`serve: the system answered ${asIs(code)} for port ${asIs(String(port))}`);
    if (code === 'EACCES')
      return fail('permission', say`serve: port ${asIs(String(port))} may not be used`, {
        field: 'port',
        cure: say`Choose a port above 1023.`,
      });
  }
  if (wanted === null)
    return fail(
      'conflict',
      say`serve: a port from ${asIs(String(firstPort))} to ${asIs(String(firstPort + portsTried - 1))} must be free, got none`,
    );
  return fail('conflict', say`serve: port ${asIs(String(wanted))} must be free, got one that is in use`, {
    field: 'port',
    cure: say`Choose another with --port, or leave --port out to take the next free one.`,
  });
}

/** Null = listening; else the system's code. */
const listen = (http: Server, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    http.once('error', failed);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', failed);
      resolve(null);
    });
  });

const addressOf = (request: IncomingMessage): URL | null => URL.parse(request.url ?? '/', 'http://127.0.0.1');

export const visitOf = (request: IncomingMessage): Visit => ({
  host: request.headers.host,
  origin: request.headers.origin,
  cookie: request.headers.cookie,
  languages: request.headers['accept-language'],
  token: addressOf(request)?.searchParams.get('token') ?? null,
});

function refuseUpgrade(request: IncomingMessage, token: string, port: number): Refusal | null {
  const visit = visitOf(request);
  if (addressOf(request)?.pathname !== '/ws') return { status: 403, reason: 'The WebSocket is at /ws.' };
  return refuseHost(visit, port) ?? refuseOrigin(visit, port) ?? refuseToken(visit, token, port);
}

export function refuseSocket(socket: Duplex, { status, reason }: Refusal): void {
  const name = status === 401 ? 'Unauthorized' : 'Forbidden';
  const head = [`HTTP/1.1 ${status} ${name}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8'];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(reason)}`, '', reason].join('\r\n'));
}

interface Site {
  readonly token: string;
  readonly port: number;
  readonly folder: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const visit = visitOf(request);
  const path = addressOf(request)?.pathname ?? '/';
  const headers = safetyHeaders(visit.host ?? `127.0.0.1:${site.port}`);
  const say = (status: number, text: string): void => {
    response.writeHead(status, {
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(`${text}\n`);
  };
  const misled = refuseHost(visit, site.port);
  if (misled) return say(misled.status, misled.reason);
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'Only GET and HEAD are answered.');
  const file = await staticFile(site.folder, path);
  if (file === null) return say(404, `There is no ${path} here.`);
  const refused = file.isPage ? refuseToken(visit, site.token, site.port) : null;
  if (refused) return say(refused.status, refused.reason);
  const cookie = `${cookieName(site.port)}=${site.token}; Path=/; HttpOnly; SameSite=Strict`;
  response.writeHead(200, {
    ...headers,
    'content-type': file.type,
    'content-length': file.body.byteLength,
    'cache-control': file.lasting ? 'max-age=31536000, immutable' : 'no-store',
    ...(file.isPage ? { 'set-cookie': cookie } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** A WebSocket as a port. Input that is not JSON is ignored; the protocol checks the rest. */
export function socketPort(socket: WebSocket): Port {
  socket.on('error', () => socket.terminate());
  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxBacklog) socket.terminate();
      else socket.send(JSON.stringify(frame));
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return;
        const frame = parse(data.toString());
        if (frame !== null) listener(frame);
      });
    },
    onClose: (listener) => socket.once('close', listener),
    close: () => socket.close(),
  };
}

function parse(text: string): Frame | null {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return null;
  }
}

function closeAll(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
