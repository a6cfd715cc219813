// Runtimes against a server that answers well, wrongly, halfway or not at all, with a package that really computes in a process of its own: what is
// installed is whole or not there, and says why.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  crashingLibrary,
  goodLibrary,
  RuntimeServer,
  tarball,
  wrongLibrary,
} from '../../../tests/support/runtime-server.ts';
import { saying } from '../../../tests/support/saying.ts';
import { english } from '../../engine/core/say.ts';
import type { AppError } from '../../engine/core/result.ts';
import type { RuntimeReport } from '../../protocol/runtimes.ts';
import { lockFile } from '../../session/files/index.ts';
import { offerRuntime } from './offer.ts';
import { impossible, type Facts } from './possible.ts';
import { Runtimes } from './runtimes.ts';
import { builtInSources, runtimeSources, type RuntimeSource } from './source.ts';

const server = new RuntimeServer();
let data = '';
let busy: AppError | null = null;
let seen: RuntimeReport[] = [];

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'minrnn-runtimes-'));
  server.mode = 'whole';
  busy = null;
  seen = [];
});
afterEach(() => {
  offerRuntime(null);
  rmSync(data, { recursive: true, force: true });
});

function lab(source: RuntimeSource = server.source()): Runtimes {
  return new Runtimes({
    sources: () => Promise.resolve([{ ...source, timed: false }]),
    dataFolder: () => data,
    busy: () => busy,
    changed: (list) => seen.push(...list),
    failed: (error) => {
      throw new Error(english(error.message));
    },
  });
}
const id = 'tensorflow' as const;
const folder = (): string => join(data, 'runtimes');
const left = (): string[] => (existsSync(folder()) ? readdirSync(folder()).toSorted() : []);
const only = ([report]: readonly RuntimeReport[]): RuntimeReport => {
  if (report === undefined) throw new Error('there must be a runtime');
  return report;
};
async function installed(runtimes: Runtimes): Promise<RuntimeReport> {
  await runtimes.add(id);
  return runtimes.done(id);
}
/** Waits for what the server holds to be begun. */
const fetching = (runtimes: Runtimes): Promise<void> =>
  expect.poll(() => only(runtimes.list()).work?.done ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);

