// Multi-query associative recall (Arora et al. 2023, "Zoology"): pairs of key and value, then every key again at gaps that follow a power
// law; its value is the answer there. Rule of HazyResearch/zoology, data/multiquery_ar.py: keys are different numbers of 1 .. V/2 - 1, values
// of V/2 .. V - 1; P passes over the n pairs; the query of each pair, in their order, at position 2nP + 2g with g drawn without replacement
// from 0 .. (N - 2nP)/2 - 1 by shares (g + 1)^(a - 1); the rest 0 or random. Example (n 2, N 8): 2 8 4 7 4 . 2 . -> 7 at the second 4, 8 at the second 2.
// Loss: cross-entropy at the queries. Chance: any value, 1 of V - V/2. Solved: 99 %, where the published runs stop. Versions: v1.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classChance } from './chance.ts';
import { DistinctDraws, logWays, WeightedDraws } from './distinct.ts';
import { generatedTask, type GeneratedRule } from './generated.ts';
import { heldOutField } from './generated-fields.ts';
import type { Task, TaskDef } from './task.ts';

const fields = {
  length: {
    kind: 'int',
    label: 'Sequence length',
    help: 'Tokens of a sequence: the pairs, then the part in which the keys come again. An even number.',
    symbol: 'length',
    unit: 'tokens',
    default: 64,
    min: 4,
    max: 65536,
    paper: '64 to 256 (Zoology, figure 2)',
  },
  pairs: {
    kind: 'int',
    label: 'Pairs',
    help: 'Keys with a value each; every key is asked for once.',
    symbol: 'pairs',
    default: 4,
    min: 1,
    max: 4096,
    paper: '4 to 16 (Zoology, figure 2)',
  },
  vocabulary: {
    kind: 'int',
    label: 'Vocabulary',
    help: 'Token kinds: one half keys, the other values. Larger than the sequence length.',
    symbol: 'V',
    default: 256,
    min: 8,
    max: 65536,
    paper: '8,192',
  },
  filler: {
    kind: 'choice',
    label: 'Between the queries',
    help: 'What lies between the queries: always token 0, or any tokens.',
    default: 'blank',
    choices: [
      { value: 'blank', label: 'blanks' },
      { value: 'random', label: 'any tokens' },
    ],
    paper: 'blanks (figure 2); any tokens by default in its code',
    advanced: true,
  },
  passes: {
    kind: 'int',
    label: 'Passes',
    help: 'How often all pairs are shown before the queries.',
    default: 1,
    min: 1,
    max: 16,
    paper: '1',
    advanced: true,
  },
  power: {
    kind: 'float',
    label: 'Power of the gaps',
    help: 'Shares of the gaps before a query: (g + 1) to the power a - 1. 1 = all equally likely; small = mostly short ones.',
    symbol: 'a',
    default: 0.01,
    min: 0.001,
    max: 1,
    paper: '0.01',
    advanced: true,
  },
  evalSequences: heldOutField,
} as const satisfies Fields;

export const mqar: TaskDef = {
  id: 'mqar-v1',
  title: 'Multi-query recall (MQAR)',
  summary: 'Remember pairs of key and value, and give the value of each key when it comes again.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare,
};

interface Layout {
  readonly length: number;
  readonly pairs: number;
  readonly vocabulary: number;
  readonly passes: number;
  /** Tokens before the queries, and places for these. */
  readonly context: number;
  readonly space: number;
  readonly random: boolean;
}

