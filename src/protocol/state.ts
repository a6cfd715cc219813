// What the lab reports about runs, sessions, plans and samples. Plain data; lab.ts defines the messages.
import type { AppError } from '../engine/core/result.ts';
import type { Catalogue, DatasetInfo, EnvironmentStamp } from '../engine/spec/catalogue.ts';
import type { Matched } from '../engine/spec/match.ts';
import type { Fallbacks } from '../engine/spec/fallbacks.ts';
import type { MemoryReport, MetricKind, RunFacts, XAxis } from '../engine/spec/metrics.ts';
import type { Origin } from '../engine/spec/origin.ts';
import type { Span } from '../engine/spec/remaining.ts';
import type { TimeAccount } from '../engine/spec/time-account.ts';
import type { Bests, RunMetric } from '../engine/spec/task-metrics.ts';
import type { Plan } from '../engine/spec/statistics/plans.ts';
import type { TextUse } from '../engine/spec/text-identity.ts';
import type { DeviceChoice, ExperimentSpec, RaceMode, RunSpec, SpecIssue } from '../engine/spec/run-spec.ts';
import type { Answers, SampleDetail } from '../engine/spec/showing.ts';

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
  /** The engine process died or the lab was closed during a run: Resume continues from the last checkpoint. */
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
  /** Where its time went since it was started; null if an older version trained it, which kept no account. */
  readonly time: TimeAccount | null;
  /** Seconds until it is done, including the turns of the others; null if unknown, or if it neither runs nor waits. */
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
  /** The evaluation with the lowest loss, whose checkpoint is kept. */
  readonly best: { readonly step: number; readonly loss: number } | null;
  /** Of each metric of its task the best value, by its own direction. */
  readonly bests: Bests;
  readonly checkpoints: readonly { readonly step: number; readonly kind: 'latest' | 'best' | 'kept' }[];
  readonly learningRate: number | null;
  /** Rates a person set on the way, oldest first, with the step they were set after. */
  readonly rateChanges: readonly { readonly step: number; readonly value: number }[];
  /** Steps that another implementation computed, because that of the run gave no numbers; absent = none. */
  readonly fallbacks?: Fallbacks;
  readonly forkedFrom: Origin | null;
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
  /** Comparisons that were declared before their runs; absent = none. */
  readonly plans?: readonly Plan[];
}

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly modified: string;
  readonly bytes: number;
  readonly runs: number;
  readonly status: RunStatus | null;
  readonly lastStep: number;
  /** Runs that were under way, and the saved step each would continue from. */
  readonly savedTo: readonly { readonly name: string; readonly step: number }[];
  /** Best validation (else training) loss curves, at most 8 runs of 40 points, for the thumbnail. */
  readonly thumbnail: readonly { readonly identity: number; readonly values: readonly (number | null)[] }[];
  /** Kinds of its models and ids of its tasks, each once, in the order of its runs. */
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  /** The best value of the first metric that people ask for; null before the first evaluation. */
  readonly best: { readonly metric: RunMetric; readonly value: number } | null;
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

/** Facts of a variant before anything runs. */
export interface TaskLevels {
  /** Without padding, and with it. */
  readonly tokensPerStep: number;
  readonly positionsPerStep: number;
  readonly metrics: readonly RunMetric[];
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
  /** For device `auto`: the device measured fastest for such a run; null = it is measured at the start. Absent when a device is named. */
  readonly chosen?: DeviceChoice | null;
}

export interface Preflight {
  readonly issues: readonly SpecIssue[];
  readonly variants: readonly VariantPreflight[];
  readonly memoryFree: number;
  /** Until the last run is done, preparation included; null when it is not known for any. */
  readonly seconds: Span | null;
  /** Widths chosen so that rows are equal; absent if none had to be. */
  readonly matched?: Matched;
}

export type RunAction =
  | { readonly kind: 'pause' }
  /** `otherData`: use the text of this name although it is not the one the run has learned; the run is marked. */
  | { readonly kind: 'resume'; readonly otherData?: boolean }
  | { readonly kind: 'step'; readonly otherData?: boolean }
  /** Stop and keep the results; Resume stays available. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'learning-rate'; readonly value: number; readonly otherData?: boolean }
  /** A new run from a checkpoint of this one, or (at step 0) from the weights of a file, with training fields changed. */
  | {
      readonly kind: 'fork';
      readonly step: number;
      /** Path of safetensors, this program's or PyTorch's. */
      readonly weights?: string;
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
  /** Scale of the axis of the columns; `linear` when absent. */
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
  /** Saved views by name; absent = none. */
  readonly views?: readonly SavedView[];
}

/** A view of the Race screen as its address says it. */
export interface SavedView {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The catalogue including the import; its `changes` list what was converted. */
export interface DatasetImport extends Catalogue {
  readonly imported: DatasetInfo;
}

/** A chart drawn by the window, as SVG. */
export interface ReportPicture {
  readonly title: string;
  readonly svg: string;
}

/** The result of an export: at `path`, or here as `text`, or as bytes. */
export interface ExportReply {
  readonly path: string | null;
  readonly text: string | null;
  /** Base64; absent for texts and for files written to `path`. */
  readonly data?: string;
  /** Suggested file name. */
  readonly name?: string;
}
