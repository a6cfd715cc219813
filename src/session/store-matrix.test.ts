// Every operation of a store on every kind of file: it works, or it is refused with the expected code. The tables are typed by operations
// and kinds, so a new one without its row does not compile.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { AppFailure } from '../engine/core/result.ts';
import type { ErrorCode, Result } from '../engine/core/result.ts';
import { sessionFiles } from './index.ts';
import type { SessionFiles, SessionStore } from './index.ts';
import { fileOf, release, storeKinds, type StoreKind } from './testing/store-kinds.ts';
import { testFolder } from './testing/folder.ts';
import { plain, seeded, sessionOf } from './testing/merging.ts';
import { columnsOf, cursorAt, someHead, someRun } from './testing/samples.ts';

const folder = testFolder();
afterAll(release);
vi.setConfig({ testTimeout: 120_000 });
type Outcome = 'works' | ErrorCode;
type StoreOperation = Exclude<keyof SessionStore, 'path' | 'readOnly' | 'problem'>;
type FileOperation = keyof SessionFiles;

/** A store as it was opened: for writing, for reading only, or closed again. */
type Mode = 'writer' | 'viewer' | 'closed';

const reads: Readonly<Record<Mode, Outcome>> = { writer: 'works', viewer: 'works', closed: 'conflict' };
const writes: Readonly<Record<Mode, Outcome>> = { writer: 'works', viewer: 'permission', closed: 'conflict' };

const storeTable: Readonly<Record<StoreOperation, Readonly<Record<Mode, Outcome>>>> = {
  verify: reads,
  head: reads,
  runs: reads,
  series: reads,
  standings: reads,
  lastValues: reads,
  checkpoints: reads,
  checkpoint: reads,
  samples: reads,
  sampleMarks: reads,
  sample: reads,
  answers: reads,
  texts: reads,
  text: reads,
  events: reads,
  saveCopy: reads,
  moveTo: reads,
  edit: writes,
  addRuns: writes,
  addFork: writes,
  updateRun: writes,
  appendMetrics: writes,
  truncateMetrics: writes,
  putCheckpoint: writes,
  addSample: writes,
  addAnswers: writes,
  putText: writes,
  addEvent: writes,
  deleteRun: writes,
  close: { writer: 'works', viewer: 'works', closed: 'works' },
};

/** How a file of each kind opens for writing. */
const opens: Readonly<Record<StoreKind, Mode | ErrorCode>> = {
  writable: 'writer',
  'log left': 'writer',
  'older version': 'writer',
  'no permission': 'viewer',
  'full disk': 'viewer',
  salvaged: 'viewer',
  'in use': 'conflict',
};

const everywhere = (outcome: Outcome, but: Partial<Record<StoreKind, Outcome>> = {}): Record<StoreKind, Outcome> => ({
  writable: outcome,
  'log left': outcome,
  'older version': outcome,
  'no permission': outcome,
  'full disk': outcome,
  salvaged: outcome,
  'in use': outcome,
  ...but,
});

const fileTable: Readonly<Record<FileOperation, Readonly<Record<StoreKind, Outcome>>>> = {
  create: everywhere('conflict'),
  open: everywhere('works', { 'in use': 'conflict' }),
  describe: everywhere('works'),
  recent: everywhere('works'),
  check: everywhere('works'),
  copy: everywhere('works'),
  sweep: everywhere('works'),
  merge: everywhere('works', { salvaged: 'damaged-file' }),
  move: everywhere('works', { 'no permission': 'permission', 'in use': 'conflict' }),
};

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    const value = await work;
    const result = value as Partial<Result<unknown>> | null | undefined;
    return typeof result === 'object' && result !== null && result.ok === false ? result.error!.code : 'works';
  } catch (error) {
    if (error instanceof AppFailure) return error.appError.code;
    throw error;
  }
}

const bytes = new Uint8Array(1000).fill(3);
const latest = { kind: 'latest', cursor: cursorAt(20), bytes } as const;

