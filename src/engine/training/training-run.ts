// The trainer as the engine host sees it: prepare a run, train in slices, sample, save, continue. Names no model and no task.
import type { TaskData } from '../data/labelled.ts';
import type { Result, AppError } from '../core/result.ts';
import type { Device } from '../device/device.ts';
import type { EnvironmentStamp } from '../spec/catalogue.ts';
import type { MemoryGrowth, MetricColumns, RunFacts } from '../spec/metrics.ts';
import type { Span } from '../spec/remaining.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import type { Reader, Written } from './reader.ts';
import type { SampleOptions } from './sampling.ts';
import type { Shown } from './showing.ts';

/** Callbacks of a run while it trains. Called between steps, never inside one. */
export interface TrainingListener {
  /** Columns gathered since the last call, at most 10 times a second and once at the end of a slice. */
  metrics(columns: readonly MetricColumns[]): void;
  /** A checkpoint that was due (interval, best so far, end of run). Bytes are safetensors. */
  checkpoint(kind: 'latest' | 'best' | 'kept', cursor: TrainingCursor, bytes: Uint8Array): void;
  /** Text and answers by the weights of this step, before a checkpoint of the step. Absent: none are produced. */
  shown?(step: number, shown: readonly Shown[]): void;
}

/** What a run continues from. */
export interface Resume {
  readonly cursor: TrainingCursor;
  readonly bytes: Uint8Array;
  /** Its checkpoint with the lowest validation loss, for the test at its end; absent = there is none, or no test. */
  readonly best?: Uint8Array;
}

export interface SliceLimits {
  readonly seconds: number;
  /** null = no limit. */
  readonly steps: number | null;
}

export interface SliceResult {
  readonly outcome: 'slice' | 'finished' | 'early-stop' | 'diverged';
  /** Names the first bad tensor and the step when diverged. */
  readonly problem: AppError | null;
}

export interface TrainingRun {
  readonly facts: RunFacts;
  readonly device: EnvironmentStamp['device'];
  readonly module: string;
  readonly threads: number;
  readonly compileSeconds: number;
  /** Counters in shared memory that increase while the run computes, for a watchdog on another thread; `ops` = [] if the device has none. */
  readonly signs: { readonly steps: readonly Int32Array[]; readonly ops: readonly Int32Array[] };
  cursor(): TrainingCursor;
  /** Median and quartiles over the last 200 steady steps (warm-up, data, evaluation and checkpoints not counted); null before ten. */
  stepSeconds(): { readonly median: number; readonly q1: number; readonly q3: number } | null;
  /** Seconds of the first steps, before timings are steady; null until then. */
  warmupSeconds(): number | null;
  /** Seconds of work left when the run has the machine to itself; null before a steady step. */
  secondsLeft(): Span | null;
  /** Measured growth of its memory at the end of the last slice; null before one. */
  growth(): MemoryGrowth | null;
  /** 0..1 of the budget. */
  progress(): number;
  learningRate(): number;
  setLearningRate(value: number): void;
  /**
   * Trains until about `seconds` have passed or `steps` are done, whichever is first, always at least one step, ending on a step
   * boundary. `stop` is checked between steps. Yields to the event loop between steps often enough for a heartbeat.
   */
  slice(limits: SliceLimits, stop: () => boolean): Promise<SliceResult>;
  /** safetensors of everything needed to continue: weights by name, optimiser state as `optimiser/<slot>/<weight>`, cursor in the metadata. */
  save(): Promise<Uint8Array>;
  /** Replaces the weights; refuses by name when a tensor is missing, extra or of the wrong shape. Optimiser state starts over. */
  loadWeights(bytes: Uint8Array): Promise<Result<null>>;
  /** Text continued from a prompt, by the current weights or a checkpoint of this run. temperature 0 = greedy. */
  sample(options: SampleOptions, checkpoint: Uint8Array | null): Promise<Result<Written>>;
  dispose(): Promise<void>;
}

export interface PrepareOptions {
  readonly spec: RunSpec;
  /** What the task's dataset holds, or null. */
  readonly data: TaskData | null;
  readonly device: Device;
  readonly listener: TrainingListener;
  readonly resume: Resume | null;
  /** For the account of time: seconds the run waited for its engine, and when (as `now`) preparing it began; absent = none, and now. */
  readonly waited?: number;
  readonly begun?: number;
}

/** Builds, compiles and initialises (or restores) a run that is ready for its first slice. */
export type PrepareRun = (options: PrepareOptions) => Promise<Result<TrainingRun>>;

/** Prepares a reader for checkpoints of a finished run: without gradient, optimiser or batch it is ready far sooner. */
export type PrepareReader = (options: Pick<PrepareOptions, 'spec' | 'data' | 'device'>) => Promise<Result<Reader>>;

/** Parameters, FLOPs, exact memory of a run without running it; the same code for `plan`, the preflight and the run itself. */
export type DescribeRun = (spec: RunSpec, data: TaskData | null) => Promise<Result<RunFacts>>;
