// Induction heads (Fu et al. 2022, "H3"; Gu and Dao 2023, "Mamba"): random tokens, among them a special one; when that comes again at the
// end, the answer is what followed it before. Rule of HazyResearch/safari, dataloaders/synthetics.py: L tokens of V - 2 kinds; the special token at
// one of the places 0 .. L - 2 - k, each equally likely, k tokens after it; at the end the special token again, then those k are asked for. With r
// occurrences, half of the sequences have one, the others r sorted places of which those within k of the one before are left out.
// Example (L 6, k 1): c => b a d c => -> b. Loss: cross-entropy at the answers. Chance: 1 of V - 2. Solved: 99 %. Versions: v1.
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
    help: 'Random tokens before the special token comes again.',
    symbol: 'length',
    unit: 'tokens',
    default: 64,
    min: 8,
    max: 1048576,
    paper: '256 (Mamba)',
  },
  testLength: { ...testLengthField, paper: '64 to 1,048,576 (Mamba)' },
  vocabulary: {
    kind: 'int',
    label: 'Vocabulary',
    help: 'Token kinds, the special one and an unused one included.',
    symbol: 'V',
    default: 18,
    min: 4,
    max: 4096,
    paper: '16 (Mamba)',
  },
  copied: {
    kind: 'int',
    label: 'Tokens to copy',
    help: 'How many tokens after the special one are asked for.',
    default: 1,
    min: 1,
    max: 64,
    advanced: true,
  },
  occurrences: {
    kind: 'int',
    label: 'Earlier occurrences',
    help: 'How often the special token comes before the end, with the same tokens after it, in half of the sequences; once in the others.',
    default: 1,
    min: 1,
    max: 64,
    advanced: true,
  },
  everywhere: everywhereField,
  evalSequences: heldOutField,
} as const satisfies Fields;

export const inductionHeads: TaskDef = {
  id: 'induction-heads-v1',
  title: 'Induction heads',
  summary:
    'When the special token comes again, say what followed it before; test on longer sequences than in training.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare,
};

interface Layout {
  readonly kinds: number;
  readonly special: number;
  readonly copied: number;
  readonly everywhere: boolean;
  /** Of several occurrences. */
  readonly places: Int32Array;
}

function prepare(values: FieldValues): Result<Task> {
  const [length, test, vocabulary, copied, occurrences, count] = [
    'length',
    'testLength',
    'vocabulary',
    'copied',
    'occurrences',
    'evalSequences',
  ].map((name) => Number(values[name]));
  if (!length || test === undefined || !vocabulary || !copied || !occurrences || !count)
    throw new Error('induction heads: missing field');
  const evalLength = test === 0 ? length : test;
  const shortest = Math.min(length, evalLength);
  if (copied + 2 > shortest) {
    const message = say`Tokens to copy must be at most ${shortest - 2} in sequences of ${shortest} tokens, got ${copied}.`;
    return fail('bad-input', message, { field: 'task.fields.copied' });
  }
  const kinds = vocabulary - 2;
  const everywhere = values['everywhere'] === true;
  const layout = { kinds, special: kinds, copied, everywhere, places: new Int32Array(occurrences) };
  return ok(generatedTask(ruleOf(layout, { length, evalLength, count })));
}

interface Sizes {
  readonly length: number;
  readonly evalLength: number;
  readonly count: number;
}

function ruleOf(layout: Layout, { length, evalLength, count }: Sizes): GeneratedRule {
  const { kinds, copied } = layout;
  const names = Array.from({ length: kinds + 2 }, (_, token) => tokenName(token, kinds, kinds));
  return {
    name: 'induction-heads',
    vocabulary: kinds + 2,
    classes: kinds + 2,
    reads: 'random tokens with a special one, which comes again at the end',
    asks: 'what followed the special token before',
    trainLength: length + copied,
    evalLength: evalLength + copied,
    evalSequences: count,
    chance: classChance({ loss: Math.log(kinds), accuracy: 1 / kinds }),
    solved: { 'val/accuracy': 0.99 },
    names,
    write: (x, y, random, training) => write(layout, x, y, random, training),
    symbol: shownTokens(names, kinds),
    logChance: (x) => logChance(layout, x),
  };
}

function write(layout: Layout, x: Int32Array, y: Int32Array, random: RandomStream, training: boolean): void {
  const { kinds, special, copied } = layout;
  const length = x.length - copied;
  for (let t = 0; t < length; t++) x[t] = random.below(kinds);
  const first = place(layout, x, length, random);
  x[length] = special;
  for (let i = 1; i < copied; i++) x[length + i] = itemAt(x, first + i);
  if (training && layout.everywhere) for (let t = 0; t < length; t++) y[t] = itemAt(x, t + 1);
  else y.fill(-1, 0, length);
  for (let i = 0; i < copied; i++) y[length + i] = itemAt(x, first + 1 + i);
}

/** Puts the special token at its places, what follows the first after all of them; returns the first place. */
function place({ special, copied, places }: Layout, x: Int32Array, length: number, random: RandomStream): number {
  const room = length - 1 - copied;
  const single = places.length === 1 || random.uniform() < 0.5;
  const drawn = single ? places.subarray(0, 1) : places;
  for (let i = 0; i < drawn.length; i++) drawn[i] = random.below(room);
  drawn.sort();
  const first = itemAt(drawn, 0);
  let last = first;
  x[first] = special;
  for (let i = 1; i < drawn.length; i++) {
    const at = itemAt(drawn, i);
    if (at - last <= copied) continue;
    last = at;
    x[at] = special;
    for (let j = 1; j <= copied; j++) x[at + j] = itemAt(x, first + j);
  }
  return first;
}

/** Of the free tokens, and of the place where there is one; the places of several count as certain. */
function logChance({ kinds, special, copied, places }: Layout, x: Int32Array): number {
  const length = x.length - copied;
  let occurrences = 0;
  for (let t = 0; t < length; t++) occurrences += Number(x[t] === special);
  const free = length - occurrences - (occurrences - 1) * copied;
  return -free * Math.log(kinds) - (places.length === 1 ? Math.log(length - 1 - copied) : 0);
}
