// The browser server from outside: access control, served files, and a race through the real client over a real WebSocket.
import { english } from '../src/engine/core/say.ts';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RpcServer } from '../src/protocol/rpc-server.ts';
import type { LabReply } from '../src/protocol/lab.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import { RpcClient } from '../src/renderer/services/rpc-client.ts';
import { socketPort, startServer, type RunningServer } from '../src/server/server.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tinyRace } from './support/experiments.ts';
import { Gate } from './support/gate.ts';
import { eventually, scratchFolder } from './support/program.ts';

const home = scratchFolder();
const folder = join(home, 'renderer');
let lab: Lab;
let server: RunningServer;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>minRNN Lab</title>');
  writeFileSync(join(folder, 'assets/main.js'), 'export {};');
  writeFileSync(join(home, 'secret.json'), '{}');
  const doors: RpcServer[] = [];
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: (name, payload) => doors[0]?.emit(name, payload),
  });
  const rpc = new RpcServer({ handlers: handlersOf(lab), onBug: (error) => expect.unreachable(String(error)) });
  doors.push(rpc);
  const started = await startServer({ port: null, folder, onDoor: (port) => rpc.add(port) });
  if (!started.ok) throw new Error(english(started.error.message));
  server = started.value;
});
afterAll(async () => {
  await lab.close();
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asking.on('error', reject);
    asking.end();
  });

/** The status of a WebSocket upgrade; 101 = accepted. */
const knock = (path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
    socket.on('open', () => {
      resolve(101);
      socket.close();
    });
  });

