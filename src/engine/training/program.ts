// The program of a run: all entries over one set of variables. Defines the graphs that training needs, independent of the network.
//   train                 forward, backward, clipping, update, for one batch
//   accumulate, update    the same in parts: gradients of a part are added up, then applied
//   evaluate              loss sum, count and hits of one held-out batch
// Reading weights without training is in reader.ts, since it does not count as training memory.
import { f32, i32, type TensorType } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId, Variable } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import type { Mode } from '../models/blocks.ts';
import { stackParallel } from '../models/stack.ts';
import * as op from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import type { Measured } from '../spec/task-metrics.ts';
import { streamTypes, type NamedType, type Streams } from '../tasks/streams.ts';
import type { Task } from '../tasks/task.ts';
import type { RunSetup } from './setup.ts';

/** Names of the variables that training writes and reads. */
export const names = {
  /** A stream of the task, as one entry reads it. */
  data: (entry: string, stream: string): string => `${entry}/${stream}`,
  /** i32 [5]: seed low, seed high, step low, step high, first sample of the part. */
  counter: 'counter',
  hyper: 'hyper',
  /** Part of the batch's loss positions that this micro-batch has. */
  share: 'share',
  loss: 'loss',
  norm: 'norm',
  gradient: (weight: string): string => `gradient/${weight}`,
  /** Sums over the positions of a held-out batch that count, and their number. */
  measured: (what: Measured): string => `evaluate/${what}`,
  count: 'evaluate/count',
} as const;

/** The program for `setup`, without dead nodes. */
export function buildProgram(setup: RunSetup): Program {
  const program = new ProgramBuilder(opTable);
  if (setup.training.accumulate === 1) buildTrain(program, setup);
  else buildAccumulated(program, setup);
  program.entry('evaluate', (builder) => evaluate(builder, setup));
  return pruneProgram(program.finish(), opTable);
}

export function readInput(builder: GraphBuilder, name: string, type: TensorType): ValueId {
  return builder.read(builder.program.variable(name, type, 'input'));
}

/** Data with one row per sample of a batch. */
export function readBatch(builder: GraphBuilder, name: string, type: TensorType): ValueId {
  return builder.read(builder.program.variable(name, type, 'input', { samples: true }));
}

/** A buffer of the host and the variable it goes to. */
interface Feed {
  readonly variable: string;
  readonly data: Int32Array | Float32Array;
}

/** Targets of the streams of a batch in an entry, resolved once, so that a step builds no names. */
export const feedsOf = (entry: string, streams: Streams): readonly Feed[] =>
  Object.entries(streams).map(([name, data]) => ({ variable: names.data(entry, name), data }));

/** Writes their current contents. */
export function feed(executable: Executable, feeds: readonly Feed[]): void {
  for (const { variable, data } of feeds) executable.write(variable, data);
}

/** What the network reads, stream by stream. */
export const readInputs = (builder: GraphBuilder, entry: string, inputs: readonly NamedType[]): readonly ValueId[] =>
  inputs.map(({ name, type }) => readBatch(builder, names.data(entry, name), type));

interface Data {
  readonly x: readonly ValueId[];
  readonly y: ValueId;
  /** Which values count; null if answers are classes. */
  readonly mask: ValueId | null;
}

function readData(builder: GraphBuilder, entry: string, size: number, length: number, { task }: RunSetup): Data {
  const types = streamTypes(task, size, length);
  const inputs = task.inputs.length;
  const x = readInputs(builder, entry, types.slice(0, inputs));
  const [y, mask = null] = types
    .slice(inputs)
    .map(({ name, type }) => readBatch(builder, names.data(entry, name), type));
  if (y === undefined) throw new Error('program: a task must have answers');
  return { x, y, mask };
}

export function write(builder: GraphBuilder, name: string, value: ValueId): void {
  op.assign(builder, builder.read(builder.program.variable(name, builder.type(value), 'output')), value);
}

/** Mean loss over the loss positions of the batch. */
function meanLoss(builder: GraphBuilder, setup: RunSetup): ValueId {
  const { task, microBatch: batch } = setup;
  const data = readData(builder, 'train', batch, task.trainLength, setup);
  const drops = Number(setup.stack.values['dropout']) > 0;
  const mode: Mode = drops ? { counter: readInput(builder, names.counter, i32(5)) } : null;
  const { y } = stackParallel(builder, data.x, null, setup.stack, mode);
  return builder.scope('loss', () => {
    if (data.mask === null) return op.softmaxCrossEntropy(builder, y, data.y).loss;
    return op.meanSquaredError(builder, op.reshape(builder, y, builder.shape(data.y)), data.y, data.mask).loss;
  });
}

interface WeightGradient {
  readonly weight: Variable;
  readonly gradient: ValueId;
}

