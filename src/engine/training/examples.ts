// The held-out examples whose answers are shown, how outputs become answers, and examples of a task before anything runs.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import type { Answers, Asked, ExampleSequence, SymbolRole, TargetAnswers, TaskExamples } from '../spec/showing.ts';
import { meaningOf, titleOf } from '../tasks/target-words.ts';
import { makeBatch, outputsOf, partOf, targetsOf, type Batch, type Target } from '../tasks/streams.ts';
import type { Task } from '../tasks/task.ts';
import { rounded, softmax } from './sampling.ts';

const mostExamples = 32;
/** Pages of a text: each is read as a whole. */
const mostPages = 8;
/** Numbers of all outputs together: half a megabyte, whatever the lengths. */
const mostOutputs = 2 ** 17;
/** Symbols of a page that are looked at. */
const mostOfPage = 256;

/** Positions of an example that are answered. Later positions of a text do not affect them. */
export const exampleLength = ({ text, evalLength }: Task): number =>
  text === null ? evalLength : Math.min(evalLength, mostOfPage);

/** Evenly spread over the held-out set, so that every size occurs. */
export function chosenExamples(task: Task): readonly number[] {
  const { evalSequences, text } = task;
  const each = exampleLength(task) * targetsOf(task).reduce((sum, target) => sum + outputsOf(target), 0);
  const most = Math.min(text === null ? mostExamples : mostPages, evalSequences);
  const count = Math.max(1, Math.min(most, Math.floor(mostOutputs / each)));
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (evalSequences - 1)) / (count - 1)),
  );
}

/** The same for people to read. */
export function heldOutExamples(task: Task): TaskExamples {
  const row = makeBatch(task, 1, task.evalLength);
  const examples = chosenExamples(task).map((index) => {
    task.evaluate(row, index);
    return { index, ...short(readExample(task, row)) };
  });
  return { examples, ...answered(task) };
}

function answered(task: Task): Omit<TaskExamples, 'examples'> {
  const { names, close, further = [] } = task;
  const first = { names, ...(close === undefined ? {} : { close }) };
  if (further.length === 0) return first;
  const of = (target: Target, look: typeof first) => ({
    ...look,
    target: target.name,
    title: titleOf(target),
    meaning: meaningOf(target),
  });
  const targets = [of(task.target, first), ...further.map((one) => of(one.target, { names: one.names }))];
  return { ...first, targets };
}

/** One held-out sequence as far as it is answered. */
export function readExample(task: Task, row: Batch): ExampleSequence {
  const length = exampleLength(task);
  if (length === row.length) return task.read(row);
  return task.read({ size: 1, length, streams: partOf(row.streams, 0, row.length / length) });
}

/** The first training examples of a run with seed 1. */
export function firstExamples(task: Task, count: number): TaskExamples {
  const row = makeBatch(task, 1, task.trainLength);
  const examples = Array.from({ length: count }, (_, index) => {
    task.train(row, new RandomStream(1, 'data', index));
    return { index, ...short(task.read(row)) };
  });
  return { examples, ...answered(task) };
}

/** Consecutive fillers become one; in a very long sequence the middle does too, except highlighted symbols. */
function short(sequence: ExampleSequence): ExampleSequence {
  const { symbols } = sequence;
  const inMiddle = (at: number): boolean => at >= mostShown / 2 && at < symbols.length - mostShown / 2;
  const joined: { text: string; role: SymbolRole; count?: number }[] = [];
  symbols.forEach((symbol, at) => {
    const left = symbol.role === 'data' && inMiddle(at);
    const one = left ? ({ text: '…', role: 'blank' } as const) : symbol;
    const last = joined.at(-1);
    if (one.role === 'blank' && last?.role === 'blank' && last.text === one.text) last.count = (last.count ?? 1) + 1;
    else joined.push({ ...one });
  });
  return { ...sequence, symbols: joined };
}

const mostShown = 2000;

interface Outputs {
  readonly examples: readonly number[];
  readonly sequences: readonly ExampleSequence[];
  /** Of each target [examples, T, outputs], or [examples, outputs] where a sequence has one answer. */
  readonly outputs: readonly ArrayLike<number>[];
}

/** The answers to every target: the first one's, then those of further ones by name. */
export function answersOf(task: Task, { examples, sequences, outputs }: Outputs): Answers {
  const of = (target: Target, at: number, asked: readonly Asked[]): TargetAnswers =>
    targetAnswers(task, target, asked, outputs[at] ?? missing(target));
  const first = of(
    task.target,
    0,
    sequences.map(({ asked }) => asked),
  );
  const further = (task.further ?? []).map(({ target }, i) => {
    const asked = sequences.map((one) => one.further?.[target.name] ?? missing(target));
    return { target: target.name, ...of(target, i + 1, asked) };
  });
  return { examples, ...first, ...(further.length === 0 ? {} : { further }) };
}

function missing({ name }: Target): never {
  throw new Error(`examples: target ${name} must have outputs, and answers in every sequence that is read`);
}

/** The most probable class at each position that counts (the first of equals) with the probability of the correct one; or the values. */
function targetAnswers(task: Task, target: Target, asked: readonly Asked[], outputs: ArrayLike<number>): TargetAnswers {
  const width = outputsOf(target);
  const each = target.at === 'each';
  const length = each ? exampleLength(task) : 1;
  const at = (example: number, place: number): Float64Array =>
    Float64Array.from({ length: width }, (_, i) => outputs[(example * length + (each ? place : 0)) * width + i] ?? 0);
  if (target.kind === 'values') {
    const inUnit = target === task.target ? task.inUnit : undefined;
    const answers = asked.map((places, i) =>
      places.map(({ at: place, output = 0 }) => valueOf(inUnit, itemAt(at(i, place), output), output)),
    );
    return { answers, shares: null };
  }
  const likely = asked.map((places, i) => places.map((one) => softmax(at(i, one.at))));
  return {
    answers: likely.map((places) => places.map(largest)),
    shares: likely.map((places, i) => places.map((one, j) => rounded(one[asked[i]?.[j]?.wanted ?? 0] ?? 0))),
  };
}

function valueOf(inUnit: Task['inUnit'], output: number, index: number): number {
  if (!Number.isFinite(output)) return 0;
  return inUnit === undefined ? Math.round(output * 1e4) / 1e4 : Number(inUnit(output, index).toPrecision(5));
}

const largest = (values: Float64Array): number =>
  values.reduce((best, one, i) => (one > (values[best] ?? 0) ? i : best), 0);
