// The interface of a session file for the lab. The implementation runs SQLite in a worker thread; every method resolves
// once the change is on disk in the stated durability class.
import type { Message } from '../engine/core/say.ts';
import type { AppError, Result } from '../engine/core/result.ts';
import type { EnvironmentStamp } from '../engine/spec/catalogue.ts';
import type { MetricColumns, RunFacts } from '../engine/spec/metrics.ts';
import type { Origin } from '../engine/spec/origin.ts';
import type { ExperimentSpec, RunSpec } from '../engine/spec/run-spec.ts';
import type { TextUse } from '../engine/spec/text-identity.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import type {
  RecentSession,
  RunAnswers,
  RunId,
  Sample,
  SampleMark,
  SeriesQuery,
  SeriesWindow,
  SessionDetails,
} from '../protocol/state.ts';
import type { TrainingCursor } from '../engine/spec/training-cursor.ts';

export interface StoredRun {
  readonly id: RunId;
  readonly spec: RunSpec;
  readonly name: string;
  readonly variant: number;
  readonly identity: number;
  /** The last decision of a person or the run itself; `active` in a file that is not open means it was interrupted. */
  readonly intent: 'queued' | 'active' | 'paused' | 'stopped' | 'finished' | 'diverged' | 'failed';
  readonly problem: Message | null;
  readonly cursor: TrainingCursor;
  readonly facts: RunFacts | null;
  readonly environment: EnvironmentStamp | null;
  readonly stepSeconds: { readonly median: number; readonly q1: number; readonly q3: number } | null;
  readonly warmupSeconds: number | null;
  readonly peakBytes: number | null;
  readonly forkedFrom: Origin | null;
  readonly note: string;
  readonly tags: readonly string[];
  readonly hidden: boolean;
  /** Which text it has learnt from, in the order of steps; null = not recorded (an older file), or the task needs none. */
  readonly texts: readonly TextUse[] | null;
}

/** A text inside the session, without its bytes. */
export interface StoredText {
  readonly sha256: string;
  readonly name: string;
  readonly bytes: number;
}

export interface SessionHead {
  readonly name: string;
  readonly note: string;
  readonly experiment: ExperimentSpec | null;
  readonly baseline: RunId | null;
}

/** Of one run: the last stored point of each metric, and its checkpoints by step. */
export interface Standing {
  readonly last: Readonly<Record<string, { readonly step: number; readonly value: number | null }>>;
  readonly checkpoints: readonly StoredCheckpoint[];
}

export interface StoredCheckpoint {
  readonly step: number;
  readonly kind: 'latest' | 'best' | 'kept';
  readonly cursor: TrainingCursor;
  readonly sha256: string;
  readonly bytes: number;
}

/** An event with its time (ISO 8601). `run` null = the session as a whole; it may name a deleted run. */
export interface SessionEvent {
  readonly at: string;
  readonly run: RunId | null;
  readonly kind: string;
  readonly detail: string;
}

