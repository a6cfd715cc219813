// A needle in a text: one or more sentences "the code of falcon is 407." somewhere among common words; at the end the code of one name is
// asked for, letter by letter. After the public "needle in a haystack" tests of language models (and RULER's form of them, which asks for a number
// kept under a name); the text, the names and the layout are this program's own, so that a network can learn it from nothing at any length.
// Symbols: a-z, space, full stop, ten digits, "?". The answer is asked at the "?". Depth: each needle at a word border after a
// uniformly drawn place. Loss: cross-entropy at the digits. Chance: 1 of 10. Solved: 99 %. Versions: v1.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classChance } from './chance.ts';
import { DistinctDraws } from './distinct.ts';
import { generatedTask, type GeneratedRule } from './generated.ts';
import { heldOutField, testLengthField } from './generated-fields.ts';
import { needleNames, textWords } from './needle-words.ts';
import type { Task, TaskDef } from './task.ts';

const fields = {
  length: {
    kind: 'int',
    label: 'Sequence length',
    help: 'Letters of the whole text, the question included.',
    symbol: 'length',
    unit: 'letters',
    default: 256,
    min: 64,
    max: 1048576,
  },
  testLength: testLengthField,
  needles: {
    kind: 'int',
    label: 'Needles',
    help: 'Sentences with a code, each of another name; one of them is asked for.',
    symbol: 'needles',
    default: 1,
    min: 1,
    max: needleNames.length,
  },
  digits: {
    kind: 'int',
    label: 'Digits',
    help: 'Digits of a code.',
    default: 3,
    min: 1,
    max: 16,
  },
  evalSequences: heldOutField,
} as const satisfies Fields;

export const needle: TaskDef = {
  id: 'needle-v1',
  title: 'Needle in a text',
  summary: 'Find the sentence with a code in a long text and give the code when it is asked for.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare,
};

const symbols = [...'0123456789abcdefghijklmnopqrstuvwxyz .?'];
const question = symbols.indexOf('?');
const codesOf = (text: string): Int32Array => Int32Array.from(text, (letter) => symbols.indexOf(letter));
const words = textWords.map((word) => codesOf(`${word} `));
const names = needleNames.map(codesOf);
const [before, between, after] = ['the code of ', ' is ', '. '].map(codesOf);
const longestName = Math.max(...names.map(({ length }) => length));

interface Layout {
  readonly needles: number;
  readonly digits: number;
  readonly draws: DistinctDraws;
  readonly chosen: Int32Array;
  readonly codes: Int32Array;
  /** Letters of the text before each needle. */
  readonly places: Int32Array;
}

const lengthOf = (parts: readonly (Int32Array | undefined)[]): number =>
  parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);

function prepare(values: FieldValues): Result<Task> {
  const [length, test, needles, digits, count] = ['length', 'testLength', 'needles', 'digits', 'evalSequences'].map(
    (name) => Number(values[name]),
  );
  if (!length || test === undefined || !needles || !digits || !count) throw new Error('needle: missing field');
  const evalLength = test === 0 ? length : test;
  const sentence = lengthOf([before, between, after]) + longestName + digits;
  const least = (needles + 1) * sentence;
  const shortest = Math.min(length, evalLength);
  if (shortest < least) {
    const message = say`Sequence length must be at least ${least} for ${needles} needles and the question, got ${shortest}.`;
    return fail('bad-input', message, { field: 'task.fields.length' });
  }
  const layout = {
    needles,
    digits,
    draws: new DistinctDraws(names.length, needles),
    chosen: new Int32Array(needles),
    codes: new Int32Array(needles * digits),
    places: new Int32Array(needles),
  };
  return ok(generatedTask(ruleOf(layout, length, evalLength, count)));
}

function ruleOf(layout: Layout, length: number, evalLength: number, count: number): GeneratedRule {
  return {
    name: 'needle',
    vocabulary: symbols.length,
    classes: 10,
    reads: 'the letters of a text with codes in it, then a question',
    asks: 'the digits of the code asked for',
    trainLength: length,
    evalLength,
    evalSequences: count,
    chance: classChance({ loss: Math.log(10), accuracy: 0.1 }),
    solved: { 'val/accuracy': 0.99 },
    names: symbols.slice(0, 10),
    write: (x, y, random) => write(layout, x, y, random),
    symbol: (token) => ({
      text: token === symbols.indexOf(' ') ? '␣' : itemAt(symbols, token),
      role: token === question ? 'ask' : token < 10 ? 'marked' : 'data',
    }),
    logChance: (x) => logChance(layout, x),
  };
}

function write(layout: Layout, x: Int32Array, y: Int32Array, random: RandomStream): void {
  const { needles, digits, draws, chosen, codes, places } = layout;
  draws.fill(random, chosen);
  for (let i = 0; i < codes.length; i++) codes[i] = random.below(10);
  const wanted = random.below(needles);
  const room = textRoom(layout, x.length, wanted);
  for (let i = 0; i < needles; i++) places[i] = random.below(room + 1);
  places.sort();
  let [at, text] = [0, 0];
  for (let i = 0; i < needles; i++) {
    const until = itemAt(places, i);
    const end = writeText(x, at, text, until, room, random);
    text += end - at;
    at = writeNeedle(layout, x, end, i);
  }
  at = writeText(x, at, text, room, room, random);
  at = put(x, put(x, put(x, at, before), names[itemAt(chosen, wanted)]), between);
  x.fill(question, at);
  y.fill(-1, 0, at);
  for (let i = 0; i < digits; i++) y[at + i] = itemAt(codes, wanted * digits + i);
}

/** Letters that are left for the text. */
function textRoom({ needles, digits, chosen }: Layout, length: number, wanted: number): number {
  let used = needles * (lengthOf([before, between, after]) + digits) + lengthOf([before, between]) + digits;
  for (let i = 0; i < needles; i++) used += itemAt(names, itemAt(chosen, i)).length;
  return length - used - itemAt(names, itemAt(chosen, wanted)).length;
}

/** Whole words until `until` letters of text are there, of at most `room`; the last word of all is cut. Returns the place after them. */
function writeText(x: Int32Array, at: number, text: number, until: number, room: number, random: RandomStream): number {
  let [place, written] = [at, text];
  while (written < until) {
    const word = itemAt(words, random.below(words.length));
    for (let i = 0; i < word.length && written < room; i++, written++) x[place++] = itemAt(word, i);
  }
  return place;
}

function writeNeedle({ digits, chosen, codes }: Layout, x: Int32Array, at: number, index: number): number {
  let place = put(x, put(x, put(x, at, before), names[itemAt(chosen, index)]), between);
  for (let i = 0; i < digits; i++) x[place++] = itemAt(codes, index * digits + i);
  return put(x, place, after);
}

function put(x: Int32Array, at: number, part: Int32Array | undefined): number {
  if (part === undefined) throw new Error('needle: a part of the sentence must be there');
  x.set(part, at);
  return at + part.length;
}

/** At most that of its words, names and digits: places and the order count as certain. */
function logChance({ needles, digits }: Layout, x: Int32Array): number {
  const longest = Math.max(...words.map(({ length }) => length));
  const text = x.length - (needles + 1) * (lengthOf([before, between, after]) + longestName + digits);
  const drawn = Math.floor(Math.max(0, text) / longest);
  return -drawn * Math.log(words.length) - needles * digits * Math.log(10) - Math.log(names.length);
}
