// The store as the lab uses it: through the worker thread, on a real file.
import { readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../engine/core/result.ts';
import { english, say } from '../engine/core/say.ts';
import { sessionFiles } from './index.ts';
import type { SessionStore } from './index.ts';
import { testFolder } from './testing/folder.ts';
import { rejection } from './testing/rejection.ts';
import { columnsOf, cursorAt, someDetail, someFacts, someHead, someRun } from './testing/samples.ts';
import { saying } from '../../tests/support/saying.ts';

const folder = testFolder();
const create = async (): Promise<SessionStore> => unwrap(await sessionFiles.create(folder.file(), someHead));

describe('runs', () => {
  it('come back as they were given, in order, after closing and opening', async () => {
    const store = await create();
    const environment = {
      version: '0.1.0',
      commit: null,
      node: 'v24',
      platform: 'linux-x64',
      cpu: 'a cpu',
      device: 'cpu',
      module: 'wasm simd128',
      threads: 2,
      exclusive: true,
      started: '2026-11-23T00:00:00.000Z',
    };
    const runs = [
      someRun('z', { tags: ['a', '日本'], environment, stepSeconds: { median: 0.1, q1: 0.05, q3: 0.2 } }),
      someRun('a', {
        hidden: true,
        facts: null,
        peakBytes: 2 ** 40 + 1,
        warmupSeconds: 0.25,
        problem: say`a "quoted" word`,
      }),
      someRun('m', {
        forkedFrom: { run: 'z', step: 12 },
        cursor: cursorAt(77),
        facts: { ...someFacts, growth: { bytes: 130, counted: 'resident' } },
      }),
    ];
    await store.addRuns(runs);
    expect(await store.runs()).toEqual(runs);
    await store.close();
    const again = unwrap(await sessionFiles.open(store.path));
    expect(await again.runs()).toEqual(runs);
    expect(again.readOnly).toBe(false);
    await again.close();
  });

  it('change field by field, while id and spec stay frozen', async () => {
    const store = await create();
    const run = someRun('a');
    await store.addRuns([run, someRun('b')]);
    await store.updateRun('a', { intent: 'active', cursor: cursorAt(5), note: 'n', hidden: true, peakBytes: 9 });
    await store.updateRun('a', { note: 'm' });
    const changed = { ...run, intent: 'active', cursor: cursorAt(5), note: 'm', hidden: true, peakBytes: 9 };
    expect((await store.runs())[0]).toEqual(changed);
    expect(await rejection(store.updateRun('nobody', { note: 'x' }))).toMatch(/^not-found: .*nobody/);
    expect(await rejection(store.addRuns([someRun('c'), someRun('a')]))).toMatch(/^conflict: .*got a again/);
    expect((await store.runs()).map((r) => r.id)).toEqual(['a', 'b']);
    await store.close();
    const db = new DatabaseSync(store.path);
    expect(() => db.exec("UPDATE runs SET spec = '{}'")).toThrow('never change');
    db.close();
  });

  it('stand where each of them says, all told at once', async () => {
    const store = await create();
    await store.addRuns([someRun('a'), someRun('b'), someRun('bare')]);
    for (const id of ['a', 'b']) {
      await store.appendMetrics(id, [columnsOf('val/loss', 0, id === 'a' ? 7 : 9), columnsOf('train/loss', 0, 3)]);
      for (const kind of ['latest', 'best', 'kept'] as const)
        await store.putCheckpoint(id, { kind, cursor: cursorAt(kind === 'best' ? 2 : 5), bytes: new Uint8Array(3) });
    }
    const standings = await store.standings();
    expect([...standings.keys()].sort()).toEqual(['a', 'b', 'bare']);
    for (const [id, standing] of standings)
      expect(standing).toEqual({ last: await store.lastValues(id), checkpoints: await store.checkpoints(id) });
    await store.close();
  });

  it('go with all that belongs to them', async () => {
    const store = await create();
    await store.addRuns([someRun('a'), someRun('b')]);
    await store.edit({ baseline: 'a' });
    await store.appendMetrics('a', [columnsOf('train/loss', 0, 5000)]);
    await store.putCheckpoint('a', { kind: 'best', cursor: cursorAt(1), bytes: new Uint8Array(10) });
    await store.addSample({ run: 'a', step: 1, prompt: '', temperature: 1, seed: 1, text: 'x', detail: null });
    await store.deleteRun('a');
    expect((await store.runs()).map((r) => r.id)).toEqual(['b']);
    expect((await store.head()).baseline).toBeNull();
    expect(await rejection(store.samples('a'))).toMatch(/^not-found/);
    await store.close();
    const check = unwrap(await sessionFiles.check(store.path));
    expect(check).toMatchObject({ problems: [], checked: { runs: 1, points: 0, checkpoints: 0 } });
  });
});

describe('the session itself', () => {
  it('keeps its name, note, experiment and baseline', async () => {
    const store = await create();
    await store.addRuns([someRun('a')]);
    const experiment = {
      format: 'minrnn-experiment',
      version: 1,
      name: 'e',
      task: { id: 'adding-v1' },
      variants: [{ model: 'gru' }],
      budget: { unit: 'steps', amount: 3 },
    } as const;
    await store.edit({ name: 'new', experiment });
    await store.edit({ note: 'words', baseline: 'a' });
    expect(await store.head()).toEqual({ name: 'new', note: 'words', experiment, baseline: 'a' });
    expect(await rejection(store.edit({ baseline: 'nobody' }))).toMatch(/^not-found/);
    await store.edit({ experiment: null });
    expect((await store.head()).experiment).toBeNull();
    await store.close();
  });

  it('keeps texts by what is in them, verified on every read', async () => {
    const store = unwrap(await sessionFiles.create(folder.file(), someHead));
    const bytes = Buffer.from('a text to learn');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.putText('input', bytes);
    await store.putText('the same again', bytes);
    expect(await store.texts()).toEqual([{ sha256, name: 'input', bytes: bytes.length }]);
    expect(Buffer.from(unwrap(await store.text(sha256)) ?? []).equals(bytes)).toBe(true);
    expect(unwrap(await store.text('0'.repeat(64)))).toBeNull();
    await store.close();
    const db = new DatabaseSync(store.path);
    db.prepare('UPDATE texts SET data = ?').run(Buffer.from('another to learn'));
    db.close();
    const again = unwrap(await sessionFiles.open(store.path));
    expect(await again.text(sha256)).toMatchObject({
      ok: false,
      error: { code: 'damaged-file', message: saying(sha256) },
    });
    await again.close();
    expect(unwrap(await sessionFiles.check(store.path)).problems).toHaveLength(1);
  });

  it('keeps what runs wrote and answered, and forgets what lies after a step', async () => {
    const store = await create();
    await store.addRuns([someRun('a'), someRun('b')]);
    const sample = { prompt: 'Call', temperature: 0.8, seed: 1, text: ' me', detail: someDetail };
    const told = { examples: [0, 7], answers: [[1, 2], [3]], shares: [[0.5, 0.25], [1]] };
    for (const [run, steps] of [
      ['a', [0, 10, 20]],
      ['b', [20]],
    ] as const) {
      for (const step of steps) {
        await store.addSample({ run, step, ...sample });
        await store.addAnswers({ run, step, ...told });
      }
    }
    const further = [{ target: 'order', answers: [[1], [0]], shares: [[0.5], [0.75]] }];
    await store.addAnswers({ run: 'a', step: 20, ...told, answers: [[9, 9], [9]], further });
    expect((await store.answers('a')).map((one) => one.further)).toEqual([undefined, undefined, further]);
    expect((await store.answers('a')).map(({ step, answers }) => [step, answers[1]])).toEqual([
      [0, [3]],
      [10, [3]],
      [20, [9]],
    ]);
    const marks = await store.sampleMarks('a');
    expect(marks.map(({ step }) => step)).toEqual([0, 10, 20]);
    expect(await store.sample('a', marks[1].id)).toEqual({ id: marks[1].id, run: 'a', step: 10, ...sample });
    expect(await rejection(store.sample('b', marks[1].id))).toMatch(/^not-found/);
    await store.truncateMetrics('a', 10);
    expect((await store.samples('a')).map(({ step }) => step)).toEqual([0, 10]);
    expect((await store.answers('a')).map(({ step }) => step)).toEqual([0, 10]);
    expect(await store.answers('b')).toEqual([{ run: 'b', step: 20, ...told }]);
    const copy = folder.file();
    unwrap(await store.saveCopy(copy, false));
    const other = unwrap(await sessionFiles.open(copy));
    expect(await other.answers('a')).toEqual(await store.answers('a'));
    expect(await other.samples('a')).toEqual(await store.samples('a'));
    await other.close();
    await store.deleteRun('a');
    expect((await store.answers('b')).length).toBe(1);
    await store.close();
    expect(unwrap(await sessionFiles.check(store.path))).toMatchObject({
      problems: [],
      checked: { samples: 1, answers: 1 },
    });
  });

  it('notes events and keeps samples in order', async () => {
    const store = await create();
    await store.addRuns([someRun('a')]);
    const sample = {
      run: 'a',
      step: 3,
      prompt: 'To be',
      temperature: 0.7,
      seed: 2 ** 40,
      text: ' or not\n',
      detail: null,
    };
    const first = await store.addSample(sample);
    const second = await store.addSample({ ...sample, step: 4 });
    expect(second.id).toBeGreaterThan(first.id);
    expect(await store.samples('a')).toEqual([
      { ...sample, id: first.id },
      { ...sample, step: 4, id: second.id },
    ]);
    await store.addEvent(null, 'opened', '');
    await store.addEvent('a', 'fork', 'from step 3');
    expect((await store.events()).map(({ run, kind, detail }) => [run, kind, detail])).toEqual([
      [null, 'opened', ''],
      ['a', 'fork', 'from step 3'],
    ]);
    await store.close();
  });
});

describe('checkpoints', () => {
  it('replace latest and best, keep kept, and come back bit for bit', async () => {
    const store = await create();
    await store.addRuns([someRun('a')]);
    const bytes = (fill: number): Uint8Array => new Uint8Array(100_000).fill(fill);
    const big = new Uint8Array(300_000).fill(9);
    const view = big.subarray(1000, 101_000);
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(1), bytes: bytes(1) });
    await store.putCheckpoint('a', { kind: 'best', cursor: cursorAt(1), bytes: bytes(2) });
    await store.putCheckpoint('a', { kind: 'kept', cursor: cursorAt(1), bytes: bytes(3) });
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(2), bytes: view });
    await store.putCheckpoint('a', { kind: 'kept', cursor: cursorAt(2), bytes: bytes(5) });
    expect(view.byteLength).toBe(100_000);
    const list = (await store.checkpoints('a')).map(({ kind, step, bytes: size }) => [kind, step, size]);
    expect(list).toEqual([
      ['best', 1, 100_000],
      ['kept', 1, 100_000],
      ['latest', 2, 100_000],
      ['kept', 2, 100_000],
    ]);
    const latest = unwrap(await store.checkpoint('a', 'latest'));
    expect(latest.cursor).toEqual(cursorAt(2));
    expect(Buffer.from(latest.bytes).equals(Buffer.from(view))).toBe(true);
    expect(unwrap(await store.checkpoint('a', { step: 2 })).kind).toBe('kept');
    expect(await store.checkpoint('a', { step: 9 })).toMatchObject({ ok: false, error: { code: 'not-found' } });
    const entry = (await store.checkpoints('a')).find((found) => found.kind === 'latest');
    expect(entry?.sha256).toBe(createHash('sha256').update(view).digest('hex'));
    await store.close();
  });

  it('whose bytes changed on disk are refused by name, and found by the check', async () => {
    const store = await create();
    await store.addRuns([someRun('a')]);
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(8), bytes: new Uint8Array(50_000).fill(0x5e) });
    await store.close();
    const bytes = readFileSync(store.path);
    bytes[bytes.indexOf(Buffer.alloc(600, 0x5e)) + 100] = 0x5f;
    writeFileSync(store.path, bytes);
    const again = unwrap(await sessionFiles.open(store.path));
    const read = await again.checkpoint('a', 'latest');
    expect(read).toMatchObject({ ok: false, error: { code: 'damaged-file' } });
    await again.close();
    expect(
      unwrap(await sessionFiles.check(store.path))
        .problems.map(english)
        .join(),
    ).toMatch(/run a: .*latest checkpoint of step 8/);
  });
});
