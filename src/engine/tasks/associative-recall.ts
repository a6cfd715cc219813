// Associative recall (Ba et al. 2016; form of Fu et al. 2022, "H3", and Poli et al. 2023, "Hyena"): keys with their values, then a mark and one
// of the keys; the answer is its value. Rule of HazyResearch/safari, dataloaders/synthetics.py: of V - 2 kinds the first half makes keys (of k
// tokens), the others are values; each sequence draws a value for every key, then floor(L / (k + 1)) keys with replacement, and asks for one of
// those that came, each equally likely. Example (L 6): a x c y a x => c -> y. Loss: cross-entropy at the last key token.
// Chance: 1 of the values. Solved: 99 %. Versions: v1.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classChance } from './chance.ts';
import { generatedTask, shownTokens, tokenName, type GeneratedRule } from './generated.ts';
import { everywhereField, heldOutField, testLengthField } from './generated-fields.ts';
import type { Task, TaskDef } from './task.ts';

const fields = {
  length: {
    kind: 'int',
    label: 'Sequence length',
    help: 'Tokens of keys and values before the question.',
    symbol: 'length',
    unit: 'tokens',
    default: 64,
    min: 2,
    max: 1048576,
  },
  testLength: testLengthField,
  vocabulary: {
    kind: 'int',
    label: 'Vocabulary',
    help: 'Token kinds: keys, values, the mark of the question and an unused one.',
    symbol: 'V',
    default: 20,
    min: 6,
    max: 4096,
  },
  keyTokens: {
    kind: 'int',
    label: 'Tokens of a key',
    help: 'How many tokens make a key.',
    default: 1,
    min: 1,
    max: 4,
    paper: '1',
    advanced: true,
  },
  everywhere: everywhereField,
  evalSequences: heldOutField,
} as const satisfies Fields;

export const associativeRecall: TaskDef = {
  id: 'associative-recall-v1',
  title: 'Associative recall',
  summary: 'Read keys with their values, then give the value of one key.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare,
};

interface Layout {
  /** First value, first token that is neither. */
  readonly keys: number;
  readonly kinds: number;
  readonly keyTokens: number;
  readonly everywhere: boolean;
  /** The value of each key, and the row in which it was drawn. */
  readonly values: Int32Array;
  readonly drawnIn: Float64Array;
  /** Keys of a row, each once. */
  readonly present: Int32Array;
}

const mostKeys = 65536;

function prepare(values: FieldValues): Result<Task> {
  const [length, test, vocabulary, keyTokens, count] = [
    'length',
    'testLength',
    'vocabulary',
    'keyTokens',
    'evalSequences',
  ].map((name) => Number(values[name]));
  if (!length || test === undefined || !vocabulary || !keyTokens || !count)
    throw new Error('associative recall: missing field');
  const evalLength = test === 0 ? length : test;
  const shortest = Math.min(length, evalLength);
  if (shortest < keyTokens + 1) {
    const message = say`Sequence length must hold a pair of ${keyTokens + 1} tokens, got ${shortest}.`;
    return fail('bad-input', message, { field: 'task.fields.length' });
  }
  const keys = Math.floor((vocabulary - 2) / 2);
  const different = keys ** keyTokens;
  if (different > mostKeys) {
    const message = say`Tokens of a key must make at most ${mostKeys} keys, got ${different}.`;
    return fail('bad-input', message, { field: 'task.fields.keyTokens' });
  }
  const layout = {
    keys,
    kinds: vocabulary - 2,
    keyTokens,
    everywhere: values['everywhere'] === true,
    values: new Int32Array(different),
    drawnIn: new Float64Array(different),
    present: new Int32Array(different),
  };
  return ok(generatedTask(ruleOf(layout, { length, evalLength, count })));
}

interface Sizes {
  readonly length: number;
  readonly evalLength: number;
  readonly count: number;
}

function ruleOf(layout: Layout, { length, evalLength, count }: Sizes): GeneratedRule {
  const { kinds, keys, keyTokens } = layout;
  const wide = keyTokens + 1;
  const names = Array.from({ length: kinds + 2 }, (_, token) => tokenName(token, kinds, keys));
  const rows = { now: 0 };
  const tokensOf = (size: number): number => Math.floor(size / wide) * wide + wide;
  return {
    name: 'associative-recall',
    vocabulary: kinds + 2,
    classes: kinds + 2,
    reads: 'keys with their values, then a mark and one of the keys',
    asks: 'the value of the last key',
    trainLength: tokensOf(length),
    evalLength: tokensOf(evalLength),
    evalSequences: count,
    chance: classChance({ loss: Math.log(kinds - keys), accuracy: 1 / (kinds - keys) }),
    solved: { 'val/accuracy': 0.99 },
    names,
    write: (x, y, random, training) => write(layout, ++rows.now, x, y, random, training && layout.everywhere),
    symbol: shownTokens(names, kinds),
    logChance: (x) => logChance(layout, x),
  };
}

function write(
  layout: Layout,
  row: number,
  x: Int32Array,
  y: Int32Array,
  random: RandomStream,
  everywhere: boolean,
): void {
  const { keys, kinds, keyTokens, values, drawnIn, present } = layout;
  const pairs = x.length / (keyTokens + 1) - 1;
  let [at, different] = [0, 0];
  for (let pair = 0; pair < pairs; pair++) {
    const key = random.below(values.length);
    if (drawnIn[key] !== row) {
      drawnIn[key] = row;
      values[key] = keys + random.below(kinds - keys);
      present[different++] = key;
    }
    at = writeKey(layout, x, at, key);
    x[at++] = itemAt(values, key);
  }
  const asked = itemAt(present, random.below(different));
  x[at] = kinds;
  writeKey(layout, x, at + 1, asked);
  if (everywhere) for (let t = 0; t < x.length - 1; t++) y[t] = itemAt(x, t + 1);
  else y.fill(-1);
  y[x.length - 1] = itemAt(values, asked);
}

/** Its tokens, the last one first; returns the place after them. */
function writeKey({ keys, keyTokens }: Layout, x: Int32Array, at: number, key: number): number {
  let rest = key;
  for (let i = 0; i < keyTokens; i++) {
    x[at + i] = rest % keys;
    rest = Math.floor(rest / keys);
  }
  return at + keyTokens;
}

/** Of the keys in their order, a value for each that came, and the question. */
function logChance({ keys, kinds, keyTokens }: Layout, x: Int32Array): number {
  const wide = keyTokens + 1;
  const pairs = x.length / wide - 1;
  const present = new Set<string>();
  for (let pair = 0; pair < pairs; pair++) present.add(x.subarray(pair * wide, pair * wide + keyTokens).join());
  return -pairs * keyTokens * Math.log(keys) - present.size * Math.log(kinds - keys) - Math.log(present.size);
}
