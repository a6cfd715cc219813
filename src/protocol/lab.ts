// The contract between the lab process and every door to it (Electron window, browser, CLI): request map and event map.
// Adding a message = one line here and one handler in lab/handlers/. Everything is JSON.
import type { AppError } from '../engine/core/result.ts';
import type { Catalogue, DatasetInfo, EnvironmentStamp, MachineReport } from '../engine/spec/catalogue.ts';
import type { MemoryReport, MetricColumns, MetricKind, RunFacts, XAxis } from '../engine/spec/metrics.ts';
import type { RaceResult } from '../engine/spec/race-result.ts';
import type { Span } from '../engine/spec/remaining.ts';
import type { ScalingResult, ScalingSpec } from '../engine/spec/scaling.ts';
import type { TimeAccount } from '../engine/spec/time-account.ts';
import type { TextUse } from '../engine/spec/text-identity.ts';
import type { ExportFormat } from './export-kinds.ts';
import type {
  DeviceChoice,
  ExperimentSpec,
  RaceMode,
  RunSpec,
  SpecIssue,
  TaskChoice,
} from '../engine/spec/run-spec.ts';
import type { Answers, SampleDetail, TaskExamples } from '../engine/spec/showing.ts';

export type RunId = string;

/** Derived from the engine's heartbeat and exit, never stored as truth. */
export type RunStatus =
  | 'queued'
  | 'preparing'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'finished'
  | 'diverged'
  | 'failed'
  /** The engine process died or the lab was closed in mid-run: Resume goes on from the last checkpoint. */
  | 'interrupted';

export interface RunState {
  readonly id: RunId;
  readonly spec: RunSpec;
  /** Automatic or given; unique within the session. */
  readonly name: string;
  /** Runs that differ only by seed share it. */
  readonly variant: number;
  /** Position in the identity cycle (colour, dash, marker); never changes. */
  readonly identity: number;
  readonly status: RunStatus;
  /** Why, when status is failed, diverged or interrupted. */
  readonly problem: AppError | null;
  readonly step: number;
  readonly activeSeconds: number;
  readonly wallSeconds: number;
  /** Where its time went since it was started, up to now; null when an older version trained it, which kept no account. */
  readonly time: TimeAccount | null;
  /** Seconds until it is done, the turns of the others included; null when not known, or when it neither runs nor waits. */
  readonly remaining: Span | null;
  /** 0..1 of the budget. */
  readonly progress: number;
  readonly facts: RunFacts | null;
  readonly environment: EnvironmentStamp | null;
  /** Median seconds of one steady training step with its quartiles; null before ten steady steps. */
  readonly stepSeconds: { readonly median: number; readonly q1: number; readonly q3: number } | null;
  /** Seconds of compile + first steps, apart from steady state. */
  readonly warmupSeconds: number | null;
  readonly peakBytes: number | null;
  readonly last: Readonly<Partial<Record<MetricKind, number | null>>>;
  readonly best: { readonly step: number; readonly loss: number; readonly accuracy: number | null } | null;
  readonly checkpoints: readonly { readonly step: number; readonly kind: 'latest' | 'best' | 'kept' }[];
  readonly learningRate: number | null;
  /** Rates a person set on the way, oldest first, with the step they were set after. */
  readonly rateChanges: readonly { readonly step: number; readonly value: number }[];
  readonly forkedFrom: { readonly run: RunId; readonly step: number } | null;
  readonly note: string;
  readonly tags: readonly string[];
  readonly hidden: boolean;
  /** Which text it has learnt from, in the order of steps; absent when its task makes its own data. */
  readonly texts?: readonly TextUse[];
}

