// What the seven formal-language tasks share: variable length, one length a training batch, answers at a few positions, padding
// at the end without loss. Each task is a rule in a file of its own.
// Source of rules, lengths and vocabularies: the generators of the official minRNN code (training length 1..40, test length 40..256).
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { chanceOf, uniform, type AnswerDistribution, type Chance } from './chance.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { Batch, Task, TaskDef } from './task.ts';

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
  /** Tokens a problem of size n takes. */
  length(n: number): number;
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
    kind: 'classification',
    fields: formalFields,
    needsText: false,
    prepare: (values) => prepareFormal(rule, values),
  };
}

function prepareFormal(rule: FormalRule, values: FieldValues): Result<Task> {
  const [longest, low, high, count] = ['trainLength', 'evalMinimum', 'evalMaximum', 'evalSequences'].map((name) =>
    Number(values[name]),
  );
  if (longest === undefined || low === undefined || high === undefined || count === undefined)
    throw new Error('formal: missing field');
  if (low > high) {
    return fail('bad-input', `Test length from must not exceed test length to (${high}), got ${low}.`, {
      field: 'task.fields.evalMinimum',
    });
  }
  return ok({
    input: { kind: 'tokens', vocabulary: rule.symbols.length },
    output: { kind: 'classes', classes: rule.classes },
    trainLength: rule.length(longest),
    evalLength: rule.length(high),
    evalSequences: count,
    get chance() {
      return chanceFor(rule, low, high, count);
    },
    solved: { loss: null, accuracy: 0.99 },
    train: (batch, random) => {
      const n = 1 + random.below(longest);
      const shared = random.uniform();
      for (let row = 0; row < batch.size; row++) writeRow(batch, row, rule.example(n, random, shared));
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) writeRow(batch, row, heldOut(rule, first + row, count, low, high));
    },
    decode: (x, y, prediction) => decodeFormal(rule, x, y, prediction),
    text: null,
  });
}

const sizeOfProblem = (index: number, count: number, low: number, high: number): number =>
  count === 1 ? high : low + Math.round(((high - low) * index) / (count - 1));

const knownChances = new Map<string, Chance>();

/** Worked out when first asked for: some rules take tens of milliseconds. */
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
function heldOut(rule: FormalRule, index: number, count: number, low: number, high: number): FormalExample {
  if (index >= count) return { x: [], y: [] };
  const random = new RandomStream(0, `${rule.id}/held-out`, index);
  const n = sizeOfProblem(index, count, low, high);
  return rule.example(n, random, random.uniform());
}

function writeRow(batch: Batch, row: number, example: FormalExample): void {
  const blank = 0;
  for (let t = 0; t < batch.length; t++) {
    batch.x[row * batch.length + t] = example.x[t] ?? blank;
    batch.y[row * batch.length + t] = example.y[t] ?? -1;
  }
}

function decodeFormal(
  rule: FormalRule,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  prediction: ArrayLike<number> | null,
): { input: string; target: string; prediction: string | null } {
  const asked = Array.from(y, (target) => target >= 0);
  const end = asked.lastIndexOf(true) + 1;
  const answers = (of: ArrayLike<number>): string =>
    Array.from(of)
      .filter((_, t) => asked[t])
      .join(' ');
  const input = Array.from(x)
    .slice(0, end)
    .map((token) => rule.symbols[token] ?? '?')
    .join(' ');
  return { input, target: answers(y), prediction: prediction === null ? null : answers(prediction) };
}

/** x followed by one blank where `answer` is wanted: the shape of five of the seven tasks. */
export function answerAtEnd(x: readonly number[], blank: number, answer: number): FormalExample {
  return { x: [...x, blank], y: [...x.map(() => -1), answer] };
}

/** `count` uniform draws from 0 .. bound-1. */
export function drawMany(random: RandomStream, count: number, bound: number): number[] {
  return Array.from({ length: count }, () => random.below(bound));
}

/** Every one of `classes` answers is as likely as the others, at every size. */
export const anyOf =
  (classes: number): FormalRule['answers'] =>
  () => [uniform(classes)];
