// Copying after a delay (Hochreiter and Schmidhuber 1997; form of Arjovsky et al. 2016 and the S4 code): M tokens, a long blank, then they are
// written. Rule of state-spaces/s4, dataloaders/datasets/copying.py, not variable: tokens of 1 .. A - 2, L zeros, M markers A - 1; answers at
// the markers, in order or reversed. The variable form, tokens scattered among the blanks, is selective copying (generator "Mamba, S4").
// Example (M 2, L 3): b d . . . ? ? -> b d. Loss: cross-entropy at the markers. Chance: 1 of A - 2. Solved: 99 %. Versions: v1.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { ok } from '../core/result.ts';
import type { Fields } from '../spec/fields.ts';
import { classChance } from './chance.ts';
import { generatedTask, type GeneratedRule } from './generated.ts';
import { heldOutField } from './generated-fields.ts';
import type { TaskDef } from './task.ts';

const fields = {
  delay: {
    kind: 'int',
    label: 'Delay',
    help: 'Blanks between the tokens and the markers.',
    symbol: 'delay',
    unit: 'tokens',
    default: 100,
    min: 0,
    max: 1048576,
    paper: '100 (S4 code)',
  },
  memorise: {
    kind: 'int',
    label: 'Symbols to copy',
    help: 'Tokens at the beginning, to be written at the end.',
    symbol: 'M',
    default: 10,
    min: 1,
    max: 4096,
    paper: '10 (S4 code)',
  },
  vocabulary: {
    kind: 'int',
    label: 'Vocabulary',
    help: 'Token kinds, the blank and the marker included.',
    symbol: 'V',
    default: 10,
    min: 4,
    max: 4096,
    paper: '10 (S4 code)',
  },
  order: {
    kind: 'choice',
    label: 'Order',
    help: 'Write the tokens in the order in which they came, or the last one first.',
    default: 'same',
    choices: [
      { value: 'same', label: 'as they came' },
      { value: 'reversed', label: 'last one first' },
    ],
  },
  evalSequences: heldOutField,
} as const satisfies Fields;

export const copying: TaskDef = {
  id: 'copying-v1',
  title: 'Copying after a delay',
  summary: 'Read some tokens, wait over a long blank, then write them.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare: (values) => {
    const [delay, memorise, vocabulary, evalSequences] = ['delay', 'memorise', 'vocabulary', 'evalSequences'].map(
      (name) => Number(values[name]),
    );
    if (delay === undefined || !memorise || !vocabulary || !evalSequences) throw new Error('copying: missing field');
    const reversed = values['order'] === 'reversed';
    return ok(generatedTask(ruleOf({ delay, memorise, vocabulary, evalSequences, reversed })));
  },
};

interface Layout {
  readonly delay: number;
  readonly memorise: number;
  readonly vocabulary: number;
  readonly evalSequences: number;
  readonly reversed: boolean;
}

function ruleOf(layout: Layout): GeneratedRule {
  const { delay, memorise, vocabulary, evalSequences } = layout;
  const [values, marker, length] = [vocabulary - 2, vocabulary - 1, delay + 2 * memorise];
  const letter = (token: number): string => (values <= 26 ? String.fromCharCode(64 + token) : String(token));
  const nameOf = (token: number): string => (token === 0 ? '·' : token === marker ? '?' : letter(token));
  return {
    name: 'copying',
    vocabulary,
    classes: vocabulary,
    reads: 'tokens, a blank, then a marker for each token',
    asks: 'the tokens, at the markers',
    trainLength: length,
    evalLength: length,
    evalSequences,
    chance: classChance({ loss: Math.log(values), accuracy: 1 / values }),
    solved: { 'val/accuracy': 0.99 },
    names: Array.from({ length: vocabulary }, (_, token) => nameOf(token)),
    write: (x, y, random) => write(layout, x, y, random),
    symbol: (token) => ({ text: nameOf(token), role: token === 0 ? 'blank' : token === marker ? 'ask' : 'data' }),
    logChance: () => -memorise * Math.log(values),
  };
}

function write({ memorise, vocabulary, reversed }: Layout, x: Int32Array, y: Int32Array, random: RandomStream): void {
  const ask = x.length - memorise;
  x.fill(0, memorise, ask);
  x.fill(vocabulary - 1, ask);
  y.fill(-1, 0, ask);
  for (let i = 0; i < memorise; i++) x[i] = 1 + random.below(vocabulary - 2);
  for (let i = 0; i < memorise; i++) y[ask + i] = itemAt(x, reversed ? memorise - 1 - i : i);
}