function prepare(values: FieldValues): Result<Task> {
  const [length, pairs, vocabulary, passes, count] = ['length', 'pairs', 'vocabulary', 'passes', 'evalSequences'].map(
    (name) => Number(values[name]),
  );
  if (!length || !pairs || !vocabulary || !passes || !count) throw new Error('mqar: missing field');
  if (length % 2 !== 0) {
    return fail('bad-input', say`Sequence length must be even, got ${length}.`, { field: 'task.fields.length' });
  }
  const needed = 2 * pairs * (passes + 1);
  if (needed > length) {
    const message = say`Pairs: ${pairs}, shown ${passes} times and asked for once, need a sequence of ${needed} tokens, got ${length}.`;
    return fail('bad-input', message, { field: 'task.fields.pairs' });
  }
  if (vocabulary <= length || pairs > Math.floor(vocabulary / 2) - 1) {
    const most = Math.max(length + 1, 2 * pairs + 2);
    const message = say`Vocabulary must be at least ${most} for ${length} tokens and ${pairs} keys, got ${vocabulary}.`;
    return fail('bad-input', message, { field: 'task.fields.vocabulary' });
  }
  const context = 2 * pairs * passes;
  const random = values['filler'] === 'random';
  const layout = { length, pairs, vocabulary, passes, context, space: (length - context) / 2, random };
  return ok(generatedTask(ruleOf(layout, Number(values['power']), count)));
}

function ruleOf(layout: Layout, power: number, count: number): GeneratedRule {
  const { length, vocabulary, pairs, space } = layout;
  const half = Math.floor(vocabulary / 2);
  const draws: Draws = {
    keys: new DistinctDraws(half - 1, pairs),
    values: new DistinctDraws(vocabulary - half, pairs),
    gaps: new WeightedDraws(Float64Array.from({ length: space }, (_, g) => (g + 1) ** (power - 1))),
    drawn: [new Int32Array(pairs), new Int32Array(pairs), new Int32Array(pairs)],
  };
  return {
    name: 'mqar',
    vocabulary,
    classes: vocabulary,
    reads: 'keys with their values, then the keys again',
    asks: 'the value of a key that comes again',
    trainLength: length,
    evalLength: length,
    evalSequences: count,
    chance: classChance({ loss: Math.log(vocabulary - half), accuracy: 1 / (vocabulary - half) }),
    solved: { 'val/accuracy': 0.99 },
    names: Array.from({ length: vocabulary }, (_, token) => String(token)),
    write: (x, y, random) => write(layout, draws, x, y, random),
    symbol: (token, at, asked) => ({
      text: token === 0 && at >= layout.context ? '·' : String(token),
      role: asked ? 'ask' : at < layout.context ? 'data' : 'blank',
    }),
    ...(layout.random ? {} : { logChance: (x: Int32Array) => logChance(layout, draws.gaps, x) }),
  };
}

interface Draws {
  readonly keys: DistinctDraws;
  readonly values: DistinctDraws;
  readonly gaps: WeightedDraws;
  readonly drawn: readonly [keys: Int32Array, values: Int32Array, gaps: Int32Array];
}

function write(layout: Layout, draws: Draws, x: Int32Array, y: Int32Array, random: RandomStream): void {
  const { context, pairs, vocabulary, passes } = layout;
  const [keys, values, gaps] = draws.drawn;
  draws.keys.fill(random, keys);
  draws.values.fill(random, values);
  draws.gaps.fill(random, gaps);
  x.fill(0, context);
  y.fill(-1);
  const half = Math.floor(vocabulary / 2);
  for (let i = 0; i < pairs; i++) {
    const [key, value] = [1 + itemAt(keys, i), half + itemAt(values, i)];
    for (let pass = 0; pass < passes; pass++) {
      x[2 * (pass * pairs + i)] = key;
      x[2 * (pass * pairs + i) + 1] = value;
    }
    const at = context + 2 * itemAt(gaps, i);
    x[at] = key;
    y[at] = value;
  }
  if (!layout.random) return;
  for (let t = context; t < x.length; t++) if (x[t] === 0) x[t] = random.below(vocabulary);
}

/** Of the keys, the values and the gaps, each drawn without replacement. */
function logChance({ pairs, context, vocabulary }: Layout, gaps: WeightedDraws, x: Int32Array): number {
  const half = Math.floor(vocabulary / 2);
  const places = Array.from({ length: pairs }, (_, i) => (x.indexOf(itemAt(x, 2 * i), context) - context) / 2);
  return gaps.logChance(places) - logWays(half - 1, pairs) - logWays(vocabulary - half, pairs);
}
