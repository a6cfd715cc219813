// Sessions merged: every run with its id, history and checkpoints, the sources byte for byte as they were.
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../engine/core/result.ts';
import { english } from '../../engine/core/say.ts';
import { planEvent } from '../../engine/spec/statistics/plans.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { columnsOf as curveOf } from '../export/columns.ts';
import { sessionFiles, type SessionStore } from '../index.ts';
import { testFolder } from '../testing/folder.ts';
import { bytesOfStep } from '../testing/kill-data.ts';
import { plain, seeded, sessionOf, type Given } from '../testing/merging.ts';
import { columnsOf, cursorAt, someRun } from '../testing/samples.ts';

const folder = testFolder();
const session = (given: Given): Promise<string> => sessionOf(folder, given);

/** The same wave on clocks of another machine. */
const elsewhere = (from: number, to: number): MetricColumns => {
  const columns = columnsOf('train/loss', from, to);
  return { ...columns, wall: columns.wall.map((x) => 2 * x + 1) };
};

async function opened<T>(path: string, work: (store: SessionStore) => Promise<T>): Promise<T> {
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** All that a file holds of a run, with its checkpoints. */
const whole = (path: string, id: string) =>
  opened(path, async (store) => {
    const {
      variant: _,
      identity: __,
      name: ___,
      ...run
    } = (await store.runs()).find((one) => one.id === id) ?? someRun('?');
    const curves = await Promise.all((['train/loss', 'val/loss'] as const).map((metric) => curveOf(store, id, metric)));
    const samples = (await store.samples(id)).map(({ id: ____, ...sample }) => sample);
    const checkpoints = await Promise.all((['latest', 'best'] as const).map((kind) => store.checkpoint(id, kind)));
    return { run, curves, samples, checkpoints: checkpoints.map(unwrap), answers: await store.answers(id) };
  });

const bytesIn = (...paths: readonly string[]): readonly string[] =>
  paths.map((path) => readFileSync(path).toString('base64'));

describe('merged sessions', () => {
  it('hold every run as it was, seeds of one variant together, and leave the files byte for byte', async () => {
    const a = await session({ runs: [seeded('a1', 1), seeded('a2', 2)], name: 'Monday' });
    const b = await session({
      runs: [seeded('b3', 3), seeded('b1', 1, { name: 'minGRU · seed 1', variant: 4 })],
      name: 'Tuesday',
    });
    const before = [bytesIn(a, b), folder.state()] as const;
    const out = folder.file();
    const report = unwrap(await sessionFiles.merge([a, b], out, plain));
    expect(bytesIn(a, b)).toEqual(before[0]);
    expect(folder.state()).toMatchObject(before[1]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith(basename(out)))).toEqual([basename(out)]);
    expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
    for (const [file, id] of [
      [a, 'a1'],
      [a, 'a2'],
      [b, 'b3'],
      [b, 'b1'],
    ] as const)
      expect(await whole(out, id)).toEqual(await whole(file, id));
    const runs = await opened(out, (store) => store.runs());
    expect(runs.map(({ id, variant }) => [id, variant])).toEqual([
      ['a1', 0],
      ['a2', 0],
      ['b3', 0],
      ['b1', 1],
    ]);
    expect(runs.map(({ name }) => name)).toEqual([
      'minGRU · seed 1',
      'minGRU · seed 2',
      'minGRU · seed 3',
      'minGRU · seed 1 · Tuesday',
    ]);
    expect(new Set(runs.map(({ variant, identity }) => `${variant} ${identity}`)).size).toBe(2);
    expect(report).toMatchObject({ runs: 4, repeated: [], alike: [[{ id: 'a1' }, { id: 'b1' }]] });
    expect((await opened(out, (store) => store.head())).name).toBe('Monday + Tuesday');
  });

  it('can go on: a merged session is written like any other', async () => {
    const files = [await session({ runs: [seeded('a', 1)] }), await session({ runs: [seeded('b', 2)] })];
    const out = folder.file();
    unwrap(await sessionFiles.merge(files, out, plain));
    const store = unwrap(await sessionFiles.open(out));
    await store.appendMetrics('b', [columnsOf('train/loss', 5000, 9000)]);
    await store.addRuns([seeded('c', 3)]);
    await store.close();
    expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
    expect((await opened(out, (one) => curveOf(one, 'b', 'train/loss'))).step).toHaveLength(9000);
  });

  it('have the same run of two files once, with the words of both, and say so', async () => {
    const a = await session({ runs: [seeded('a', 1), seeded('b', 2)] });
    const b = folder.file();
    copyFileSync(a, b);
    const store = unwrap(await sessionFiles.open(b));
    await store.updateRun('a', { note: 'looks odd', tags: ['odd'] });
    await store.addSample({ run: 'a', step: 3, prompt: 'q', temperature: 1, seed: 2, text: 'you', detail: null });
    await store.close();
    const out = folder.file();
    const report = unwrap(await sessionFiles.merge([a, b], out, plain));
    expect(report.runs).toBe(2);
    expect(report.repeated.map(({ id, how }) => [id, how])).toEqual([
      ['a', 'same'],
      ['b', 'same'],
    ]);
    const { run, samples } = await whole(out, 'a');
    expect([run.note, run.tags, samples.map(({ text }) => text)]).toEqual(['looks odd', ['odd'], [' me', 'you']]);
    expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
  });

  it.each(['first', 'second'])('keep the longer one of a run that went on in the %s file', async (place) => {
    const early = await session({ runs: [seeded('a', 1)], points: 50 });
    const late = folder.file();
    copyFileSync(early, late);
    const store = unwrap(await sessionFiles.open(late));
    // From its checkpoint of step 49, as a resume does.
    await store.truncateMetrics('a', 49);
    await store.appendMetrics('a', [elsewhere(50, 80)]);
    await store.putCheckpoint('a', { kind: 'latest', cursor: cursorAt(79), bytes: bytesOfStep(79) });
    await store.updateRun('a', { cursor: cursorAt(79), intent: 'finished' });
    await store.close();
    const out = folder.file();
    const files = place === 'first' ? [late, early] : [early, late];
    const report = unwrap(await sessionFiles.merge(files, out, plain));
    expect(report.repeated).toMatchObject([{ id: 'a', how: place === 'first' ? 'earlier' : 'later', kept: late }]);
    expect(await whole(out, 'a')).toEqual(await whole(late, 'a'));
  });

  it('refuse two histories under one id with their names, or keep both', async () => {
    const a = await session({ runs: [seeded('a', 1), seeded('b', 2)], points: 50 });
    const b = folder.file();
    copyFileSync(a, b);
    const store = unwrap(await sessionFiles.open(b));
    // Went on from an earlier step than the checkpoint the first file has.
    await store.truncateMetrics('a', 20);
    await store.appendMetrics('a', [elsewhere(21, 90)]);
    await store.updateRun('a', { cursor: cursorAt(89) });
    await store.addEvent('a', 'resume', 'from stopped');
    await store.addEvent(
      null,
      planEvent,
      JSON.stringify({ metric: 'loss', reference: 0, hash: 'h', runs: [['a'], ['b']] }),
    );
    await store.edit({ baseline: 'a' });
    await store.close();
    const before = bytesIn(a, b);
    const out = folder.file();
    const refused = await sessionFiles.merge([a, b], out, plain);
    expect(refused.ok ? '' : refused.error.code).toBe('conflict');
    expect(refused.ok ? '' : english(refused.error.message)).toMatch(`minGRU · seed 1 in ${a} and ${b}`);
    expect(existsSync(out)).toBe(false);
    const report = unwrap(await sessionFiles.merge([a, b], out, { ...plain, keepBoth: true }));
    expect(report.repeated.map(({ id, how }) => [id, how])).toEqual([
      ['a-2', 'both'],
      ['b', 'same'],
    ]);
    expect(await whole(out, 'a')).toEqual(await whole(a, 'a'));
    expect((await whole(out, 'a-2')).curves).toEqual((await whole(b, 'a')).curves);
    const [events, head] = await opened(out, async (one) => [await one.events(), await one.head()] as const);
    expect(events.find(({ kind }) => kind === 'resume')?.run).toBe('a-2');
    expect(JSON.parse(events.find(({ kind }) => kind === planEvent)?.detail ?? '')).toMatchObject({
      runs: [['a-2'], ['b']],
    });
    expect(head.baseline).toBe('a-2');
    expect(bytesIn(a, b)).toEqual(before);
  });

  it('take texts, events and comparisons along, each once', async () => {
    const files = [await session({ runs: [seeded('a', 1)] }), await session({ runs: [seeded('b', 2)] })];
    const plan = JSON.stringify({ metric: 'loss', reference: 0, hash: 'h', runs: [['b'], ['x']] });
    for (const [at, path] of files.entries()) {
      const store = unwrap(await sessionFiles.open(path));
      await store.putText('shared', new TextEncoder().encode('one text'));
      await store.putText(`own ${at}`, new TextEncoder().encode(`text ${at}`));
      if (at === 1) await store.addEvent(null, planEvent, plan);
      await store.close();
    }
    const times = await Promise.all(files.map((path) => opened(path, (store) => store.events())));
    const out = folder.file();
    unwrap(await sessionFiles.merge(files, out, { ...plain, name: 'both' }));
    await opened(out, async (store) => {
      expect((await store.texts()).map(({ name }) => name)).toEqual(['shared', 'own 0', 'own 1']);
      const [, , third] = await store.texts();
      expect(new TextDecoder().decode(unwrap(await store.text(third?.sha256 ?? '')) ?? undefined)).toBe('text 1');
      const events = await store.events();
      expect(events).toEqual(expect.arrayContaining(times.flat()));
      expect(events.at(-1)).toMatchObject({ kind: 'merge', run: null });
      expect((await store.head()).name).toBe('both');
    });
  });

  it('may be of every earlier format', async () => {
    const files = ['v1', 'v2'].map((version) => {
      const path = folder.file();
      writeFileSync(path, gunzipSync(readFileSync(new URL(`../fixtures/${version}.rnnlab.gz`, import.meta.url))));
      return path;
    });
    const before = bytesIn(...files);
    const out = folder.file();
    const now = await session({ runs: [seeded('now', 9)] });
    const report = unwrap(await sessionFiles.merge([...files, now], out, { ...plain, keepBoth: true }));
    expect(bytesIn(...files)).toEqual(before);
    expect(report.runs).toBe(
      report.sources.reduce((sum, { runs }) => sum + runs, 0) -
        report.repeated.filter(({ how }) => how !== 'both').length,
    );
    expect(unwrap(await sessionFiles.check(out)).problems).toEqual([]);
    expect(unwrap(await sessionFiles.describe(out)).formatVersion).toBe(3);
  });
});