describe('installing', () => {
  it('fetches, unpacks and tries it, offers it to engines, and a later lab finds it', async () => {
    const runtimes = lab();
    expect(only(await runtimes.look())).toMatchObject({ installed: null, impossible: null, work: null });
    const report = await installed(runtimes);
    const check = { module: 'tfjs node', cuda: false, passed: 2, total: 2, differ: [] };
    expect(report).toMatchObject({ work: null, failed: null, installed: { version: '2.15.1', broken: null, check } });
    expect(report.installed?.check?.worst).toBeGreaterThan(0);
    const stages = seen.flatMap(({ work }) => work?.stage ?? []);
    expect([...new Set(stages)]).toEqual(['fetch', 'unpack', 'check']);
    const fetched = seen.flatMap(({ work }) => (work?.stage === 'fetch' ? work.done : []));
    expect(fetched).toEqual(fetched.toSorted((a, b) => a - b));
    expect(fetched.at(-1)).toBe(report.fetchBytes);
    expect(left()).toEqual(['tensorflow', 'tensorflow.lock']);
    const at = join(folder(), 'tensorflow/node_modules/@tensorflow/tfjs-node');
    expect(process.env['MINRNN_TFJS_NODE']).toBe(at);
    expect(readdirSync(join(at, 'dist'))).toEqual(['index.js']);
    expect(readFileSync(join(at, 'deps/lib/libtensorflow_cc.so.2'), 'utf8')).toHaveLength(200_000);
    expect(existsSync(join(at, 'python'))).toBe(false);

    const later = lab();
    expect(only(await later.refresh()).installed).toEqual(report.installed);
    await expect(later.add(id)).rejects.toMatchObject({ appError: { code: 'conflict', cure: saying(/remove it/) } });
    await later.remove(id);
    expect(left()).toEqual(['tensorflow.lock']);
    expect(process.env['MINRNN_TFJS_NODE']).toBeUndefined();
    await expect(later.remove(id)).rejects.toMatchObject({ appError: { code: 'not-found' } });
  });

  it('keeps nothing of a file with another hash', async () => {
    server.mode = 'damaged';
    const runtimes = lab();
    await runtimes.add(id);
    await expect(runtimes.done(id)).rejects.toMatchObject({
      appError: { code: 'damaged-file', message: saying(/SHA-512/), cure: saying(/Nothing was kept/) },
    });
    expect(only(runtimes.list())).toMatchObject({ installed: null, failed: { code: 'damaged-file' } });
    expect(left().filter((name) => !name.endsWith('.downloads'))).toEqual(['tensorflow.lock']);
  });

  it('says in a sentence that a server cannot be reached, and installs when it can', async () => {
    const away = server.source();
    const nowhere = away.parts.map((part) => ({ ...part, url: 'http://127.0.0.1:9/package.tgz' }));
    const runtimes = lab({ ...away, parts: nowhere });
    await runtimes.add(id);
    await expect(runtimes.done(id)).rejects.toMatchObject({
      appError: {
        code: 'network',
        message: saying(/127\.0\.0\.1:9.* could not be fetched/),
        cure: saying(/Check the connection/),
      },
    });
    server.mode = 'refused';
    const refused = lab();
    await refused.add(id);
    await expect(refused.done(id)).rejects.toMatchObject({ appError: { code: 'network', message: saying(/404/) } });
    server.mode = 'whole';
    expect((await installed(refused)).installed?.broken).toBeNull();
  });

  it('is called off in the middle and leaves nothing', async () => {
    server.mode = 'held';
    const runtimes = lab();
    await runtimes.add(id);
    await fetching(runtimes);
    expect(only(await runtimes.cancel(id))).toMatchObject({ work: null, failed: null, installed: null });
    expect(left()).toEqual(['tensorflow.lock']);
  });

  it('is done once at a time, here and in another lab, and keeps races waiting', async () => {
    server.mode = 'held';
    const [one, other] = [lab(), lab()];
    await one.add(id);
    await fetching(one);
    const refusal = { appError: { code: 'conflict', cure: saying(/cancel/) } };
    await expect(one.add(id)).rejects.toMatchObject(refusal);
    await expect(one.remove(id)).rejects.toMatchObject(refusal);
    await expect(other.add(id)).rejects.toMatchObject({ appError: { message: saying(/another lab/) } });
    expect(only(await other.look()).work).toMatchObject({ mine: false });
    expect(() => one.needIdle('race')).toThrow('being installed');
    expect(() => other.needIdle('race')).not.toThrow();
    server.release();
    expect((await one.done(id)).installed?.check?.passed).toBe(2);
    expect(only(await other.look())).toMatchObject({ work: null, installed: { broken: null } });
    expect(() => one.needIdle('race')).not.toThrow();
  });

  it('of two requests at once begins one', async () => {
    const runtimes = lab();
    const [first, second] = await Promise.allSettled([runtimes.add(id), runtimes.add(id)]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect((await runtimes.done(id)).installed).not.toBeNull();
  });

  it('waits while steps are timed', async () => {
    busy = { code: 'conflict', message: { pattern: 'steps are timed', values: [] } };
    await expect(lab().add(id)).rejects.toMatchObject({ appError: busy });
    expect(server.asked.length >= 0 && left()).toEqual([]);
  });

  it('clears away what a lab that was killed has left, and nothing of one that lives', async () => {
    mkdirSync(join(folder(), 'tensorflow.new/node_modules'), { recursive: true });
    writeFileSync(join(folder(), 'tensorflow.new/node_modules/half'), 'x');
    const release = lockFile(join(folder(), 'tensorflow.lock'));
    await lab().refresh();
    expect(left()).toContain('tensorflow.new');
    release?.();
    await lab().refresh();
    expect(left()).toEqual(['tensorflow.lock']);
  });

  it.each([
    ['a name that leads out', [{ name: 'package/../../../out.js', content: 'x' }]],
    ['a link', [{ name: 'package/link', content: '', type: '2' as const }]],
    [
      'a long name that leads out',
      [
        { name: 'pax', content: '30 path=package/../../out.js\n', type: 'x' as const },
        { name: 'package/short', content: 'x' },
      ],
    ],
  ])('refuses an archive with %s', async (_, files) => {
    const bytes = tarball(files);
    const part = server.part('/bad.tgz', bytes, { kind: 'tgz', take: [['package/', 'node_modules/bad/']] });
    const runtimes = lab(server.source({ parts: [part] }));
    await runtimes.add(id);
    await expect(runtimes.done(id)).rejects.toMatchObject({ appError: { code: 'damaged-file' } });
    expect(left().filter((name) => !name.endsWith('.downloads'))).toEqual(['tensorflow.lock']);
    expect(existsSync(join(data, 'out.js'))).toBe(false);
  });
});

describe('a runtime that is broken', () => {
  it('is not installed when it crashes the process that tries it', async () => {
    const runtimes = lab(server.source({}, crashingLibrary));
    await runtimes.add(id);
    await expect(runtimes.done(id)).rejects.toMatchObject({
      appError: { code: 'unsupported', message: saying(/SIGSEGV/), cure: saying(/goes on without it/) },
    });
    expect(left().filter((name) => !name.endsWith('.downloads'))).toEqual(['tensorflow.lock']);
  });

  it('that computes otherwise is kept, and what differs is named', async () => {
    const report = await installed(lab(server.source({}, wrongLibrary)));
    expect(report.installed?.check).toMatchObject({ passed: 1, total: 2 });
    expect(report.installed?.check?.differ).toMatchObject([{ op: 'matmul' }]);
  });

  it('is found by its files at the start and by its content at a check, and is not offered until it is whole', async () => {
    await installed(lab());
    const at = join(folder(), 'tensorflow/node_modules/@tensorflow/tfjs-node');
    const libraryFile = join(at, 'deps/lib/libtensorflow_cc.so.2');
    const whole = readFileSync(libraryFile);
    writeFileSync(libraryFile, whole.fill('b', 10, 11));
    const runtimes = lab();
    expect(only(await runtimes.refresh()).installed?.broken).toBeNull();
    await runtimes.check(id);
    expect((await runtimes.done(id)).installed?.broken).toEqual(saying(/has changed since it was installed/));
    expect(runtimes.offered).toBeNull();
    expect(process.env['MINRNN_TFJS_NODE']).toBeUndefined();
    truncateSync(libraryFile, 5);
    expect(only(await lab().refresh()).installed?.broken).toEqual(saying(/missing or has another size/));
    expect((await installed(runtimes)).installed?.broken).toBeNull();
    expect(runtimes.offered?.id).toBe(id);
  });

  it('is found by a check that it crashes, and a check that is called off changes nothing', async () => {
    const runtimes = lab();
    await installed(runtimes);
    const main = join(folder(), 'tensorflow/node_modules/@tensorflow/tfjs-node/dist/index.js');
    writeFileSync(main, crashingLibrary);
    await runtimes.check(id);
    await runtimes.cancel(id);
    expect(only(runtimes.list()).installed?.broken).toBeNull();
    await runtimes.check(id);
    expect((await runtimes.done(id)).installed?.broken).toEqual(saying(/SIGSEGV/));
    writeFileSync(main, goodLibrary);
    await runtimes.check(id);
    expect((await runtimes.done(id)).installed).toMatchObject({ broken: null, check: { passed: 2 } });
  });
});

describe('what can be installed', () => {
  const facts: Facts = { platform: 'linux-x64', glibc: true, nvidia: true, compiler: () => Promise.resolve('g++') };
  const [cpu, gpu] = builtInSources as readonly [RuntimeSource, RuntimeSource];

  it.each([
    [cpu, {}, null],
    [gpu, {}, null],
    [cpu, { platform: 'darwin-arm64' }, /made for linux-x64, got darwin-arm64/],
    [cpu, { glibc: false }, /C library of GNU/],
    [cpu, { compiler: () => Promise.resolve(null) }, /C\+\+ compiler/],
    [cpu, { nvidia: false }, null],
    [gpu, { nvidia: false }, /NVIDIA driver/],
  ])('$id on %o', async (source, change, why) => {
    const error = await impossible(source, { ...facts, ...change });
    if (why === null) expect(error).toBeNull();
    else expect(error).toMatchObject({ message: saying(why), cure: saying(/./) });
  });

  it('is described with a hash for every file, from two registries and nowhere else', () => {
    const parts = builtInSources.flatMap((source) => source.parts);
    for (const { url, integrity, bytes } of parts) {
      expect(url).toMatch(/^https:\/\/(registry\.npmjs\.org|files\.pythonhosted\.org)\//);
      expect(integrity).toMatch(/^sha512-[\w+/]{86}==$|^sha256-[\w+/]{43}=$/);
      expect(bytes).toBeGreaterThan(0);
    }
  });

  it('comes from a catalogue of one’s own where there is one, and a wrong one is refused with its place', async () => {
    const path = join(data, 'catalogue.json');
    writeFileSync(path, JSON.stringify([server.source()]));
    expect(await runtimeSources(path)).toEqual([server.source()]);
    writeFileSync(path, JSON.stringify([{ ...server.source(), parts: [{ url: 'x' }] }]));
    await expect(runtimeSources(path)).rejects.toMatchObject({
      appError: { code: 'bad-input', message: saying(/parts/) },
    });
    expect(await runtimeSources('')).toBe(builtInSources);
  });
});