/** In an order in which each finds what it needs. `run` is an existing run. */
const storeCalls: Readonly<Record<StoreOperation, (store: SessionStore, run: string) => Promise<unknown>>> = {
  verify: (store) => store.verify(),
  head: (store) => store.head(),
  runs: (store) => store.runs(),
  series: (store, run) =>
    store.series({ runs: [run], metric: 'train/loss', x: 'step', from: null, to: null, columns: 100 }),
  standings: (store) => store.standings(),
  lastValues: (store, run) => store.lastValues(run),
  checkpoints: (store, run) => store.checkpoints(run),
  checkpoint: (store, run) =>
    store.checkpoint(run, 'latest').then((read) => (read.ok || read.error.code !== 'not-found' ? read : null)),
  samples: (store, run) => store.samples(run),
  sampleMarks: (store, run) => store.sampleMarks(run),
  sample: (store, run) =>
    store.sample(run, 1).catch((error: unknown) => {
      if (!(error instanceof AppFailure) || error.appError.code !== 'not-found') throw error;
    }),
  answers: (store, run) => store.answers(run),
  texts: (store) => store.texts(),
  text: (store) => store.text('0'.repeat(64)),
  events: (store) => store.events(),
  saveCopy: (store) => store.saveCopy(folder.file(), false),
  edit: (store) => store.edit({ note: 'n' }),
  addRuns: (store) => store.addRuns([someRun('new')]),
  addFork: (store) => store.addFork(someRun('fork'), latest, 'from there'),
  updateRun: (store, run) => store.updateRun(run, { note: 'n' }),
  appendMetrics: (store, run) => store.appendMetrics(run, [columnsOf('val/loss', 20_000, 20_010)]),
  truncateMetrics: (store, run) => store.truncateMetrics(run, 100),
  putCheckpoint: (store, run) => store.putCheckpoint(run, latest),
  addSample: (store, run) =>
    store.addSample({ run, step: 1, prompt: '', temperature: 1, seed: 1, text: 'x', detail: null }),
  addAnswers: (store, run) => store.addAnswers({ run, step: 1, examples: [0], answers: [[1]], shares: null }),
  putText: (store) => store.putText('t', new TextEncoder().encode('a text')),
  addEvent: (store) => store.addEvent(null, 'note', 'x'),
  deleteRun: (store, run) => store.deleteRun(run),
  moveTo: (store) => store.moveTo(folder.file(), false),
  close: (store) => store.close(),
};

const fileCalls: Readonly<Record<FileOperation, (path: string) => Promise<unknown>>> = {
  describe: (path) => sessionFiles.describe(path),
  recent: (path) => sessionFiles.recent(path),
  check: (path) => sessionFiles.check(path).then((checked) => (checked.ok ? null : checked)),
  copy: (path) => sessionFiles.copy(path, folder.file()),
  merge: async (path) =>
    sessionFiles.merge(
      [path, await sessionOf(folder, { runs: [seeded('beside', 9)], points: 10 })],
      folder.file(),
      plain,
    ),
  sweep: () => sessionFiles.sweep([folder.path]),
  create: (path) => sessionFiles.create(path, someHead),
  open: async (path) => {
    const opened = await sessionFiles.open(path);
    if (opened.ok) await opened.value.close();
    return opened;
  },
  move: (path) => sessionFiles.move(path, `${path}.moved.rnnlab`),
};

async function tryAll(store: SessionStore, mode: Mode, run: string): Promise<void> {
  for (const operation of Object.keys(storeCalls) as StoreOperation[]) {
    const outcome = await outcomeOf(storeCalls[operation](store, run));
    expect([operation, outcome]).toEqual([operation, storeTable[operation][mode]]);
  }
}

describe.each(storeKinds)('a file of the kind "%s"', (kind) => {
  it('opens as stated, and every operation of the store does what the table says', async ({ skip }) => {
    const path = await fileOf(kind, folder);
    if (path === null) return skip('this machine cannot have such a file');
    const opened = await sessionFiles.open(path);
    const expected = opens[kind];
    if (!opened.ok) return expect(opened.error.code).toBe(expected);
    const mode = opened.value.readOnly ? 'viewer' : 'writer';
    expect(mode).toBe(expected);
    const run = (await opened.value.runs())[0]?.id ?? '';
    await tryAll(opened.value, mode, run);
    await tryAll(opened.value, 'closed', run);
  });

  it('is read only when that is asked for, and every operation does what the table says', async ({ skip }) => {
    const path = await fileOf(kind, folder);
    if (path === null) return skip('this machine cannot have such a file');
    const opened = await sessionFiles.open(path, { readOnly: true });
    if (!opened.ok) throw new AppFailure(opened.error);
    expect(opened.value.readOnly).toBe(true);
    const run = (await opened.value.runs())[0]?.id ?? '';
    await tryAll(opened.value, 'viewer', run);
  });

  it('is looked at, copied and moved as the table says', async ({ skip }) => {
    const path = await fileOf(kind, folder);
    if (path === null) return skip('this machine cannot have such a file');
    for (const operation of Object.keys(fileCalls) as FileOperation[]) {
      const outcome = await outcomeOf(fileCalls[operation](path));
      expect([operation, outcome]).toEqual([operation, fileTable[operation][kind]]);
    }
  });
});
