// The files of the store: access, description without opening, copies, and exports.
import { readFileSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { asEnglish } from '../engine/core/say.ts';
import type { MetricColumns } from '../engine/spec/metrics.ts';
import { csvHeader } from './export/csv.ts';
import { csvOf, jsonOfSession, sessionFiles } from './index.ts';
import type { SessionStore, StoredRun } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { rejection } from './testing/rejection.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
const create = async (): Promise<SessionStore> => unwrap(await sessionFiles.create(folder.file(), someHead));

describe('files', () => {
  it('open once for writing, and for reading while somebody writes', async () => {
    const store = await create();
    await store.addRuns([someRun('a', { intent: 'active' })]);
    expect(await sessionFiles.open(store.path)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    const reader = unwrap(await sessionFiles.open(store.path, { readOnly: true }));
    await store.appendMetrics('a', [columnsOf('val/loss', 0, 3)]);
    expect(await reader.lastValues('a')).toEqual({ 'val/loss': { step: 2, value: Math.sin(2 / 50) } });
    expect(await rejection(reader.updateRun('a', { note: 'x' }))).toMatch(/^permission: .*read-only/);
    expect(unwrap(await sessionFiles.recent(store.path)).status).toBe('running');
    await reader.close();
    await store.close();
    expect(unwrap(await sessionFiles.recent(store.path)).status).toBe('interrupted');
    expect(await rejection(store.head())).toMatch(/^conflict: .*closed/);
  });

  it('say when something was last done in them: opening and closing is nothing, an edit is something', async () => {
    const store = await create();
    await store.edit({ note: 'first #paper' });
    await store.close();
    const then = new Date('2020-01-02T03:04:05.000Z');
    utimesSync(store.path, then, then);
    const changed = async (): Promise<string> => unwrap(await sessionFiles.recent(store.path)).modified;
    const again = unwrap(await sessionFiles.open(store.path));
    await again.runs();
    expect(await changed()).toBe(then.toISOString());
    await again.close();
    expect(await changed()).toBe(then.toISOString());
    const third = unwrap(await sessionFiles.open(store.path));
    await third.edit({ note: 'second #paper' });
    await third.close();
    expect(await changed()).not.toBe(then.toISOString());
    expect(unwrap(await sessionFiles.recent(store.path))).toMatchObject({ note: 'second #paper', tags: ['paper'] });
  });

  it('are described without being changed', async () => {
    const store = await create();
    const runs = Array.from({ length: 10 }, (_, i) =>
      someRun(`r${i}`, { identity: i, intent: 'finished', cursor: cursorAt(20 - i) }),
    );
    await store.addRuns(runs);
    for (const run of runs)
      await store.appendMetrics(run.id, [columnsOf('train/loss', 0, 200), columnsOf('val/loss', 0, 5)]);
    await store.putCheckpoint('r0', { kind: 'latest', cursor: cursorAt(1), bytes: new Uint8Array(1000) });
    await store.edit({ note: 'a note' });
    await store.close();
    const before = folder.state();
    const details = unwrap(await sessionFiles.describe(store.path));
    expect(folder.state()).toEqual(before);
    expect(details).toMatchObject({ path: store.path, name: 'A race', note: 'a note', runs: 10, status: 'finished' });
    expect(details).toMatchObject({
      lastStep: 199,
      models: ['minGru'],
      tasks: ['char-text-v1'],
      best: { metric: { name: 'val/loss' }, value: 1 / 20 },
      problem: null,
      formatVersion: 3,
      bytes: readFileSync(store.path).length,
    });
    expect(details.thumbnail.map((curve) => curve.identity)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(details.thumbnail.every((curve) => curve.values.length === 40)).toBe(true);
    expect(details.thumbnail[0]?.values.slice(0, 2)).toEqual([Math.sin(4 / 50), null]);
    expect(details.contents.map(({ what, count }) => [what, count])).toEqual([
      ['metrics', 2050],
      ['checkpoints', 1],
      ['samples', 0],
      ['other', 10],
    ]);
    expect(details.contents.reduce((sum, part) => sum + part.bytes, 0)).toBe(details.bytes);
  });

  it('are copied whole, compacted, and never over another file unasked', async () => {
    const store = await create();
    await store.addRuns([someRun('a')]);
    await store.appendMetrics('a', [columnsOf('train/loss', 0, 10_000)]);
    const target = folder.file();
    expect(await store.saveCopy(target, false)).toEqual({ ok: true, value: null });
    expect(await store.saveCopy(target, false)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await store.saveCopy(store.path, true)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    await store.addRuns([someRun('b')]);
    expect(await store.saveCopy(target, true)).toEqual({ ok: true, value: null });
    const copy = unwrap(await sessionFiles.open(target));
    expect((await copy.runs()).map((run) => run.id)).toEqual(['a', 'b']);
    expect(await store.saveCopy(target, true)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    await copy.close();
    expect(unwrap(await sessionFiles.check(target))).toMatchObject({ problems: [], checked: { points: 10_000 } });
    expect(await store.saveCopy(join(folder.path, 'nowhere', 'x'), false)).toMatchObject({
      error: { code: 'not-found' },
    });
    await store.close();
    expect(readdirSync(folder.path).filter((name) => /copy-|new-|wal|shm|lock/.test(name))).toEqual([]);
  });
});

describe('export', () => {
  const gather = async (pieces: AsyncIterable<string>): Promise<string> => {
    let text = '';
    for await (const piece of pieces) text += piece;
    return text;
  };

  it('as CSV has one row a point with every axis and quotes what needs it', async () => {
    const store = await create();
    await store.addRuns([someRun('a', { name: 'wide, "d=128"' }), someRun('b', { facts: null })]);
    await store.appendMetrics('a', [
      { metric: 'val/loss', step: [0, 10], active: [0, 0.1], wall: [0.5, 2], value: [3, null] },
    ]);
    await store.appendMetrics('b', [{ metric: 'train/loss', step: [1], active: [1], wall: [1], value: [0.1 + 0.2] }]);
    expect((await gather(csvOf(store))).split('\r\n')).toEqual([
      csvHeader,
      'a,"wide, ""d=128""",minGru,fused,1,val/loss,0,0,0,0,0,0.5,3',
      'a,"wide, ""d=128""",minGru,fused,1,val/loss,10,1280,40,9477120,0.1,2,',
      'b,minGRU b,minGru,fused,1,train/loss,1,,,,1,1,0.30000000000000004',
      '',
    ]);
    await store.close();
  });

  /** Messages are in English, since documents for programs are. */
  const told = (run: StoredRun): object => JSON.parse(JSON.stringify(run, asEnglish)) as object;

  it('as JSON holds everything but the tensors', async () => {
    const store = await create();
    await store.addRuns([someRun('a'), someRun('b')]);
    const columns: readonly MetricColumns[] = [columnsOf('train/loss', 0, 5000), columnsOf('val/loss', 0, 3)];
    await store.appendMetrics('a', columns);
    await store.putCheckpoint('a', { kind: 'kept', cursor: cursorAt(4), bytes: Uint8Array.of(1, 2) });
    await store.addSample({ run: 'b', step: 1, prompt: 'p', temperature: 1, seed: 1, text: 't', detail: null });
    await store.addEvent('b', 'fork', 'detail');
    const data: unknown = JSON.parse(await gather(jsonOfSession(store)));
    expect(data).toMatchObject({
      format: 'minrnn-session-export',
      version: 1,
      name: 'A race',
      events: [{ run: 'b', kind: 'fork' }],
      runs: [
        { ...told(someRun('a')), checkpoints: [{ step: 4, kind: 'kept', bytes: 2 }], samples: [], metrics: columns },
        { ...told(someRun('b')), checkpoints: [], samples: [{ text: 't' }], metrics: [] },
      ],
    });
    await store.close();
  });
});
