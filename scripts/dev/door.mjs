// The web server of `npm run dev`: the rules of the browser shell (this machine, the token, the page's own origin), and stricter for files:
// all of them need the token, since here they are the sources. Forwards page requests to Vite and sockets to the lab.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { cookieName, newToken, refuseHost, refuseOrigin, refuseToken } from '../../src/server/access.ts';
import { bind, refuseSocket, visitOf } from '../../src/server/server.ts';
import { safetyHeaders } from '../../src/server/static-files.ts';
import { updates } from './page.mjs';

const policyHeader = 'content-security-policy';

function headersFor(host, nonce) {
  const headers = safetyHeaders(host);
  return { ...headers, [policyHeader]: headers[policyHeader].replace('style-src', `style-src 'nonce-${nonce}'`) };
}

function answer(request, response, { page, token, port }) {
  const visit = visitOf(request);
  const say = (status, text) => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`${text}\n`);
  };
  const refused = refuseHost(visit, port) ?? refuseToken(visit, token, port);
  if (refused) return say(refused.status, refused.reason);
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'Only GET and HEAD are answered.');
  for (const [name, value] of Object.entries(headersFor(visit.host, page.nonce))) response.setHeader(name, value);
  response.setHeader('set-cookie', `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`);
  return page.answer(request, response, () => say(404, `There is no ${request.url} here.`));
}

/** The handshake goes to the lab's own server with its own key; from then on bytes pass through unchanged. */
function passToLab(request, socket, head, lab) {
  const inner = connect(lab.port, '127.0.0.1');
  const end = () => {
    inner.destroy();
    socket.destroy();
  };
  for (const one of [inner, socket]) one.on('error', end).on('close', end);
  const kept = ['connection', 'upgrade', 'sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions'];
  const headers = kept.flatMap((name) => (request.headers[name] ? [`${name}: ${request.headers[name]}`] : []));
  inner.write([`GET /ws?token=${lab.token} HTTP/1.1`, `host: 127.0.0.1:${lab.port}`, ...headers, '', ''].join('\r\n'));
  inner.write(head);
  socket.pipe(inner).pipe(socket);
}

function upgrade(request, socket, head, { page, lab, token, port }) {
  const visit = visitOf(request);
  const path = request.url.split('?')[0];
  // Vite's socket has its own key in the address; ours is in the cookie.
  const key = path === updates ? { ...visit, token: null } : visit;
  const refused = refuseHost(visit, port) ?? refuseOrigin(visit, port) ?? refuseToken(key, token, port);
  if (refused) return refuseSocket(socket, refused);
  if (path === updates) return page.upgrade(request, socket, head);
  if (path !== '/ws') return refuseSocket(socket, { status: 403, reason: `The WebSockets are at /ws and ${updates}.` });
  return passToLab(request, socket, head, lab.address());
}

/** Listens on the first free port; `lab.address()` is where the lab listens now. */
export async function openDoor({ page, lab }) {
  const token = newToken();
  const http = createServer();
  const bound = await bind(http, null);
  if (!bound.ok) throw new Error(bound.error.message);
  const port = bound.value;
  http.on('request', (request, response) => answer(request, response, { page, token, port }));
  http.on('upgrade', (request, socket, head) => upgrade(request, socket, head, { page, lab, token, port }));
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    close: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}
