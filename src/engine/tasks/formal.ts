// What the seven formal-language tasks share: variable length, one length a training batch, answers at a few positions, padding
// at the end without loss. Each task is a rule in a file of its own.
// Source of rules, lengths and vocabularies: the generators of the official minRNN code (training length 1..40, test length 40..256).
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import { askedOf } from './asked.ts';
import { chanceOf, classChance, uniform, type AnswerDistribution, type Chance } from './chance.ts';
import { drawFrom, shownOnce, sizesOn } from './disjoint.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classMetrics } from '../spec/task-metrics.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import { ints, symbolStream, wantedStream, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

/** One problem: input tokens and, at each position, the class wanted or -1. */
export interface FormalExample {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface FormalRule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Input symbols; the last one is the blank that asks for the answer. */
  readonly symbols: readonly string[];
  readonly classes: number;
  /** Tokens a problem of size n takes at most, and on average where that is less. */
  readonly length: (n: number) => number;
  readonly meanLength?: (n: number) => number;
  /** Number of symbols a problem of size n draws from, n times; and the number of variants by the draw that a batch shares, if any. */
  readonly alphabet: number;
  ways?(n: number): number;
  /** `shared` is one uniform draw for the whole batch. */
  example(n: number, random: RandomStream, shared: number): FormalExample;
  /** The distribution of the answer at each asked position, for problems of these sizes. */
  answers(sizes: readonly number[]): readonly AnswerDistribution[];
}

const formalFields = {
  trainLength: {
    kind: 'int',
    label: 'Training length up to',
    help: 'Training problems have a size drawn from 1 to this; one size a batch.',
    symbol: 'train length',
    unit: 'symbols',
    default: 40,
    min: 1,
    max: 2048,
    paper: '40 (official code)',
  },
  evalMinimum: {
    kind: 'int',
    label: 'Test length from',
    help: 'Smallest size of the held-out problems.',
    unit: 'symbols',
    default: 40,
    min: 1,
    max: 4096,
    paper: '40 (official code)',
  },
  evalMaximum: {
    kind: 'int',
    label: 'Test length to',
    help: 'Largest size of the held-out problems; longer than in training, so that a rule has to be learned.',
    symbol: 'test length',
    unit: 'symbols',
    default: 256,
    min: 1,
    max: 4096,
    paper: '256 (official code)',
  },
  disjoint: {
    kind: 'bool',
    label: 'Disjoint sets',
    help: 'No problem is in both sets: a hash of its symbols holds one in four out of training. Off, short held-out problems also come up in training.',
    default: false,
    advanced: true,
    added: true,
    paper: 'off (official code)',
  },
  evalSequences: {
    kind: 'int',
    label: 'Held-out problems',
    help: 'How many fixed problems each evaluation uses.',
    unit: 'sequences',
    default: 256,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;

/** Turns a rule into a task definition. */
export function formalTask(rule: FormalRule): TaskDef {
  return {
    id: rule.id,
    title: rule.title,
    summary: rule.summary,
    group: 'formal',
    kind: 'classification',
    fields: formalFields,
    needs: null,
    prepare: (values) => prepareFormal(rule, values),
  };
}

const tooShort = (low: number, high: number): Result<never> =>
  fail('bad-input', say`Test length from must not exceed test length to (${high}), got ${low}.`, {
    field: 'task.fields.evalMinimum',
  });

function prepareFormal(rule: FormalRule, values: FieldValues): Result<Task> {
  const [longest, low, high, count] = ['trainLength', 'evalMinimum', 'evalMaximum', 'evalSequences'].map((name) =>
    Number(values[name]),
  );
  if (longest === undefined || low === undefined || high === undefined || count === undefined)
    throw new Error('formal: missing field');
  if (low > high) return tooShort(low, high);
  const plan: Plan = { rule, longest, low, high, count, disjoint: values['disjoint'] === true };
  const sides = plan.disjoint ? sidesOf(plan) : null;
  if (sides !== null && !sides.ok) return sides;
  return ok({
    inputs: [symbolStream(rule.symbols.length, 'the problem, with blanks where an answer is asked for')],
    target: wantedStream(rule.classes, 'the answers, at the blanks'),
    metrics: classMetrics,
    trainLength: rule.length(longest),
    evalLength: rule.length(high),
    evalSequences: count,
    get chance() {
      return classChance(chanceFor(rule, low, high, count));
    },
    solved: { 'val/accuracy': 0.99 },
    canFail: true,
    // Runs from before the choice of sets counted padding as tokens, and keep doing so.
    ...(values['disjoint'] === undefined ? {} : { trainTokens: meanTokens(rule, longest) }),
    ...(plan.disjoint ? {} : { shown: (steps: number, batch: number) => shownIn(plan, steps, batch) }),
    train: (batch, random) => {
      if (sides === null) trainAny(plan, batch, random);
      else trainApart(rule, sides.value.training, batch, random);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++)
        writeRow(batch, row, heldOut(plan, sides?.value.heldOut ?? null, first + row));
    },
    read: (example) => readFormal(rule, example),
    names: Array.from({ length: rule.classes }, (_, answer) => String(answer)),
    text: null,
  });
}

interface Plan {
  readonly rule: FormalRule;
  readonly longest: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly disjoint: boolean;
}

/** Mean of the real positions of a problem over the sizes that training draws. */
function meanTokens({ length, meanLength = length }: FormalRule, longest: number): number {
  let sum = 0;
  for (let n = 1; n <= longest; n++) sum += meanLength(n);
  return sum / longest;
}

function trainAny({ rule, longest }: Plan, batch: Batch, random: RandomStream): void {
  const n = 1 + random.below(longest);
  const shared = random.uniform();
  for (let row = 0; row < batch.size; row++) writeRow(batch, row, rule.example(n, random, shared));
}

/** The same with problems of the training side alone; a size and shared draw without any are drawn again. */
function trainApart(rule: FormalRule, sizes: readonly number[], batch: Batch, random: RandomStream): void {
  for (;;) {
    const n = sizes[random.below(sizes.length)] ?? 1;
    const shared = random.uniform();
    const first = drawFrom(() => rule.example(n, random, shared), false);
    if (first === null) continue;
    writeRow(batch, 0, first);
    for (let row = 1; row < batch.size; row++)
      writeRow(batch, row, drawFrom(() => rule.example(n, random, shared), false) ?? first);
    return;
  }
}

interface Sides {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
}

/** Sizes with problems on each side; refused if one side has none. */
function sidesOf({ rule, longest, low, high }: Plan): Result<Sides> {
  const draw = (n: number, random: RandomStream): FormalExample => rule.example(n, random, random.uniform());
  const stream = (n: number): RandomStream => new RandomStream(0, `${rule.id}/sides`, n);
  const many = (n: number): boolean => n * Math.log(rule.alphabet) > Math.log(100);
  const training = sizesOn(false, [1, longest], draw, stream, many);
  const heldOut = sizesOn(true, [low, high], draw, stream, many);
  if (training.length > 0 && heldOut.length > 0) return ok({ training, heldOut });
  const [name, field] = training.length === 0 ? ['Training length', 'trainLength'] : ['Test length', 'evalMaximum'];
  const message = say`${asIs(name)} must leave problems for disjoint sets, got sizes up to ${training.length === 0 ? longest : high} with none on that side. Choose longer problems.`;
  return fail('bad-input', message, { field: `task.fields.${field}` });
}

/** Expected number of held-out problems that training shows: exact, from the probability of each to be drawn. */
function shownIn({ rule, longest, low, high, count }: Plan, steps: number, batch: number): number {
  let shown = 0;
  for (let i = 0; i < count; i++) {
    const n = sizeOfProblem(i, count, low, high);
    if (n > longest) continue;
    const ways = rule.ways?.(n) ?? 1;
    shown += shownOnce(steps, batch, 1 / (longest * ways), rule.alphabet ** n);
  }
  return shown;
}

const sizeOfProblem = (index: number, count: number, low: number, high: number): number =>
  count === 1 ? high : low + Math.round(((high - low) * index) / (count - 1));

const knownChances = new Map<string, Chance>();

/** Computed on first use: some rules take tens of milliseconds. */
function chanceFor(rule: FormalRule, low: number, high: number, count: number): Chance {
  const key = `${rule.id} ${low} ${high} ${count}`;
  const known = knownChances.get(key);
  if (known) return known;
  const sizes = Array.from({ length: count }, (_, i) => sizeOfProblem(i, count, low, high));
  const chance = chanceOf(rule.answers(sizes));
  if (knownChances.size > 100) knownChances.clear();
  knownChances.set(key, chance);
  return chance;
}

/** Problem number `index` of the fixed set, sizes spread evenly; nothing past the end of the set. */
function heldOut({ rule, low, high, count }: Plan, sizes: readonly number[] | null, index: number): FormalExample {
  if (index >= count) return { x: [], y: [] };
  const random = new RandomStream(0, `${rule.id}/held-out`, index);
  const n = sizeOfProblem(index, count, low, high);
  if (sizes === null) return rule.example(n, random, random.uniform());
  const near = sizes.find((size) => size >= n) ?? sizes.at(-1) ?? n;
  for (;;) {
    const found = drawFrom(() => rule.example(near, random, random.uniform()), true);
    if (found !== null) return found;
  }
}

function writeRow(batch: Batch, row: number, example: FormalExample): void {
  const blank = 0;
  const [x, y] = [ints(batch, 'symbols'), ints(batch, 'wanted')];
  for (let t = 0; t < batch.length; t++) {
    x[row * batch.length + t] = example.x[t] ?? blank;
    y[row * batch.length + t] = example.y[t] ?? -1;
  }
}

function readFormal(rule: FormalRule, row: Batch): ExampleSequence {
  const asked = askedOf(ints(row, 'wanted'));
  const end = (asked.at(-1)?.at ?? -1) + 1;
  const blank = rule.symbols.length - 1;
  const symbols = Array.from(ints(row, 'symbols'))
    .slice(0, end)
    .map((token) => ({
      text: rule.symbols[token] ?? '?',
      role: token === blank ? ('ask' as const) : ('data' as const),
    }));
  return { symbols, asked };
}

/** x followed by one blank where `answer` is required: the shape of five of the seven tasks. */
export function answerAtEnd(x: readonly number[], blank: number, answer: number): FormalExample {
  return { x: [...x, blank], y: [...x.map(() => -1), answer] };
}

/** `count` uniform draws from 0 .. bound-1. */
export function drawMany(random: RandomStream, count: number, bound: number): number[] {
  return Array.from({ length: count }, () => random.below(bound));
}

/** All `classes` answers are equally likely at every size. */
export const anyOf =
  (classes: number): FormalRule['answers'] =>
  () => [uniform(classes)];
