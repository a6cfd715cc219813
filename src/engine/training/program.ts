// The program of a run: all entries over one set of variables. Defines the graphs that training needs, independent of the network.
//   train                 forward, backward, clipping, update, for one batch
//   accumulate, update    the same in parts: gradients of a part are added up, then applied
//   evaluate              loss sum, count and hits of one held-out batch
//   <entry>/fallback      the same by the implementation that always gives numbers, where that of the run may not
// Reading weights without training is in reader.ts, since it does not count as training memory.
import { f32, i32, type TensorType } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { ProgramBuilder, type BuildOptions, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId, Variable } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import type { Mode } from '../models/blocks.ts';
import { stackParallel } from '../models/stack.ts';
import * as op from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import type { Measured } from '../spec/task-metrics.ts';
import { inputType, targetsOf, targetTypes, type NamedType, type Streams } from '../tasks/streams.ts';
import { writeTold } from './diagnostics.ts';
import { alwaysNumbers } from './fallback.ts';
import { countedBy, sumsOf } from './measured-sums.ts';
import type { RunSetup } from './setup.ts';

/** Names of the variables that training writes and reads. */
export const names = {
  /** A stream of the task, as one entry reads it. */
  data: (entry: string, stream: string): string => `${entry}/${stream}`,
  /** i32 [5]: seed low, seed high, step low, step high, first sample of the part. */
  counter: 'counter',
  hyper: 'hyper',
  /** Part of the batch's answers that this micro-batch has: of the first target, or of another one. */
  share: (target?: string): string => (target === undefined ? 'share' : `share/${target}`),
  loss: 'loss',
  /** The mean loss of one of several targets. */
  lossOf: (target: string): string => `loss/${target}`,
  norm: 'norm',
  gradient: (weight: string): string => `gradient/${weight}`,
  /** The entry that does the same in the way that always gives numbers. */
  fallback: (entry: string): string => `${entry}/fallback`,
  /** Sums over the positions of a held-out batch that count, and their number. */
  measured: (what: Measured, target?: string): string =>
    target === undefined ? `evaluate/${what}` : `evaluate/${target}/${what}`,
  count: (target?: string): string => (target === undefined ? 'evaluate/count' : `evaluate/${target}/count`),
} as const;

/** The program for `setup`, without dead nodes. */
export function buildProgram(setup: RunSetup, options: BuildOptions = {}): Program {
  const program = new ProgramBuilder(opTable, options);
  if (setup.training.accumulate === 1) eachWay(setup, 'train', (entry, way) => buildTrain(program, way, entry));
  else buildAccumulated(program, setup);
  eachWay(setup, 'evaluate', (entry, way) => program.entry(entry, (builder) => evaluate(builder, way)));
  return pruneProgram(program.finish(), opTable);
}