/** One open session file, one writer. Durability: metrics NORMAL, everything else FULL. Calls take effect in the order they are made. */
export interface SessionStore {
  /** This and the next two change with `moveTo`. */
  readonly path: string;
  readonly readOnly: boolean;
  /** Why the file is read-only although it was opened for writing: damaged (the readable part is loaded) or no permission. */
  readonly problem: AppError | null;
  /** Fails with `not-found` if the open file is no longer the one at `path`: moved, removed or replaced. */
  verify(): Promise<Result<null>>;
  head(): Promise<SessionHead>;
  edit(change: Partial<SessionHead>): Promise<void>;
  runs(): Promise<readonly StoredRun[]>;
  addRuns(runs: readonly StoredRun[]): Promise<void>;
  /** A run with its initial checkpoint and its event, stored atomically. */
  addFork(run: StoredRun, start: CheckpointData, detail: string): Promise<void>;
  updateRun(id: RunId, change: Partial<Omit<StoredRun, 'id' | 'spec'>>): Promise<void>;
  deleteRun(id: RunId): Promise<void>;
  appendMetrics(id: RunId, columns: readonly MetricColumns[]): Promise<void>;
  /** Removes points, samples and answers after `step`: called on resume, so that repeated steps are not stored twice. */
  truncateMetrics(id: RunId, step: number): Promise<void>;
  series(query: SeriesQuery): Promise<readonly SeriesWindow[]>;
  /** The progress of every run, by id: one answer instead of two for each of a thousand runs. */
  standings(): Promise<ReadonlyMap<RunId, Standing>>;
  /** Last stored point of each metric. */
  lastValues(id: RunId): Promise<Readonly<Record<string, { readonly step: number; readonly value: number | null }>>>;
  /** `latest` and `best` replace the earlier one of their kind; `kept` stay. */
  putCheckpoint(id: RunId, data: CheckpointData): Promise<void>;
  checkpoints(id: RunId): Promise<readonly StoredCheckpoint[]>;
  /** Verified against its SHA-256; `damaged-file` if it differs. */
  checkpoint(id: RunId, which: { readonly step: number } | 'latest' | 'best'): Promise<Result<CheckpointData>>;
  addSample(sample: Omit<Sample, 'id'>): Promise<Sample>;
  samples(id: RunId): Promise<readonly Sample[]>;
  /** How each sample was asked for, without the text. */
  sampleMarks(id: RunId): Promise<readonly SampleMark[]>;
  /** Rejects with `not-found` if it no longer exists. */
  sample(id: RunId, sample: number): Promise<Sample>;
  /** Those of one step replace earlier ones of that step. */
  addAnswers(answers: RunAnswers): Promise<void>;
  answers(id: RunId): Promise<readonly RunAnswers[]>;
  /** Texts stored in the session. */
  texts(): Promise<readonly StoredText[]>;
  /** The UTF-8 of a text, verified; null if the session does not contain it, `damaged-file` if its checksum is wrong. */
  text(sha256: string): Promise<Result<Uint8Array | null>>;
  putText(name: string, data: Uint8Array): Promise<void>;
  addEvent(run: RunId | null, kind: string, detail: string): Promise<void>;
  /** All events so far, oldest first. */
  events(): Promise<readonly SessionEvent[]>;
  /** A consistent copy at `path`, of a read-only or salvaged session too; `conflict` when the file exists and overwrite is false. */
  saveCopy(path: string, overwrite: boolean): Promise<Result<null>>;
  /**
   * Like saveCopy, but the store then continues in the copy, open for writing: earlier calls are in both files, later ones only in the
   * copy. On failure, including a read-only copy, nothing has changed. Returns the value of `close` for the old file.
   */
  moveTo(path: string, overwrite: boolean): Promise<Result<AppError | null>>;
  /**
   * Everything is on disk before this resolves. Null if the session is a single file now, else why its log could not be merged: then the
   * file and its log (`<file>-wal`) belong together until the session is opened and closed again.
   */
  close(): Promise<AppError | null>;
}

export interface MergeOptions {
  /** Null = the names of all of them. */
  readonly name: string | null;
  /** What happens to two histories under one id: both are kept, the later one under another id, or the merge is refused. */
  readonly keepBoth: boolean;
  /** Kinds of all models, in the order of their looks. */
  readonly models: readonly string[];
}

export interface MergeReport {
  readonly path: string;
  readonly runs: number;
  readonly sources: readonly {
    readonly path: string;
    readonly runs: number;
    /** It was open elsewhere: what it held at that moment was taken. */
    readonly beingWritten: boolean;
  }[];
  /**
   * Runs in more than one file. `same`: kept once; `earlier`: `again` holds an earlier state; `later`: it holds a later state, which is kept;
   * `both`: another history, kept under the id given here.
   */
  readonly repeated: readonly {
    readonly id: RunId;
    readonly name: string;
    readonly how: 'same' | 'earlier' | 'later' | 'both';
    readonly first: string;
    readonly again: string;
    readonly kept: string;
  }[];
  /** Groups of runs with the same settings and seed that were computed apart. */
  readonly alike: readonly (readonly { readonly id: RunId; readonly name: string; readonly path: string }[])[];
}

/** Operations on files without opening them as a session. */
export interface SessionFiles {
  create(path: string, head: SessionHead): Promise<Result<SessionStore>>;
  /**
   * Header check -> refuse newer -> migrate on a backup copy -> integrity check. A damaged file opens read-only with its readable part.
   * `conflict` when another process has it open for writing.
   */
  open(path: string, options?: { readonly readOnly?: boolean }): Promise<Result<SessionStore>>;
  /** Moves a session that is not being written, with its side files; `conflict` if it is being written or the name is taken. */
  move(from: string, to: string): Promise<Result<null>>;
  /** Removes unfinished copies in these folders, and temporary folders, left by killed processes. Returns their names. */
  sweep(folders: readonly string[]): Promise<Result<readonly string[]>>;
  /** A copy of a file that need not be open, of any format up to this one, whole or damaged. */
  copy(path: string, to: string): Promise<Result<null>>;
  /** All runs of these files in a new one, which is complete or absent; the files are only read. `conflict` as the options say. */
  merge(paths: readonly string[], to: string, options: MergeOptions): Promise<Result<MergeReport>>;
  describe(path: string): Promise<Result<SessionDetails>>;
  recent(path: string): Promise<Result<RecentSession>>;
  /** All checks: header, version, SQLite integrity, foreign keys, checkpoint hashes, metric chunks decode. */
  check(
    path: string,
  ): Promise<Result<{ readonly problems: readonly Message[]; readonly checked: Readonly<Record<string, number>> }>>;
}