describe('the page', () => {
  it('needs the token, and a cookie stands for it afterwards', async () => {
    expect((await get('/')).status).toBe(401);
    expect((await get('/?token=guess')).status).toBe(401);
    const page = await get(`/?token=${server.token}`);
    expect(page.status).toBe(200);
    const [cookie] = String(page.headers['set-cookie']).split(';');
    expect(String(page.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Strict/);
    expect((await get('/', { cookie: cookie ?? '' })).status).toBe(200);
    expect((await get('/?token=guess', { cookie: cookie ?? '' })).status).toBe(401);
  });

  it.each([
    '/index.html',
    '/%69ndex.html',
    '/./index.html',
    '//index.html',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/index%2ehtml',
    '/%2f%69%6e%64%65%78.html',
    '/index.html?x=y',
    '/INDEX.HTML',
  ])('is not handed out without the token under another spelling: %s', async (path) => {
    const answer = await get(path);
    expect([401, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('<title>');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('says that a key of an earlier start is old, and how to continue', async () => {
    const old = await get('/', { cookie: `minrnn-${server.port}=of-an-earlier-start` });
    expect(old.status).toBe(401);
    expect(old.body).toMatch(/earlier start[^]*Open that address to continue/);
  });

  it('carries a policy that runs no foreign and no generated code', async () => {
    const policy = String((await get('/assets/main.js')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|unsafe-inline/);
  });

  it.each(['/../secret.json', '/%2e%2e/secret.json', '/assets/..%2f..%2fsecret.json', '/nothing.js', '/%00', '/%zz'])(
    'serves nothing outside its folder: %s',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toBe('{}');
    },
  );

  it('refuses a rebound DNS name', async () => {
    expect((await get('/assets/main.js', { host: `evil.example:${server.port}` })).status).toBe(403);
  });
});

describe('the WebSocket', () => {
  it('is refused without the token, with another, from another origin, under another name', async () => {
    const right = `/ws?token=${server.token}`;
    expect(await knock('/ws')).toBe(401);
    expect(await knock('/ws?token=guess')).toBe(401);
    expect(await knock(right, { origin: 'http://evil.example' })).toBe(403);
    expect(await knock(right, { origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
    expect(await knock(right, { host: 'evil.example' })).toBe(403);
    expect(await knock(`/other?token=${server.token}`)).toBe(403);
    expect(await knock(right, { origin: `http://127.0.0.1:${server.port}` })).toBe(101);
    expect(await knock(right)).toBe(101);
  });

  it('survives invalid input', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws?token=${server.token}`);
    await new Promise((resolve) => socket.once('open', resolve));
    for (const nonsense of ['', '{', '[]', 'null', '{"type":"request"}', '{"type":"reply","id":1}'])
      socket.send(nonsense);
    socket.send(Buffer.from([1, 2, 3]));
    socket.send(JSON.stringify({ type: 'request', id: 1, name: 'settings/get', params: {} }));
    const answer = await new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    expect(answer).toMatchObject({ type: 'reply', id: 1 });
    socket.close();
  });
});

describe('a race through the browser door', () => {
  it('starts, shows curves, pauses, steps, resumes, forks, saves a copy, and finds everything again', async () => {
    const client = new RpcClient({
      connect: () =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws?token=${server.token}`);
          socket.once('open', () => resolve(socketPort(socket)));
        }),
    });
    const appended = new Map<string, number>();
    client.on('metrics/appended', ({ run, columns }) => {
      const points = columns.find((column) => column.metric === 'train/loss')?.step.length ?? 0;
      appended.set(run, (appended.get(run) ?? 0) + points);
    });
    const current = async (): Promise<LabReply<'session/open'>> => {
      const state = await client.request('session/current', {});
      if (!state) throw new Error('an open session is expected');
      return state;
    };
    const all = async (status: string): Promise<boolean> =>
      (await current()).runs.every((run) => run.status === status);

    await client.request('session/new', { name: 'Through the door' });
    const gate = new Gate(home);
    const started = await gate.around(async () => {
      const begun = await client.request('race/start', { spec: tinyRace(1500) });
      await eventually('points', () => appended.size === 2);
      return begun;
    });
    expect(started.runs.map((run) => run.name)).toEqual(['minGRU', 'minLSTM']);
    const [run] = started.runs;
    if (!run) throw new Error('a run is expected');

    await client.request('race/act', { runs: [], action: { kind: 'pause' } });
    await eventually('all paused', () => all('paused'));
    const before = (await current()).runs[0]?.step ?? 0;
    await client.request('race/act', { runs: [run.id], action: { kind: 'step' } });
    await eventually('one step', async () => (await current()).runs[0]?.step === before + 1);
    await client.request('race/act', { runs: [run.id], action: { kind: 'learning-rate', value: 0.002 } });
    expect((await current()).runs[0]?.learningRate).toBe(0.002);
    const [mark] = (await current()).runs[0]?.checkpoints.filter((one) => one.kind === 'latest') ?? [];
    await client.request('race/act', {
      runs: [run.id],
      action: { kind: 'fork', step: mark?.step ?? 0, training: { learningRate: 0.0005 }, name: 'fork' },
    });
    await expect(
      client.request('race/act', { runs: [run.id], action: { kind: 'fork', step: 77_777 } }),
    ).rejects.toMatchObject({ appError: { code: 'not-found' } });
    gate.open();
    await client.request('race/act', { runs: [], action: { kind: 'resume' } });
    await eventually('all finished', () => all('finished'));

    const copy = join(home, 'sessions', 'copy.rnnlab');
    await client.request('session/save-as', { path: copy });
    const query = { runs: [run.id], metric: 'train/loss', x: 'step', from: null, to: null, columns: 10_000 } as const;
    const [whole] = await client.request('series/query', query);
    expect(whole?.step).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
    await client.request('session/close', {});
    const again = await client.request('session/open', { path: copy });
    expect(again.runs.map((one) => [one.name, one.status, one.step])).toEqual([
      ['minGRU', 'finished', 1500],
      ['minLSTM', 'finished', 1500],
      ['fork', 'finished', 1500],
    ]);
    expect(again.runs[2]?.forkedFrom).toEqual({ run: run.id, step: mark?.step });
    expect(again.runs[2]?.learningRate).toBeNull();
    const list = await client.request('session/list', {});
    expect(list.map((one) => one.path)).toEqual(expect.arrayContaining([copy, started.path]));
    const { undo } = await client.request('session/delete', { path: started.path });
    expect((await client.request('session/list', {})).some((one) => one.path === started.path)).toBe(false);
    expect((await client.request('session/undelete', { undo })).runs).toBe(3);
    client.close();
  });
});