export interface SessionState {
  /** Absolute path of the file; a session always has one (autosave). */
  readonly path: string;
  readonly name: string;
  /** True when the file was damaged or is from elsewhere and cannot be written. */
  readonly readOnly: boolean;
  readonly saved: 'saved' | 'saving' | { readonly failed: AppError };
  /** The experiment being set up or running. */
  readonly experiment: ExperimentSpec | null;
  readonly baseline: RunId | null;
  readonly note: string;
  readonly runs: readonly RunState[];
}

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly modified: string;
  readonly bytes: number;
  readonly runs: number;
  readonly status: RunStatus | null;
  readonly lastStep: number;
  /** Runs that were under way, and the step each is saved up to: what going on begins from. */
  readonly savedTo: readonly { readonly name: string; readonly step: number }[];
  /** Best validation (else training) loss curves, at most 8 runs of 40 points, for the thumbnail. */
  readonly thumbnail: readonly { readonly identity: number; readonly values: readonly (number | null)[] }[];
  /** Kinds of its models and ids of its tasks, each once, in the order of its runs. */
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  /** Of the run with the lowest validation loss; null before the first evaluation. */
  readonly best: { readonly loss: number; readonly accuracy: number | null } | null;
  readonly note: string;
  /** Words of the note that begin with #, and the tags of its runs. */
  readonly tags: readonly string[];
}

export interface SessionDetails extends RecentSession {
  readonly formatVersion: number;
  readonly contents: readonly {
    readonly what: 'metrics' | 'checkpoints' | 'samples' | 'other';
    readonly count: number;
    readonly bytes: number;
  }[];
  readonly problem: AppError | null;
}

/** What a step and an answer are worth before anything runs. */
export interface TaskLevels {
  /** Without padding, and with it. */
  readonly tokensPerStep: number;
  readonly positionsPerStep: number;
  /** The best constant answer on the held-out data, and the best by size and position alone where that is better. */
  readonly chanceLoss: number | null;
  readonly chanceAccuracy: number | null;
  readonly blindLoss: number | null;
  readonly blindAccuracy: number | null;
}

export interface VariantPreflight {
  readonly variant: number;
  readonly name: string;
  readonly runs: number;
  readonly parameters: number | null;
  readonly flopsPerToken: number | null;
  /** Absent where the run could not be described. */
  readonly levels?: TaskLevels;
  readonly memory: MemoryReport | null;
  /** Estimated seconds of one run with the machine to itself, evaluation included; null = unknown, which never blocks. */
  readonly seconds: Span | null;
  /** How the estimate was made: `measured` = from earlier steps of the same shape on this machine. */
  readonly secondsSource: 'measured' | 'calibrated' | 'unknown';
  /** For device `auto`: what such a run was measured to be fastest on before; null = it is measured at the start. Absent when a device is named. */
  readonly chosen?: DeviceChoice | null;
}

export interface Preflight {
  readonly issues: readonly SpecIssue[];
  readonly variants: readonly VariantPreflight[];
  readonly memoryFree: number;
  /** Until the last run is done, preparation included; null when it is not known for any. */
  readonly seconds: Span | null;
}

export type RunAction =
  | { readonly kind: 'pause' }
  /** `otherData`: with the text of this name although it is not the one the run has learnt; the run is marked. */
  | { readonly kind: 'resume'; readonly otherData?: boolean }
  | { readonly kind: 'step'; readonly otherData?: boolean }
  /** Stop and keep what there is; Resume stays available. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'learning-rate'; readonly value: number; readonly otherData?: boolean }
  /** A new run from a checkpoint of this one, with training fields changed. */
  | {
      readonly kind: 'fork';
      readonly step: number;
      readonly training?: Readonly<Record<string, number | string | boolean>>;
      readonly name?: string;
      readonly otherData?: boolean;
    };

/** Points between `from` and `to` on axis `x`. With more points than `columns`, the extremes of each column: nothing is dropped. */
export interface SeriesQuery {
  readonly runs: readonly RunId[];
  readonly metric: MetricKind;
  readonly x: XAxis;
  readonly from: number | null;
  readonly to: number | null;
  /** Pixel columns wanted. */
  readonly columns: number;
  /** Scale of the axis the columns lie on; `linear` when absent. */
  readonly scale?: 'linear' | 'log';
}

export interface SeriesWindow {
  readonly run: RunId;
  readonly metric: MetricKind;
  readonly step: readonly number[];
  /** Same axis as asked for. */
  readonly x: readonly number[];
  /** null = not finite. */
  readonly value: readonly (number | null)[];
  /** True when every stored point is here; false when these are extremes per column. */
  readonly complete: boolean;
}

export interface Sample {
  readonly id: number;
  readonly run: RunId;
  readonly step: number;
  readonly prompt: string;
  readonly temperature: number;
  readonly seed: number;
  readonly text: string;
  /** How each symbol came about; null in sessions of earlier versions. */
  readonly detail: SampleDetail | null;
}