/** Builds an entry, and once more for the implementation that steps in, over the same variables. */
function eachWay<T>(setup: RunSetup, entry: string, build: (entry: string, setup: RunSetup) => T): T {
  const built = build(entry, setup);
  const other = alwaysNumbers(setup);
  if (other !== null) build(names.fallback(entry), other);
  return built;
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

/** The answers to one target. */
interface Wanted {
  readonly stream: string;
  /** Its name; undefined for the first. */
  readonly target: string | undefined;
  /** What its mean loss counts in the total. */
  readonly weight: number;
  readonly y: ValueId;
  /** Which values count; null if answers are classes. */
  readonly mask: ValueId | null;
}

interface Data {
  readonly x: readonly ValueId[];
  readonly wanted: readonly Wanted[];
}

function readData(builder: GraphBuilder, entry: string, size: number, length: number, { task }: RunSetup): Data {
  const read = ({ name, type }: NamedType): ValueId => readBatch(builder, names.data(entry, name), type);
  const inputs = task.inputs.map((stream) => ({ name: stream.name, type: inputType(stream, size, length) }));
  const x = readInputs(builder, entry, inputs);
  const wanted = targetsOf(task).map((target, at): Wanted => {
    const [y, mask = null] = targetTypes(target, size, length).map(read);
    if (y === undefined) throw new Error('program: a task must have answers');
    const further = task.further?.[at - 1];
    return { stream: target.name, target: further?.target.name, weight: further?.weight ?? 1, y, mask };
  });
  return { x, wanted };
}

export function write(builder: GraphBuilder, name: string, value: ValueId): void {
  op.assign(builder, builder.read(builder.program.variable(name, builder.type(value), 'output')), value);
}

interface Loss {
  readonly total: ValueId;
  /** Of each target where there are several, before its weight. */
  readonly parts: readonly { readonly stream: string; readonly loss: ValueId }[];
}

/**
 * The mean loss over the answers of the batch that count; with several targets the sum of their means, each times its weight. `share` scales
 * each mean, where a batch comes in parts.
 */
function totalLoss(builder: GraphBuilder, setup: RunSetup, share: (target?: string) => ValueId | null): Loss {
  const { task, microBatch: batch } = setup;
  const data = readData(builder, 'train', batch, task.trainLength, setup);
  const drops = Number(setup.stack.values['dropout']) > 0;
  const mode: Mode = drops ? { counter: readInput(builder, names.counter, i32(5)) } : null;
  const { answers } = stackParallel(builder, data.x, null, setup.stack, mode);
  return builder.scope('loss', () => {
    const parts = data.wanted.map((wanted, at) => {
      const loss = meanLoss(builder, answers[at], wanted);
      const part = share(wanted.target);
      const scaled = part === null ? loss : op.mul(builder, loss, part);
      const weighted = wanted.weight === 1 ? scaled : op.affine(builder, scaled, wanted.weight);
      return { stream: wanted.stream, loss: scaled, weighted };
    });
    const total = parts.map(({ weighted }) => weighted).reduce((sum, loss) => op.add(builder, sum, loss));
    return { total, parts: parts.length === 1 ? [] : parts };
  });
}

function meanLoss(builder: GraphBuilder, answer: ValueId | undefined, { y, mask }: Wanted): ValueId {
  if (answer === undefined) throw new Error('program: a network must have a head for each target');
  if (mask === null) return op.softmaxCrossEntropy(builder, answer, y).loss;
  return op.meanSquaredError(builder, op.reshape(builder, answer, builder.shape(y)), y, mask).loss;
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

function buildTrain(program: ProgramBuilder, setup: RunSetup, entry: string): void {
  program.entry(entry, (builder) => {
    const { total, parts } = totalLoss(builder, setup, () => null);
    write(builder, names.loss, total);
    for (const { stream, loss } of parts) write(builder, names.lossOf(stream), loss);
    writeTold(builder, setup, 'whole');
    const pairs = weightGradients(builder, total);
    updating(builder, () => applyGradients(builder, pairs, setup));
  });
}

/** With these shares the sum of the parts equals the mean over the whole batch, however its loss positions are distributed. */
function buildAccumulated(program: ProgramBuilder, setup: RunSetup): void {
  const weights = eachWay(setup, 'accumulate', (entry, way) =>
    program.entry(entry, (builder) => accumulatePart(builder, way)),
  );
  program.entry('update', (builder) => {
    const pairs = weights.map((weight) => ({ weight, gradient: builder.read(gradientOf(program, weight)) }));
    updating(builder, () => {
      applyGradients(builder, pairs, setup);
      for (const { weight, gradient } of pairs)
        op.assign(builder, gradient, op.constant(builder, weight.type.shape, 0));
    });
  });
}

/** Adds a part of a batch to loss and gradients; returns the weights that have one. */
function accumulatePart(builder: GraphBuilder, setup: RunSetup): readonly Variable[] {
  const { program } = builder;
  const several = targetsOf(setup.task).length > 1;
  const shareOf = (target?: string): ValueId => readInput(builder, names.share(target), f32());
  // With one target the share is a factor of what is added up; with several each mean has its own.
  const share = several ? op.constant(builder, [], 1) : shareOf();
  const { total, parts } = totalLoss(builder, setup, several ? shareOf : () => null);
  const add = (variable: Variable, value: ValueId): void =>
    builder.as('accumulate', () => op.accumulate(builder, builder.read(variable), value, share));
  add(program.variable(names.loss, f32(), 'output'), total);
  for (const { stream, loss } of parts) add(program.variable(names.lossOf(stream), f32(), 'output'), loss);
  writeTold(builder, setup, 'part');
  return weightGradients(builder, total).map(({ weight, gradient }) => {
    add(gradientOf(program, weight), gradient);
    return weight;
  });
}

const gradientOf = (program: ProgramBuilder, weight: Variable): Variable =>
  program.variable(names.gradient(weight.name), weight.type, 'gradient');

/** A variable for each thing that the task measures, and the count. */
function evaluate(builder: GraphBuilder, setup: RunSetup): void {
  const { task, evalBatch: batch, stack } = setup;
  const data = readData(builder, 'evaluate', batch, task.evalLength, setup);
  const { answers } = stackParallel(builder, data.x, null, stack, null);
  countedBy(task).forEach(({ target, measured }, at) => {
    const [answer, wanted] = [answers[at], data.wanted[at]];
    if (answer === undefined || wanted === undefined) throw new Error('program: a target must have a head');
    const { y, mask } = wanted;
    const sums = sumsOf(builder, answer, y, mask);
    measured.forEach((what, place) => {
      const sum = sums.of[what];
      if (sum === undefined) throw new Error(`program: a task with such answers cannot measure ${what}`);
      write(builder, names.measured(what, target), sum());
      // Behind the loss, where programs have always had it.
      if (place === 0) write(builder, names.count(target), sums.count);
    });
  });
}
