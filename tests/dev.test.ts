// `npm run dev` from outside, on a copy of the sources: access control, and the effect of a changed page, lab, engine and kernel.
import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { english } from '../src/engine/core/say.ts';
import type { LabReply } from '../src/protocol/lab.ts';
import { RpcClient } from '../src/renderer/services/rpc-client.ts';
import { socketPort } from '../src/server/server.ts';
import { workOf } from '../scripts/dev/changes.mjs';
import { tinyRace } from './support/experiments.ts';
import { eventually, root, scratchFolder, startScript, type Running } from './support/program.ts';

const copy = scratchFolder();
const home = scratchFolder();
let dev: Running;
let address: URL;
let cookie = '';

function copySources(): void {
  for (const name of ['bin', 'scripts', 'src', 'examples', 'package.json', 'package-lock.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  for (const name of ['vite.renderer.config.ts', 'out/wasm'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
}

function get(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string; cookie: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: address.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      const set = response.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, cookie: set }));
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** The status of a WebSocket upgrade; 101 = accepted. */
async function knock(path: string, headers: Readonly<Record<string, string>>, protocol?: string): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}${path}`, protocol ?? [], { headers });
  socket.on('error', () => undefined);
  const refused = once(socket, 'unexpected-response').then(
    ([, response]: { statusCode?: number }[]) => response?.statusCode ?? 0,
  );
  const status = await Promise.race([refused, once(socket, 'open').then(() => 101)]);
  socket.terminate();
  return status;
}

const openClient = (): RpcClient =>
  new RpcClient({
    connect: async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}/ws`, {
        headers: { cookie, origin: address.origin },
      });
      await once(socket, 'open');
      return socketPort(socket);
    },
  });

const change = (path: string, from: string, to: (text: string) => string): void => {
  const before = readFileSync(join(copy, path), 'utf8');
  expect(before).toContain(from);
  writeFileSync(join(copy, path), before.replace(from, to(from)));
};

beforeAll(async () => {
  copySources();
  const env = { MINRNN_NATIVE_CACHE: join(root, 'out/native'), NODE_ENV: 'development' };
  dev = startScript([join(copy, 'scripts/dev.mjs')], home, env);
  const [text] = await dev.until(/http:\/\/\S+token=\S+/);
  address = new URL(text);
  cookie = (await get(`/${address.search}`)).cookie;
});

describe('npm run dev', () => {
  it('lets in who the browser shell lets in, and gives no source to others', async () => {
    const source = '/main.ts';
    expect((await get('/')).status).toBe(401);
    expect((await get(source)).status).toBe(401);
    expect((await get(source, { cookie, host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { cookie })).body).toContain('/@vite/client');
    expect((await get(source, { cookie })).body).toContain('createApp');
    expect((await get(`/@fs${join(copy, 'package.json')}`, { cookie })).status).toBe(403);
    const own = { cookie, origin: address.origin };
    for (const [path, protocol] of [['/ws'], ['/@updates', 'vite-hmr']] as const) {
      expect(await knock(path, {}, protocol), path).toBe(401);
      expect(await knock(path, { cookie, origin: 'http://evil.example' }, protocol), path).toBe(403);
    }
    expect(await knock('/ws', own)).toBe(101);
    expect(await knock('/other', own)).toBe(403);
  });

  it('tells an open page of a changed part', async () => {
    const client = (await get('/@vite/client', { cookie })).body;
    const key = /wsToken = "([^"]+)"/.exec(client)?.[1] ?? '';
    await get('/main.ts', { cookie });
    await get('/App.vue', { cookie });
    const socket = new WebSocket(`ws://127.0.0.1:${address.port}/@updates?token=${key}`, 'vite-hmr', {
      headers: { cookie, origin: address.origin },
    });
    const told: string[] = [];
    socket.on('message', (data: Buffer) => told.push(data.toString()));
    await eventually('the page is heard', () => told.some((text) => text.includes('connected')));
    appendFileSync(join(copy, 'src/renderer/App.vue'), '\n<!-- changed -->\n');
    await eventually('the page is told', () =>
      told.some((text) => text.includes('App.vue') || text.includes('full-reload')),
    );
    socket.terminate();
  });

  it('starts the lab again with changed sources when no run is under way, with the same session', async () => {
    const client = openClient();
    const { path }: LabReply<'session/new'> = await client.request('session/new', { name: 'dev' });
    await client.request('race/start', { spec: tinyRace(20) });
    change('src/engine/spec/limits.ts', "label: 'Learning rate'", () => "label: 'Rate of learning'");
    await dev.until(/the lab started again/);
    await eventually(
      'the session is open again',
      async () => (await client.request('session/current', {}).catch(() => null))?.path === path,
    );
    const state = await client.request('session/current', {});
    expect(state?.runs.every(({ status }) => status === 'finished')).toBe(true);
    const from = dev.out().length;
    change(
      'src/engine/training/trainer.ts',
      'constructor(parts: TrainerParts) {',
      (text) => `${text} throw new Error('this is new');`,
    );
    await eventually('the lab starts again', () => dev.out().slice(from).includes('the lab started again'));
    await eventually(
      'a race can start',
      async () => (await client.request('session/current', {}).catch(() => null)) !== null,
    );
    await client.request('race/start', { spec: tinyRace(20) });
    const problems = async (): Promise<string> =>
      ((await client.request('session/current', {}))?.runs ?? [])
        .flatMap(({ problem }) => (problem ? [english(problem.message)] : []))
        .join();
    await eventually('the next run has it', async () => (await problems()).includes('this is new'));
    client.close();
  });

  it('builds changed kernels for the next run', async () => {
    appendFileSync(join(copy, 'src/engine/device/cpu/wasm/index.as.ts'), '\nexport const touched: i32 = 1;\n');
    await dev.until(/kernels for WebAssembly built/);
  });
});

describe('what a changed file asks for', () => {
  it.each([
    ['src/renderer/App.vue', ['page']],
    ['src/engine/ops/matmul/cpu.c', ['kernels']],
    ['src/engine/ops/matmul/cpu.as.ts', ['kernels']],
    ['src/engine/plan/opcodes.shared.ts', ['kernels', 'lab']],
    ['src/lab/lab.ts', ['lab']],
    ['src/lab/lab.test.ts', []],
    ['src/engine/ops/matmul/webgpu.wgsl', []],
    ['src/main/index.ts', []],
    ['README.md', []],
  ])('%s', (path, work) => {
    expect(workOf(path)).toEqual(work);
  });
});