/** A sample without what was written. */
export type SampleMark = Omit<Sample, 'text' | 'detail'>;

/** What a run answered at one step. */
export interface RunAnswers extends Answers {
  readonly run: RunId;
  readonly step: number;
}

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  readonly seconds: number;
  readonly spec: ExperimentSpec;
  /** The axis that shows its point, and the variant the others are compared with. */
  readonly axis: XAxis;
  readonly baseline: number;
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark' | 'hc' | 'hc-light';
  readonly language: 'system' | 'en' | 'zh';
  readonly threads: number;
  readonly device: string;
  readonly sessionsFolder: string;
  readonly dataFolder: string;
  readonly mode: RaceMode;
  /** Ways to look at a race, by name; absent = none. */
  readonly views?: readonly SavedView[];
}

/** A view of the Race screen as its address says it. */
export interface SavedView {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The catalogue with what was imported; its `changes` say what is not as it was in the file. */
export interface DatasetImport extends Catalogue {
  readonly imported: DatasetInfo;
}

/** A chart drawn by the window, as SVG. */
export interface ReportPicture {
  readonly title: string;
  readonly svg: string;
}

/** What an export made: at `path`, or here as `text`, or as bytes. */
export interface ExportReply {
  readonly path: string | null;
  readonly text: string | null;
  /** Base64; absent for texts and for what went to `path`. */
  readonly data?: string;
  /** What the file should be called. */
  readonly name?: string;
}

/** Request name -> [parameters, reply]. A failed request rejects with AppError. */
export interface LabRequests {
  'lab/describe': [
    Record<string, never>,
    { readonly machine: MachineReport; readonly catalogue: Catalogue; readonly presets: readonly Preset[] },
  ];
  'settings/get': [Record<string, never>, Settings];
  'settings/set': [Partial<Settings>, Settings];

  /** The open session, or null on a fresh start. */
  'session/current': [Record<string, never>, SessionState | null];
  'session/new': [{ readonly name: string; readonly experiment?: ExperimentSpec }, SessionState];
  'session/open': [{ readonly path: string }, SessionState];
  /** Opens a new session with the runs of these, for looking at them side by side; they stay as they are. */
  'session/compare': [{ readonly paths: readonly string[] }, SessionState];
  /** Fails with `unsaved`, the session staying open, while a change is not in the file and is not given up. So do new and open. */
  'session/close': [{ readonly unsaved?: 'keep' | 'give-up' }, null];
  'session/save-as': [{ readonly path: string; readonly overwrite?: boolean }, SessionState];
  /** Puts the texts its runs learn into the session, so that they travel with it. The reply says how many it holds. */
  'session/put-texts': [Record<string, never>, { readonly texts: number }];
  'session/rename': [{ readonly name: string }, SessionState];
  'session/edit': [
    { readonly note?: string; readonly baseline?: RunId | null; readonly experiment?: ExperimentSpec },
    SessionState,
  ];
  /** Files in the sessions folder and others opened lately, newest first. */
  'session/list': [Record<string, never>, readonly RecentSession[]];
  'session/details': [{ readonly path: string }, SessionDetails];
  'session/duplicate': [{ readonly path: string }, RecentSession];
  /** Moves the file to the lab's trash; the reply's token undoes it. */
  'session/delete': [{ readonly path: string }, { readonly undo: string }];
  'session/undelete': [{ readonly undo: string }, RecentSession];
  /**
   * Writes to `path`, and refuses to overwrite unless told. Without a path the reply carries what was made: `text`, or bytes as base64 in
   * `data`; several files as one archive.
   */
  'session/export': [
    {
      readonly format: ExportFormat;
      readonly runs?: readonly RunId[];
      readonly path?: string;
      readonly overwrite?: boolean;
      /** CSV begins with a byte order mark, without which Excel does not take it for UTF-8. */
      readonly bom?: boolean;
      /** For a report: charts as they look in the window. */
      readonly pictures?: readonly ReportPicture[];
    },
    ExportReply,
  ];
  /** Of sessions that need not be open, and stay as they are. Several sessions or kinds are one archive with a folder each. */
  'session/export-several': [
    { readonly paths: readonly string[]; readonly formats: readonly ExportFormat[] },
    ExportReply,
  ];
  'session/import-experiment': [{ readonly text: string }, ExperimentSpec];

