// The description of a run and an experiment: plain JSON, no functions, no tensors. A RunSpec is frozen once its run has started.
import type { Message } from '../core/say.ts';
import type { FieldValue, FieldValues } from './fields.ts';
import type { MatchedSize } from './match.ts';
import type { SweepSpec } from './sweep/sweep-spec.ts';

/** `auto` picks by measurement; `reference` is float64 and slow; others are added to the registry without a change here. */
export interface DeviceChoice {
  readonly kind: string;
  /** 0 = as many as the machine has. Ignored by devices without threads. */
  readonly threads: number;
  /** Kernel module of devices that have several: `native`, `wasm`; `auto` or absent = the best that works. */
  readonly module?: string;
  /** How large activations are stored: `f32`, `f16` (webgpu only); absent = `f32`. */
  readonly storage?: string;
}

export interface Budget {
  readonly unit: 'steps' | 'tokens' | 'seconds';
  readonly amount: number;
}

export interface ModelChoice {
  /** Registry key: `minGru`, `minLstm`, `gru`, `lstm`, `elman`. */
  readonly kind: string;
  /** `fused`, `scan`, `log-scan`, `loop`: these agree numerically but differ in speed and memory. */
  readonly implementation: string;
  /** Fields of the stack and of the model together. */
  readonly fields: FieldValues;
}

export interface TaskChoice {
  /** Registry key with version: `selective-copy-v1`. */
  readonly id: string;
  readonly fields: FieldValues;
}

/** One run, complete: every field present, nothing left to a default. */
export interface RunSpec {
  readonly format: 'minrnn-run';
  readonly version: 1;
  readonly model: ModelChoice;
  readonly task: TaskChoice;
  /** Fields of training: optimiser, schedule, batch, clip, evaluation, checkpoints (engine/training/fields.ts). */
  readonly training: FieldValues;
  readonly budget: Budget;
  readonly seed: number;
  readonly device: DeviceChoice;
}

/** A value, or a list of values: a list makes a sweep. */
export type Sweepable = FieldValue | readonly FieldValue[];

export interface VariantSpec {
  /** A person's own name; otherwise the automatic one (what differs from the baseline). */
  readonly name?: string;
  readonly model: string;
  readonly implementation?: Sweepable;
  /** Settings that differ from the defaults: stack and model fields, and any training field to override. */
  readonly fields?: Readonly<Record<string, Sweepable>>;
}

/** `*.experiment.json`: a race as data, used by the CLI, the form and links. Missing fields take their defaults. */
export interface ExperimentSpec {
  readonly format: 'minrnn-experiment';
  readonly version: 1;
  readonly name: string;
  readonly task: { readonly id: string; readonly fields?: FieldValues };
  readonly variants: readonly VariantSpec[];
  readonly training?: FieldValues;
  readonly seeds?: readonly number[];
  readonly budget: Budget;
  readonly device?: Partial<DeviceChoice>;
  readonly mode?: RaceMode;
  /** What all rows have as much of as the first one: their widths follow from it. */
  readonly match?: MatchedSize;
  /** What is to be compared, decided before the race; kept with a hash when it starts. */
  readonly comparison?: PlannedComparison;
  /** Seconds one engine holds the baton; ends on a step boundary. Default 0.5. */
  readonly slice?: number;
  /** Trials in place of single variants: run by `minrnn sweep`. */
  readonly sweep?: SweepSpec;
}

/** Every variant against one of them, on one metric. */
export interface PlannedComparison {
  /** Short name of a metric of the task: `accuracy`. */
  readonly metric: string;
  /** Place of the reference among the variants, from 0, after sweeps are multiplied out. */
  readonly reference: number;
}

/** `race` = in turns, timed alone; `queue` = one after the other; `parallel` = at once, timings marked contended. */
export type RaceMode = 'race' | 'queue' | 'parallel';

/** One cell of the starting grid after sweeps and seeds are multiplied out. */
export interface PlannedRun {
  /** Index of the variant after sweeps are multiplied out; runs that differ only by seed share it. */
  readonly variant: number;
  /** Automatic or given name without the seed. */
  readonly name: string;
  readonly spec: RunSpec;
}

/** One thing wrong with an input, addressed to a field: `variants[1].fields.d`. */
export interface SpecIssue {
  readonly field: string;
  readonly message: Message;
  readonly severity: 'error' | 'warning';
}
