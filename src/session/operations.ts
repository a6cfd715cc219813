// All requests of the worker thread by name: at most one open session, and reads of files that are not open.
import type { AppError, Result } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { MetricColumns } from '../engine/spec/metrics.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import type {
  RecentSession,
  RunAnswers,
  Sample,
  SampleMark,
  SeriesQuery,
  SeriesWindow,
  SessionDetails,
} from '../protocol/state.ts';
import { checkSession } from './check.ts';
import type { CheckReport } from './check.ts';
import { largestCheckpoint, listCheckpoints, loadCheckpoint, storeCheckpoint } from './checkpoints.ts';
import { copyFile, goOnIn, saveCopy } from './copy.ts';
import { describeSession, recentSession } from './describe.ts';
import { failure } from './failures.ts';
import { moveSession, sweepFolder, sweepTemporary } from './files/index.ts';
import { readHead, updateHead } from './head.ts';
import { readLast, readSeries } from './metrics/read.ts';
import { appendColumns, truncateRun } from './metrics/write.ts';
import { createSession } from './create.ts';
import { mergeSessions } from './merge/merge.ts';
import { openSession } from './open.ts';
import type { OpenSession } from './opened.ts';
import { changeRun, insertRuns, keyOf, readRuns, removeRun } from './runs.ts';
import { patiently } from './patience.ts';
import { read, write } from './sqlite.ts';
import type { Database, Durability } from './sqlite.ts';
import type {
  MergeOptions,
  MergeReport,
  SessionEvent,
  SessionHead,
  Standing,
  StoredCheckpoint,
  StoredRun,
  StoredText,
} from './store.ts';
import {
  forgetShown,
  insertAnswers,
  insertSample,
  readAnswers,
  readSample,
  readSampleMarks,
  readSamples,
} from './showing.ts';
import { readStandings } from './standings.ts';
import { listTexts, loadText, storeText } from './texts.ts';
import { insertEvent, readEvents } from './events.ts';

export interface Opened {
  readonly path: string;
  readonly readOnly: boolean;
  readonly problem: AppError | null;
}

type Which = { readonly step: number } | 'latest' | 'best';
type LastValues = Readonly<Record<string, { readonly step: number; readonly value: number | null }>>;

/** Requests about files; each may throw AppFailure. */
export interface FileOperations {
  create(path: string, head: SessionHead): Opened;
  open(path: string, readOnly: boolean): Opened;
  move(from: string, to: string): void;
  describe(path: string): SessionDetails;
  recent(path: string): RecentSession;
  check(path: string): CheckReport;
  copy(path: string, to: string): void;
  merge(paths: readonly string[], to: string, options: MergeOptions): MergeReport;
  sweep(folders: readonly string[]): readonly string[];
}

/** Requests about the open session; the same meaning as in SessionStore. */
export interface StoreOperations {
  verify(): void;
  head(): SessionHead;
  edit(change: Partial<SessionHead>): void;
  runs(): readonly StoredRun[];
  addRuns(runs: readonly StoredRun[]): void;
  addFork(run: StoredRun, start: CheckpointData, detail: string): void;
  updateRun(id: string, change: Partial<Omit<StoredRun, 'id' | 'spec'>>): void;
  deleteRun(id: string): void;
  appendMetrics(id: string, columns: readonly MetricColumns[]): void;
  truncateMetrics(id: string, step: number): void;
  series(query: SeriesQuery): readonly SeriesWindow[];
  standings(): ReadonlyMap<string, Standing>;
  lastValues(id: string): LastValues;
  putCheckpoint(id: string, data: CheckpointData): void;
  checkpoints(id: string): readonly StoredCheckpoint[];
  checkpoint(id: string, which: Which): Result<CheckpointData>;
  addSample(sample: Omit<Sample, 'id'>): Sample;
  samples(id: string): readonly Sample[];
  sampleMarks(id: string): readonly SampleMark[];
  sample(id: string, sample: number): Sample;
  addAnswers(answers: RunAnswers): void;
  answers(id: string): readonly RunAnswers[];
  texts(): readonly StoredText[];
  text(sha256: string): Result<Uint8Array | null>;
  putText(name: string, data: Uint8Array): void;
  addEvent(run: string | null, kind: string, detail: string): void;
  events(): readonly SessionEvent[];
  saveCopy(path: string, overwrite: boolean): void;
  moveTo(path: string, overwrite: boolean): { readonly opened: Opened; readonly left: AppError | null };
  close(): AppError | null;
}

export type Operations = FileOperations & StoreOperations;

type Holder = { session: OpenSession | null };

function opened(holder: Holder, session: OpenSession): Opened {
  holder.session = session;
  return { path: session.path, readOnly: session.readOnly, problem: session.problem };
}

