// Who may use the lab of this machine: nobody without the token, no page of another origin, no rebound name.
import { request } from 'node:http';
import { WebSocket } from 'ws';
import type { Program } from './support/program.ts';
import { expect, test } from './support/test.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request a browser would not make, with any header. */
function ask(program: Program, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: program.port, path, headers, method }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    call.on('error', reject).end();
  });
}

/** Status of the upgrade; 101 = accepted. */
function knock(program: Program, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${program.port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
}

test('the page needs the token and this machine’s name', async ({ program }) => {
  expect((await ask(program, `/?token=${program.token}`)).status).toBe(200);
  const none = await ask(program, '/');
  expect(none.status).toBe(401);
  expect(none.text).toContain('minrnn serve');
  expect((await ask(program, '/?token=wrong')).status).toBe(401);
  expect((await ask(program, `/?token=${program.token}x`)).status).toBe(401);
  expect((await ask(program, `/?token=${program.token}`, { host: `evil.example:${program.port}` })).status).toBe(403);
  expect((await ask(program, `/?token=${program.token}`, {}, 'POST')).status).toBe(405);
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/nothing.js']) {
    expect((await ask(program, path)).status, path).toBe(404);
  }
});

test('every answer forbids what a page does not need', async ({ program }) => {
  const page = await ask(program, `/?token=${program.token}`);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-eval');
  expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(page.headers['x-frame-options']).toBe('DENY');
  expect(String(page.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
  expect((await ask(program, '/')).headers['content-security-policy']).toBe(policy);
});

test('the WebSocket opens for the token and the own origin only', async ({ program }) => {
  const own = { origin: `http://127.0.0.1:${program.port}` };
  const good = `/ws?token=${program.token}`;
  expect(await knock(program, good, own)).toBe(101);
  expect(await knock(program, good)).toBe(101);
  expect(await knock(program, '/ws', own)).toBe(401);
  expect(await knock(program, '/ws?token=wrong', own)).toBe(401);
  expect(await knock(program, good, { origin: 'http://evil.example' })).toBe(403);
  expect(await knock(program, good, { origin: `http://127.0.0.1:${program.port + 1}` })).toBe(403);
  expect(await knock(program, good, { ...own, host: `evil.example:${program.port}` })).toBe(403);
  expect(await knock(program, `/other?token=${program.token}`, own)).toBe(403);
});

test('a page of another origin cannot reach the lab, not even with the cookie', async ({
  page,
  program,
  complaints,
}) => {
  complaints.allow(/WebSocket|ws:\/\/|ERR_|401|403/);
  await page.goto(program.url);
  await page.route('http://evil.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>evil</h1>' }),
  );
  await page.goto('http://evil.example/');
  const outcome = await page.evaluate(
    (port) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
    program.port,
  );
  expect(outcome).toBe('refused');
});
