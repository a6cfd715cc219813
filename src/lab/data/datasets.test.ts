// Texts are verified, never silently replaced, and a download continues where it stopped.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Datasets } from './datasets.ts';
import { download } from './download.ts';
import { saying } from '../../../tests/support/saying.ts';

const folder = mkdtempSync(join(tmpdir(), 'minrnn-data-'));
const content = Buffer.from('To be, or not to be, that is the question. '.repeat(5000));
const sha256 = createHash('sha256').update(content).digest('hex');
const asked: (string | undefined)[] = [];
let cutAt = Infinity;
let ranges = true;
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const { range } = request.headers;
    asked.push(range);
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200);
    response.write(content.subarray(from, Math.min(content.length, cutAt)), () => {
      if (cutAt < content.length) response.destroy();
      else response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/text`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const entry = {
  id: 'play',
  title: 'A play',
  bytes: content.length,
  kind: 'text',
  licence: 'public domain',
  state: 'download',
  sha256,
} as const;

describe('download', () => {
  const request = (target: string, change: object = {}) => ({
    url,
    bytes: content.length,
    digest: { algorithm: 'sha256' as const, hex: sha256 },
    target,
    onProgress: () => undefined,
    ...change,
  });

  it('continues after a lost connection and reports progress', async () => {
    const target = join(folder, 'cut.txt');
    cutAt = 100_000;
    await expect(download(request(target))).rejects.toMatchObject({ appError: { code: 'network' } });
    expect(existsSync(target)).toBe(false);
    cutAt = Infinity;
    const seen: number[] = [];
    await download(request(target, { onProgress: (received: number) => seen.push(received) }));
    expect(asked.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(readFileSync(target).equals(content)).toBe(true);
  });

  it('starts over if the server does not support ranges', async () => {
    const target = join(folder, 'whole.txt');
    writeFileSync(`${target}.part`, content.subarray(0, 5000));
    ranges = false;
    await download(request(target));
    ranges = true;
    expect(readFileSync(target).equals(content)).toBe(true);
  });

  it('keeps nothing with a wrong size or hash', async () => {
    const target = join(folder, 'wrong.txt');
    await expect(
      download(request(target, { digest: { algorithm: 'sha256', hex: '0'.repeat(64) } })),
    ).rejects.toMatchObject({
      appError: { code: 'damaged-file' },
    });
    await expect(download(request(target, { bytes: 1000 }))).rejects.toMatchObject({
      appError: { code: 'damaged-file' },
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('wrong'))).not.toContain('wrong.txt');
  });

  it('reports when there is no answer', async () => {
    const nobody = request(join(folder, 'none.txt'), { url: 'http://127.0.0.1:9/none' });
    await expect(download(nobody)).rejects.toMatchObject({ appError: { code: 'network', cure: saying(/./) } });
  });
});

describe('datasets', () => {
  it('has the book, always, in characters a model can learn', async () => {
    const datasets = new Datasets(
      () => join(folder, 'empty'),
      () => undefined,
    );
    await datasets.refresh();
    const text = await datasets.content('moby-dick');
    expect(Buffer.byteLength(String(text))).toBe(datasets.list().find((one) => one.id === 'moby-dick')?.bytes);
    expect(text).toContain('Call me Ishmael.');
    expect(datasets.list().find((one) => one.id === 'tiny-shakespeare')).toMatchObject({
      state: 'download',
      bytes: 1_115_394,
    });
  });

  it('downloads once for all requests, and still has it after a restart', async () => {
    const home = join(folder, 'fetched');
    const datasets = new Datasets(
      () => home,
      () => undefined,
      [{ ...entry, url }],
    );
    await datasets.refresh();
    await expect(datasets.content('play')).rejects.toMatchObject({
      appError: { code: 'not-found', field: 'task.fields.dataset' },
    });
    const before = asked.length;
    await Promise.all([datasets.fetch('play'), datasets.fetch('play')]);
    await datasets.fetch('play');
    expect(asked.length).toBe(before + 1);
    const later = new Datasets(
      () => home,
      () => undefined,
      [{ ...entry, url }],
    );
    await later.refresh();
    expect(await later.content('play')).toBe(content.toString());
  });

  it('imports a text once, under a name of its own, and refuses to use it when it was changed', async () => {
    const home = join(folder, 'imported');
    const datasets = new Datasets(
      () => home,
      () => undefined,
    );
    await datasets.refresh();
    const first = await datasets.importText('Über uns.txt', '\uFEFFgrüße');
    expect(first).toMatchObject({ title: 'Über uns.txt', state: 'here' });
    expect(await datasets.content(first.id)).toBe('grüße');
    expect((await datasets.importText('Same.txt', 'grüße')).id).toBe(first.id);
    const other = await datasets.importText('Über uns.txt', 'anders');
    expect(other.id).not.toBe(first.id);
    expect(await datasets.content(first.id)).toBe('grüße');
    const later = new Datasets(
      () => home,
      () => undefined,
    );
    await later.refresh();
    expect(await later.content(other.id)).toBe('anders');
    writeFileSync(join(home, `${String(other.sha256)}.txt`), 'verändert');
    await later.refresh();
    await expect(later.content(other.id)).rejects.toMatchObject({ appError: { code: 'damaged-file' } });
  });

  it('an imported set takes another title and is removed with its file; others stay', async () => {
    const home = join(folder, 'own');
    const datasets = new Datasets(
      () => home,
      () => undefined,
    );
    await datasets.refresh();
    const table = await datasets.importText('heat.csv', 'time,kw\n2024-01-01,1.5\n2024-01-02,\n');
    const other = await datasets.importText('kept.txt', 'kept');
    expect(table).toMatchObject({ kind: 'table', table: { rows: 2, columns: [{ type: 'time' }, { missing: 1 }] } });
    await datasets.rename(table.id, 'Heat of 2024');
    expect(datasets.list().find(({ id }) => id === table.id)?.title).toBe('Heat of 2024');
    const path = datasets.pathOf(table.id) ?? '';
    expect(existsSync(path)).toBe(true);
    await datasets.remove(table.id);
    expect(existsSync(path)).toBe(false);
    await expect(datasets.content(table.id)).rejects.toMatchObject({ appError: { code: 'not-found' } });
    expect(await datasets.content(other.id)).toBe('kept');
    for (const id of [table.id, 'moby-dick'])
      await expect(datasets.remove(id)).rejects.toMatchObject({ appError: { code: 'not-found' } });
    expect(datasets.pathOf('moby-dick')).toBeNull();
  });
});