const fileOperations = (holder: Holder): FileOperations => ({
  create: (path, head) =>
    opened(
      holder,
      patiently(path, () => createSession(path, head)),
    ),
  open: (path, readOnly) =>
    opened(
      holder,
      patiently(path, () => openSession(path, { readOnly })),
    ),
  move: moveSession,
  sweep: (folders) => [...folders.flatMap(sweepFolder), ...sweepTemporary()],
  describe: (path) => patiently(path, () => describeSession(path)),
  recent: (path) => patiently(path, () => recentSession(path)),
  check: (path) => patiently(path, () => checkSession(path)),
  copy: (path, to) => patiently(path, () => copyFile(path, to)),
  merge: (paths, to, options) => patiently(to, () => mergeSessions(paths, to, options)),
});

function requireOpen(holder: Holder): OpenSession {
  if (holder.session) return holder.session;
  throw failure('conflict', say`session: a session must be open, got a closed one`, say`Open it again.`);
}

const reader =
  (holder: Holder) =>
  <T>(work: (db: Database) => T): T => {
    const { db, path } = requireOpen(holder);
    return patiently(path, () => read(db, () => work(db)));
  };

const writer =
  (holder: Holder) =>
  <T>(durability: Durability, work: (db: Database) => T): T => {
    const { db, readOnly, path, requireInPlace } = requireOpen(holder);
    if (!readOnly) {
      const inPlace = (): T => {
        const value = work(db);
        // Checked before the commit, so that saved data are in the file of that name, and a retry repeats nothing.
        requireInPlace();
        return value;
      };
      return patiently(path, () => {
        requireInPlace();
        return write(db, durability, inPlace);
      });
    }
    throw failure(
      'permission',
      say`session: ${asIs(path)} must be open for writing, got a read-only session`,
      say`Save a copy and open that.`,
    );
  };

function requireStorable(data: CheckpointData): void {
  if (data.bytes.byteLength <= largestCheckpoint) return;
  const got = data.bytes.byteLength;
  throw failure('unsupported', say`putCheckpoint: at most ${largestCheckpoint} bytes can be stored, got ${got}`);
}

const readOperations = (holder: Holder) => {
  const look = reader(holder);
  return {
    head: () => look(readHead),
    runs: () => look(readRuns),
    series: (query) => look((db) => readSeries(db, query)),
    standings: () => look(readStandings),
    lastValues: (id) => look((db) => readLast(db, keyOf(db, id))),
    checkpoints: (id) => look((db) => listCheckpoints(db, keyOf(db, id))),
    checkpoint: (id, which) => look((db) => loadCheckpoint(db, id, keyOf(db, id), which)),
    samples: (id) => look((db) => readSamples(db, id)),
    sampleMarks: (id) => look((db) => readSampleMarks(db, id)),
    sample: (id, sample) => look((db) => readSample(db, id, sample)),
    answers: (id) => look((db) => readAnswers(db, id)),
    events: () => look(readEvents),
    texts: () => look(listTexts),
    text: (sha256) => look((db) => loadText(db, sha256)),
  } satisfies Partial<StoreOperations>;
};

const writeOperations = (holder: Holder) => {
  const change = writer(holder);
  return {
    edit: (fields) => change('full', (db) => updateHead(db, fields)),
    addRuns: (runs) => change('full', (db) => insertRuns(db, runs)),
    addFork: (run, start, detail) => {
      requireStorable(start);
      change('full', (db) => {
        insertRuns(db, [run]);
        storeCheckpoint(db, keyOf(db, run.id), start);
        insertEvent(db, run.id, 'fork', detail);
      });
    },
    updateRun: (id, fields) => change('full', (db) => changeRun(db, id, fields)),
    deleteRun: (id) => change('full', (db) => removeRun(db, id)),
    appendMetrics: (id, columns) =>
      change('normal', (db) => columns.forEach((column) => appendColumns(db, keyOf(db, id), column))),
    truncateMetrics: (id, step) =>
      change('full', (db) => {
        truncateRun(db, keyOf(db, id), step);
        forgetShown(db, keyOf(db, id), step);
      }),
    putCheckpoint: (id, data) => {
      requireStorable(data);
      change('full', (db) => storeCheckpoint(db, keyOf(db, id), data));
    },
    addSample: (sample) => change('full', (db) => insertSample(db, sample)),
    addAnswers: (answers) => change('full', (db) => insertAnswers(db, answers)),
    putText: (name, data) => change('full', (db) => storeText(db, name, data)),
    addEvent: (run, kind, detail) => change('full', (db) => insertEvent(db, run, kind, detail)),
  } satisfies Partial<StoreOperations>;
};

/** All operations, sharing one open session. */
export function createOperations(): Operations {
  const holder: Holder = { session: null };
  return {
    ...fileOperations(holder),
    ...readOperations(holder),
    ...writeOperations(holder),
    verify: () => requireOpen(holder).requireInPlace(),
    saveCopy: (path, overwrite) => patiently(path, () => saveCopy(requireOpen(holder), path, overwrite)),
    moveTo: (path, overwrite) => {
      const before = requireOpen(holder);
      const next = patiently(path, () => goOnIn(before, path, overwrite));
      // Everything is in the copy; if the old file's log cannot be merged it stays next to the file and is read with it.
      return { opened: opened(holder, next), left: before.close() };
    },
    close: () => {
      const { session } = holder;
      holder.session = null;
      return session?.close() ?? null;
    },
  };
}
