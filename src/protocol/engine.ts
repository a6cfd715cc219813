// The contract between the lab process and one engine process (one per run). Sent over the child-process channel with structured clone, so
// typed arrays arrive unchanged.
import type { Message } from '../engine/core/say.ts';
import type { AppError } from '../engine/core/result.ts';
import type { DataNeed, EnvironmentStamp } from '../engine/spec/catalogue.ts';
import type { MemoryGrowth, MetricColumns, RunFacts } from '../engine/spec/metrics.ts';
import type { Span } from '../engine/spec/remaining.ts';
import type { DeviceChoice, RunSpec } from '../engine/spec/run-spec.ts';
import type { Answers, SampleDetail } from '../engine/spec/showing.ts';
import type { TrainingCursor } from '../engine/spec/training-cursor.ts';
import type { Sample } from './state.ts';

export interface CheckpointData {
  readonly kind: 'latest' | 'best' | 'kept';
  readonly cursor: TrainingCursor;
  /** safetensors: weights by name, optimiser state as `optimiser/<name>/<slot>`. */
  readonly bytes: Uint8Array;
}

/** The result of `auto` for a run: a complete choice, and why. */
export interface ChosenDevice {
  readonly device: DeviceChoice;
  readonly reason: Message;
}

/** What a run shows of itself at an evaluation. */
export type ShownData =
  | ({ readonly kind: 'text' } & Pick<Sample, 'prompt' | 'temperature' | 'seed' | 'text'> & {
        readonly detail: SampleDetail;
      })
  | { readonly kind: 'answers'; readonly answers: Answers };

/** A dataset by the hash of its content, and the file that holds it. */
export interface DataHandle {
  readonly sha256: string;
  readonly kind: DataNeed;
  readonly path: string;
  readonly bytes: number;
  /** A file of the text's tokens, where the task reads tokens. */
  readonly tokens?: string;
}

export type ToEngine =
  | {
      readonly type: 'prepare';
      readonly spec: RunSpec;
      readonly version: string;
      readonly commit: string | null;
      readonly exclusive: boolean;
      /** Writes and answers while it trains; false if only its speed matters. */
      readonly shows: boolean;
      /** Only reads checkpoints: answers `reading`, and may be asked for samples with a checkpoint and nothing else. Absent = it trains. */
      readonly reads?: boolean;
      /** The file with the task's data; null for tasks that generate their data. */
      readonly data: DataHandle | null;
      readonly resume: {
        readonly cursor: TrainingCursor;
        readonly bytes: Uint8Array;
        /** Its checkpoint with the lowest validation loss, for a test at its end. */
        readonly best?: Uint8Array;
      } | null;
      /** The earlier result of `auto` for such a run; null = the engine measures. Ignored if a device is named. */
      readonly chosen: ChosenDevice | null;
      /** Devices that `auto` may measure; null = look for them. */
      readonly devices: readonly string[] | null;
      /** Seconds the run has waited for its engine since it was started or its last engine went; absent = none. */
      readonly waited?: number;
    }
  /** Grants the baton: train for about this long and end on a step boundary; the engine answers `slice`. */
  | { readonly type: 'grant'; readonly seconds: number; readonly steps: number | null }
  /** Give the baton back after the current step. */
  | { readonly type: 'yield' }
  | { readonly type: 'learning-rate'; readonly value: number }
  /** Answered by `checkpoint` with this id. */
  | { readonly type: 'checkpoint'; readonly id: number; readonly kind: 'latest' | 'kept' }
  /** Answered by `loaded` or `refused` with this id; refused weights change nothing. */
  | { readonly type: 'load-weights'; readonly id: number; readonly bytes: Uint8Array }
  | {
      readonly type: 'sample';
      readonly id: number;
      readonly prompt: string;
      readonly length: number;
      readonly temperature: number;
      readonly seed: number;
      /** safetensors of a checkpoint of the run; null = its current weights. */
      readonly checkpoint: Uint8Array | null;
    }
  | { readonly type: 'exit' };

export type FromEngine =
  | {
      readonly type: 'ready';
      readonly facts: RunFacts;
      readonly environment: EnvironmentStamp;
      readonly cursor: TrainingCursor;
      readonly compileSeconds: number;
      /** How finely the pulse counts what is computed: every op, or only whole steps. */
      readonly signs: 'ops' | 'steps';
      /** The result of `auto`, to be remembered; null if a device was named. */
      readonly chosen: ChosenDevice | null;
    }
  /** Ready to read checkpoints. */
  | { readonly type: 'reading' }
  | {
      readonly type: 'slice';
      readonly cursor: TrainingCursor;
      /** From the grant to this answer, on the engine's own clock. */
      readonly seconds: number;
      readonly outcome: 'slice' | 'finished' | 'early-stop' | 'diverged';
      /** Set when outcome is diverged: names the first bad tensor and the step. */
      readonly problem: AppError | null;
    }
  | {
      readonly type: 'progress';
      readonly cursor: TrainingCursor;
      readonly stepSeconds: { readonly median: number; readonly q1: number; readonly q3: number } | null;
      readonly warmupSeconds: number | null;
      readonly peakBytes: number;
      readonly learningRate: number;
      /** Seconds of work left with the machine to itself. */
      readonly secondsLeft: Span | null;
      /** Measured growth of its memory; null before the end of a slice. */
      readonly growth: MemoryGrowth | null;
      readonly progress: number;
    }
  | { readonly type: 'metrics'; readonly columns: readonly MetricColumns[] }
  /** `id` = of the request; null = made by the run itself. */
  | { readonly type: 'checkpoint'; readonly id: number | null; readonly data: CheckpointData }
  | { readonly type: 'loaded'; readonly id: number }
  | {
      readonly type: 'sampled';
      readonly id: number;
      readonly text: string;
      readonly detail: Omit<SampleDetail, 'origin'>;
      /** For the current weights; null if only checkpoints are read. */
      readonly step: number | null;
    }
  /** Text or answers of the run at an evaluation. */
  | { readonly type: 'shown'; readonly step: number; readonly shown: readonly ShownData[] }
  /** A failed request; the run itself continues. */
  | { readonly type: 'refused'; readonly id: number | null; readonly error: AppError }
  | { readonly type: 'heartbeat'; readonly peakBytes: number }
  /** The run cannot continue. */
  | { readonly type: 'failed'; readonly error: AppError };
