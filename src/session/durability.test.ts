// What survives a power cut, checked by SQLite's setting at each commit. Measurements survive the death of the process; everything else is
// flushed to disk.
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createOperations, type StoreOperations } from './operations.ts';
import { testFolder } from './testing/folder.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
const store = createOperations();
/** PRAGMA synchronous at each commit so far: 1 = NORMAL, 2 = FULL. */
const commits: number[] = [];

beforeAll(() => {
  const exec = Reflect.get<DatabaseSync, 'exec'>(DatabaseSync.prototype, 'exec');
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
    if (sql === 'COMMIT') commits.push(Number(this.prepare('PRAGMA synchronous').get()?.['synchronous']));
    exec.call(this, sql);
  });
  store.create(folder.file(), someHead);
  store.addRuns([someRun('a'), someRun('b')]);
});
afterAll(() => {
  store.close();
  vi.restoreAllMocks();
});

const bytes = new Uint8Array([1, 2, 3]);
const checkpoint = (kind: 'latest' | 'best' | 'kept') => ({ kind, cursor: cursorAt(5), bytes });
const sample = { run: 'a', step: 1, prompt: 'p', temperature: 1, seed: 1, text: 't', detail: null };

/** Every operation that writes. */
const full = {
  edit: () => store.edit({ note: 'changed' }),
  addRuns: () => store.addRuns([someRun('c')]),
  addFork: () => store.addFork(someRun('d'), checkpoint('latest'), 'a at step 5'),
  updateRun: () => store.updateRun('a', { intent: 'paused' }),
  truncateMetrics: () => store.truncateMetrics('a', 3),
  putCheckpoint: () =>
    (['latest', 'best', 'kept'] as const).forEach((kind) => store.putCheckpoint('a', checkpoint(kind))),
  addSample: () => void store.addSample(sample),
  putText: () => store.putText('text', bytes),
  addEvent: () => store.addEvent('a', 'kind', 'detail'),
  deleteRun: () => store.deleteRun('b'),
} satisfies Partial<Record<keyof StoreOperations, () => void>>;

describe('what is answered is on the disk', () => {
  it.each(Object.entries(full))('%s', (_, work) => {
    commits.length = 0;
    work();
    expect(commits.length).toBeGreaterThan(0);
    expect(new Set(commits)).toEqual(new Set([2]));
  });

  it('but for measurements, which come often and are repeated after a power cut', () => {
    commits.length = 0;
    store.appendMetrics('a', [columnsOf('train/loss', 10, 20)]);
    expect(commits).toEqual([1]);
    // The next decision flushes them too.
    store.updateRun('a', { note: 'n' });
    expect(commits).toEqual([1, 2]);
  });
});