  'experiment/validate': [{ readonly spec: ExperimentSpec }, { readonly issues: readonly SpecIssue[] }];
  /** The same code as `minrnn plan`. */
  'experiment/preflight': [{ readonly spec: ExperimentSpec }, Preflight];

  /** Adds the runs of the experiment to the open session and starts them. */
  'race/start': [{ readonly spec: ExperimentSpec }, SessionState];
  /** Acts on the named runs; an empty list means all. */
  'race/act': [{ readonly runs: readonly RunId[]; readonly action: RunAction }, SessionState];
  'run/edit': [
    {
      readonly run: RunId;
      readonly name?: string;
      readonly note?: string;
      readonly tags?: readonly string[];
      readonly hidden?: boolean;
    },
    SessionState,
  ];
  'run/delete': [{ readonly run: RunId } | { readonly runs: readonly RunId[] }, SessionState];
  'run/sample': [
    {
      readonly run: RunId;
      readonly prompt: string;
      readonly length: number;
      readonly temperature: number;
      readonly seed: number;
      /** Of the checkpoint of this step; absent = as the run stands. */
      readonly step?: number;
      readonly otherData?: boolean;
    },
    Sample,
  ];
  /** How each sample of a run was asked for, oldest first; the text of one is asked for by its id. */
  'run/samples': [{ readonly run: RunId }, readonly SampleMark[]];
  'run/sample-text': [{ readonly run: RunId; readonly id: number }, Sample];
  /** What each run answered to held-out examples while it trained, in the order of steps. */
  'run/answers': [{ readonly run: RunId }, readonly RunAnswers[]];
  /** The held-out examples that `run/answers` speaks of. */
  'run/examples': [{ readonly run: RunId }, TaskExamples];
  /** The first sequences that runs of this task learn from, before any of them is started. */
  'task/examples': [{ readonly task: TaskChoice; readonly count: number }, TaskExamples];
  /** What runs write from when nobody says otherwise. */
  'run/prompt': [{ readonly run: RunId }, { readonly prompt: string }];
  'run/import-weights': [{ readonly run: RunId; readonly path: string }, SessionState];
  'series/query': [SeriesQuery, readonly SeriesWindow[]];
  /** What the race showed, along the axis asked for; null = nothing to compare yet. */
  'race/result': [{ readonly x: XAxis }, { readonly result: RaceResult | null }];

  /** Takes in a text file of the user's as a dataset; UTF-16 and other line ends are converted, which is said. */
  'dataset/import': [{ readonly path: string } | { readonly name: string; readonly text: string }, DatasetImport];
  'dataset/download': [{ readonly id: string }, Catalogue];

  /** Measures in a process of its own; refused while runs have the machine. Progress comes as `scaling/changed`. */
  'scaling/start': [{ readonly spec: ScalingSpec }, ScalingResult];
  'scaling/stop': [Record<string, never>, ScalingResult | null];
  /** The measurement under way, else the last one kept, else null; and a spec that suits this machine. */
  'scaling/latest': [Record<string, never>, { readonly result: ScalingResult | null; readonly suggested: ScalingSpec }];
}

/** Event name -> payload. Events reach every door. */
export interface LabEvents {
  'session/changed': SessionState | null;
  /** Only the runs that changed, at most 10 times a second. */
  'runs/changed': { readonly runs: readonly RunState[] };
  /** New points, at most 10 batches a second; a door that missed some asks with series/query. */
  /** A run wrote or answered something; a door that missed some asks for all. */
  'run/shown': { readonly sample: Sample } | { readonly answers: RunAnswers };
  'metrics/appended': { readonly run: RunId; readonly columns: readonly MetricColumns[] };
  /** Something a person should read: shown as a toast. */
  problem: { readonly error: AppError; readonly run: RunId | null };
  'dataset/progress': { readonly id: string; readonly received: number; readonly total: number };
  'settings/changed': Settings;
  'scaling/changed': ScalingResult;
}

export type LabRequest = keyof LabRequests;
export type LabParams<K extends LabRequest> = LabRequests[K][0];
export type LabReply<K extends LabRequest> = LabRequests[K][1];
export type LabEvent = keyof LabEvents;