function weightGradients(builder: GraphBuilder, loss: ValueId): readonly WeightGradient[] {
  const weights = builder.program.variables.filter((variable) => variable.role === 'weight');
  const found = gradients(
    builder,
    loss,
    weights.map((weight) => builder.read(weight)),
  );
  return weights.flatMap((weight, i) => {
    const gradient = found[i] ?? null;
    return gradient === null ? [] : [{ weight, gradient }];
  });
}

function applyGradients(
  builder: GraphBuilder,
  pairs: readonly WeightGradient[],
  { training, optimiser }: RunSetup,
): void {
  const hyper = readInput(builder, names.hyper, f32(4));
  const gradients = pairs.map((pair) => pair.gradient);
  const [norm, factor] = op.globalNorm(builder, [...gradients, broken(builder)], training.clip);
  write(builder, names.norm, norm);
  for (const pair of pairs) optimiser.update(builder, { ...pair, factor, hyper }, training);
}

const updating = <T>(builder: GraphBuilder, build: () => T): T =>
  builder.as('optimiser', () => builder.scope('update', build));

/**
 * 0 while all norms so far were finite, else NaN: steps already submitted when the host sees a failed one then change nothing either. The
 * host clears it by writing 0 into the norm.
 */
function broken(builder: GraphBuilder): ValueId {
  return op.affine(builder, builder.read(builder.program.variable(names.norm, f32(), 'output')), 0);
}

function buildTrain(program: ProgramBuilder, setup: RunSetup): void {
  program.entry('train', (builder) => {
    const loss = meanLoss(builder, setup);
    write(builder, names.loss, loss);
    const pairs = weightGradients(builder, loss);
    updating(builder, () => applyGradients(builder, pairs, setup));
  });
}

/** With these shares the sum of the parts equals the mean over the whole batch, however its loss positions are distributed. */
function buildAccumulated(program: ProgramBuilder, setup: RunSetup): void {
  const weights = program.entry('accumulate', (builder) => {
    const share = readInput(builder, names.share, f32());
    const loss = meanLoss(builder, setup);
    const add = (variable: Variable, value: ValueId): void =>
      builder.as('accumulate', () => op.accumulate(builder, builder.read(variable), value, share));
    add(program.variable(names.loss, f32(), 'output'), loss);
    return weightGradients(builder, loss).map(({ weight, gradient }) => {
      add(gradientOf(program, weight), gradient);
      return weight;
    });
  });
  program.entry('update', (builder) => {
    const pairs = weights.map((weight) => ({ weight, gradient: builder.read(gradientOf(program, weight)) }));
    updating(builder, () => {
      applyGradients(builder, pairs, setup);
      for (const { weight, gradient } of pairs)
        op.assign(builder, gradient, op.constant(builder, weight.type.shape, 0));
    });
  });
}

const gradientOf = (program: ProgramBuilder, weight: Variable): Variable =>
  program.variable(names.gradient(weight.name), weight.type, 'gradient');

/** A variable for each thing that the task measures, and the count. */
function evaluate(builder: GraphBuilder, setup: RunSetup): void {
  const { task, evalBatch: batch, stack } = setup;
  const data = readData(builder, 'evaluate', batch, task.evalLength, setup);
  const { y } = stackParallel(builder, data.x, null, stack, null);
  const sums = data.mask === null ? classSums(builder, y, data.y) : valueSums(builder, y, data.y, data.mask);
  measuredBy(task).forEach((what, at) => {
    const sum = sums.of[what];
    if (sum === undefined) throw new Error(`program: a task with such answers cannot measure ${what}`);
    write(builder, names.measured(what), sum());
    // Behind the loss, where programs have always had it.
    if (at === 0) write(builder, names.count, sums.count);
  });
}

/** What the metrics of a task are made of, each once. */
export const measuredBy = ({ metrics }: Pick<Task, 'metrics'>): readonly Measured[] => [
  ...new Set(metrics.map((metric) => metric.of)),
];

/** Sums over the answers that count, made where one is asked for, and their number. */
interface Sums {
  readonly count: ValueId;
  readonly of: Readonly<Partial<Record<Measured, () => ValueId>>>;
}

function classSums(builder: GraphBuilder, logits: ValueId, wanted: ValueId): Sums {
  const { loss, count } = op.softmaxCrossEntropy(builder, logits, wanted, { reduction: 'sum' });
  return { count, of: { 'cross-entropy': () => loss, hits: () => op.accuracy(builder, logits, wanted) } };
}

function valueSums(builder: GraphBuilder, y: ValueId, wanted: ValueId, mask: ValueId): Sums {
  const prediction = op.reshape(builder, y, builder.shape(wanted));
  const { loss, count } = op.meanSquaredError(builder, prediction, wanted, mask);
  const absolute = (): ValueId => {
    const error = op.sub(builder, prediction, wanted);
    const size = op.max(builder, error, op.neg(builder, error));
    return op.reduceSum(builder, op.mul(builder, size, mask), 'all');
  };
  return { count, of: { 'squared-error': () => op.mul(builder, loss, count), 'absolute-error': absolute } };
}
