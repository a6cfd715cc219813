// The interface of a task: shapes, a generator keyed by (seed, step), fixed held-out data, and its metrics.
import type { RandomStream } from '../core/philox.ts';
import type { Result } from '../core/result.ts';
import type { TaskData } from '../data/labelled.ts';
import type { DataNeed } from '../spec/catalogue.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { Floor } from '../spec/floors.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import type { TableParts } from '../spec/table.ts';
import type { TaskGroup } from '../spec/task-groups.ts';
import type { ChanceLevels, MetricLevels, TaskMetric } from '../spec/task-metrics.ts';
import type { Batch, FurtherTarget, InputStream, Target } from './streams.ts';
import type { TestPart } from './test-part.ts';

/** A task with its fields and data settled. */
export interface Task {
  /** What a network reads. */
  readonly inputs: readonly InputStream[];
  /** What it has to answer. */
  readonly target: Target;
  /** What it has to answer besides, if anything. */
  readonly further?: readonly FurtherTarget[];
  /** Its metrics; the first is `val/loss`, which training minimises. */
  readonly metrics: readonly TaskMetric[];
  /** T of a training batch and of a held-out batch. */
  readonly trainLength: number;
  readonly evalLength: number;
  /** Positions of a training sequence that are not padding, on average; absent = all of T. */
  readonly trainTokens?: number;
  /** Text tasks: bytes of UTF-8 that a held-out symbol stands for on average, which turns nats a symbol into bits a byte. */
  readonly bytesPerToken?: number;
  /** Held-out sequences in the fixed evaluation set. */
  readonly evalSequences: number;
  /** The part that only the end of a run reads; absent = none. */
  readonly test?: TestPart;
  /** What guesses reach on the held-out data. */
  readonly chance: ChanceLevels;
  /**
   * How many of the fixed held-out sequences `steps` training batches of `batch` sequences are expected to show as well; absent if training
   * cannot produce them, or hardly ever does.
   */
  readonly shown?: (steps: number, batch: number) => number;
  /** What guesses without training reach on the held-out data, where those are more than the constant one; the first is that. */
  readonly floors?: readonly Floor[];
  /** What is made of a table, where one is learned. */
  readonly parts?: TableParts;
  /** What counts as solved. */
  readonly solved: MetricLevels;
  /**
   * By its seed alone a run may learn all of it or hardly anything, so that seeds come in two heaps: declared by the task, never read from
   * results. `solved` tells them apart. Absent = no.
   */
  readonly canFail?: true;
  /** Fills a training batch. Draws come only from `random`, so the same (seed, step) gives the same data to every model. */
  train(batch: Batch, random: RandomStream): void;
  /** Fills a batch with held-out sequences first .. first + size - 1; rows past evalSequences get no loss. Independent of the run's seed. */
  evaluate(batch: Batch, first: number): void;
  /** The one sequence of a batch of size 1, for people. */
  read(row: Batch): ExampleSequence;
  /** Output number `output` of a network in the unit of the data; absent = as it is. */
  readonly inUnit?: (value: number, output: number) => number;
  /** Answers within this of a value, in the unit of the data, count as close; absent = the usual distance. */
  readonly close?: number;
  /** What each class is called; null = answers are values. */
  readonly names: readonly string[] | null;
  /** Text tasks only. */
  readonly text: TaskText | null;
}

/** Characters to tokens and back, for prompts and samples. */
export interface TaskText {
  readonly encode: (text: string) => Result<Int32Array>;
  readonly decode: (tokens: ArrayLike<number>) => string;
  /** The default prompt of every run: the first held-out words. */
  readonly prompt: string;
  /** The training part of the text. */
  readonly training: Int32Array;
  /** The same as a string. */
  source(): string;
}

export interface TaskDef {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Under which heading it is listed. */
  readonly group: TaskGroup;
  readonly kind: 'classification' | 'regression' | 'language';
  readonly fields: Fields;
  /** Kind of dataset it needs; null if it generates its own data. */
  readonly needs: DataNeed | null;
  /** `data` is the dataset's content. Refuses with a message naming the field, the range and the value. */
  prepare(values: FieldValues, data: TaskData | null): Result<Task>;
}
