// Character-level language modelling: predict the next symbol of a text. Tests all abilities at once.
// Input: T symbols of the text; target: the same, one later. Symbols are the distinct characters (or bytes, or GPT-2 tokens) of the text in code order.
// Split: the last share of the text is held out, in order (90/10 by default, as nanoGPT does for tiny Shakespeare); a test comes after it. Training windows start
// anywhere in the first part; held-out windows are fixed and evenly spaced. Loss: cross-entropy in nats a symbol.
// Chance: always predicting the symbol frequencies of the training part. Versions: v1.
import type { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say, unsaid } from '../core/say.ts';
import type { TaskData } from '../data/labelled.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classMetrics } from '../spec/task-metrics.ts';
import { classChance } from './chance.ts';
import { askedOf } from './asked.ts';
import { ints, symbolStream, wantedStream, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';
import { mostTested, nothingToTest, testField, testShareOf, type TestPart } from './test-part.ts';
import { unigramFloor } from './text-floors.ts';
import { makeVocabulary, textUnit, type Vocabulary } from './vocabulary.ts';

const fields = {
  dataset: {
    kind: 'text',
    label: 'Text',
    help: 'The text to learn: the book that comes with the program, an entry of the catalogue, or a text file of your own.',
    default: 'moby-dick',
    maxLength: 200,
    paper: 'tiny Shakespeare',
  },
  length: {
    kind: 'int',
    label: 'Context length',
    help: 'Symbols in one training sequence.',
    symbol: 'T',
    unit: 'symbols',
    default: 128,
    min: 1,
    max: 65536,
    paper: 'not stated; nanoGPT uses 256',
  },
  unit: {
    kind: 'choice',
    label: 'Symbols',
    help: 'Characters of the text, its UTF-8 bytes (256 kinds at most, for any script), or the byte-pair tokens of GPT-2 that occur in it. Bits per byte compare the three.',
    default: 'characters',
    choices: [
      { value: 'characters', label: 'characters' },
      { value: 'bytes', label: 'bytes' },
      { value: 'tokens', label: 'tokens (GPT-2)' },
    ],
  },
  heldOut: {
    kind: 'float',
    label: 'Held-out share',
    help: 'Share of the text, at its end, that is kept for validation.',
    default: 0.1,
    min: 0.001,
    max: 0.5,
    paper: '0.1',
    advanced: true,
  },
  split: {
    kind: 'choice',
    label: 'Split falls',
    help: 'How the number of symbols to learn from is made whole: down as nanoGPT does (tiny Shakespeare: 1,003,854), or to the nearest, as this program did at first.',
    default: 'down',
    choices: [
      { value: 'down', label: 'down, as nanoGPT' },
      { value: 'nearest', label: 'to the nearest' },
    ],
    advanced: true,
    added: true,
  },
  test: testField('Share of the text, at its very end, that training and validation never see.'),
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many fixed windows of the held-out part each evaluation uses.',
    unit: 'sequences',
    default: 64,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;

export const charText: TaskDef = {
  id: 'char-text-v1',
  title: 'Text, letter by letter',
  summary: 'Predict the next character of a text; read samples while it learns.',
  group: 'text',
  kind: 'language',
  fields,
  needs: 'text',
  prepare,
};

interface Split {
  /** Of the text before the test. */
  readonly tokens: Int32Array;
  /** First held-out token. */
  readonly border: number;
  readonly length: number;
  /** Start of each held-out window. */
  readonly windows: readonly number[];
  readonly test: TestPart | null;
}

function prepare(values: FieldValues, data: TaskData | null): Result<Task> {
  const text = typeof data === 'string' ? data : null;
  const length = Number(values['length']);
  const name = String(values['dataset']);
  if (text === null || text.length === 0) {
    return fail(
      'not-found',
      say`Text "${asIs(name)}" must be here and not empty, got ${text === null ? say`nothing` : say`an empty text`}.`,
      { field: 'task.fields.dataset' },
    );
  }
  const vocabulary = makeVocabulary(text, textUnit(values['unit']));
  if (!vocabulary.ok) return vocabulary;
  const { tokens: all, size } = vocabulary.value;
  const share = testShareOf(values);
  const end = share === 0 ? all.length : borderOf(all.length, share, values);
  const tokens = end === all.length ? all : all.subarray(0, end);
  const border = borderOf(all.length, Number(values['heldOut']) + share, values);
  if (Math.min(border, tokens.length - border) < length + 1)
    return tooShort(name, tokens.length, border, length, Number(values['heldOut']));
  if (share > 0 && all.length - end < length + 1)
    return fail('bad-input', nothingToTest(share), { field: 'task.fields.test' });
  const windows = windowStarts(border, tokens.length, length, Number(values['evalSequences']));
  const test = share === 0 ? null : testOf(all, { border, end }, length, size);
  return ok(taskOf({ tokens, border, length, windows, test }, vocabulary.value, text));
}

/**
 * Number of symbols before the last share. Runs from before the share was a setting were rounded to the nearest symbol and keep that. Rounding of 1 -
 * share must not lose a symbol: 1000 (1 - 0.3) is 700, though in binary a little less.
 */
function borderOf(symbols: number, share: number, values: FieldValues): number {
  const exact = symbols * (1 - share);
  return values['split'] === 'down' ? Math.floor(exact + 1e-6) : Math.round(exact);
}

/** The error when the text is too short, with values that would fit. */
function tooShort(name: string, symbols: number, border: number, length: number, share: number): Result<never> {
  const held = symbols - border;
  const parts = say`${symbols} symbols: ${border} to learn from and ${held} held out (share ${share})`;
  const longest = Math.min(border, held) - 1;
  if (longest >= 1) {
    const message = say`Context length must be at most ${longest}: text "${asIs(name)}" has ${parts}; got ${length}.`;
    return fail('bad-input', message, { field: 'task.fields.length' });
  }
  // One part is too short for any context with this share; half of the text in each may be enough.
  const atHalf = Math.floor(symbols / 2) - 1;
  const fits = atHalf >= 1 ? say`With a held-out share of 0.5 a context of at most ${atHalf} fits. ` : unsaid;
  const needed = Math.ceil((length + 2) / Math.min(share, 1 - share));
  const message = say`Text "${asIs(name)}" must have more symbols for a context of ${length}, got ${parts}.`;
  const cure = say`${fits}A context of ${length} at this share needs a text of about ${needed} symbols.`;
  return fail('bad-input', message, { field: atHalf >= 1 ? 'task.fields.heldOut' : 'task.fields.dataset', cure });
}

/** At most `count` windows of length + 1 in [from, to), evenly spaced, not overlapping while they fit. */
function windowStarts(from: number, to: number, length: number, count: number): number[] {
  const fits = Math.max(1, Math.floor((to - from - 1) / length));
  const used = Math.min(count, fits);
  const room = to - from - 1 - length;
  return Array.from({ length: used }, (_, i) => from + (used === 1 ? 0 : Math.floor((room * i) / (used - 1))));
}

/** Windows of the whole rest; the constant answer is that of the training part. */
function testOf(
  all: Int32Array,
  { border, end }: { readonly border: number; readonly end: number },
  length: number,
  kinds: number,
): TestPart {
  const windows = windowStarts(end, all.length, length, mostTested);
  const both = new Int32Array(border + all.length - end);
  both.set(all.subarray(0, border));
  both.set(all.subarray(end), border);
  return {
    evalSequences: windows.length,
    metrics: classMetrics,
    constant: classChance(unigramFloor(both, border, kinds)).constant,
    evaluate: windowsOf(all, windows, end),
  };
}

/** Fills batches with these windows, in order; past the last with that at `from`, without loss. */
const windowsOf =
  (tokens: Int32Array, windows: readonly number[], from: number): Task['evaluate'] =>
  (batch, first) => {
    for (let row = 0; row < batch.size; row++) {
      const start = windows[first + row];
      write(batch, row, tokens, start ?? from);
      if (start === undefined) ints(batch, 'wanted').fill(-1, row * batch.length, (row + 1) * batch.length);
    }
  };

function taskOf(split: Split, vocabulary: Vocabulary, text: string): Task {
  let source: string | null = null;
  const { tokens, border, length, windows, test } = split;
  return {
    inputs: [symbolStream(vocabulary.size, 'symbols of the text')],
    target: wantedStream(vocabulary.size, 'the same, one later'),
    metrics: classMetrics,
    trainLength: length,
    evalLength: length,
    evalSequences: windows.length,
    bytesPerToken: heldOutBytes(tokens, border, vocabulary),
    chance: classChance(unigramFloor(tokens, border, vocabulary.size)),
    solved: {},
    train: (batch, random) => trainBatch(batch, tokens, border, random),
    evaluate: windowsOf(tokens, windows, border),
    ...(test === null ? {} : { test }),
    read: (row) => ({
      symbols: Array.from(ints(row, 'symbols'), (token) => ({
        text: vocabulary.decode([token]),
        role: 'data' as const,
      })),
      asked: askedOf(ints(row, 'wanted')),
    }),
    get names() {
      return Array.from({ length: vocabulary.size }, (_, token) => vocabulary.decode([token]));
    },
    text: {
      encode: vocabulary.encode,
      decode: vocabulary.decode,
      prompt: promptFrom(vocabulary.decode(tokens.subarray(border, border + promptFrame))),
      training: tokens.subarray(0, border),
      source: () => (source ??= sourceOf(split, vocabulary, text)),
    },
  };
}

/** Symbols of the held-out part in which a prompt is looked for, and letters it takes at most. */
const promptFrame = 400;
const promptLetters = 28;

/** The first whole words, from the start of a line if there is one; without word separators, the first letters. */
function promptFrom(text: string): string {
  const [whole] = /(?<=\n)\S[^\n]{11,}/u.exec(text) ?? /(?<=\s)\S.{11,}/su.exec(text) ?? [text];
  const letters = [...whole].slice(0, promptLetters).filter((letter) => letter !== '\ufffd');
  const last = letters.findLastIndex((letter) => /\s/u.test(letter));
  return letters.slice(0, last > promptLetters / 3 ? last : Math.ceil(promptLetters / 2)).join('');
}

/** Taken from the text itself if that is equivalent, since decoding a book takes a while. */
function sourceOf({ tokens, border }: Split, { decode }: Vocabulary, text: string): string {
  return tokens.length === text.length ? text.slice(0, border) : decode(tokens.subarray(0, border));
}

/** Bytes of UTF-8 that a held-out symbol stands for, on average. */
function heldOutBytes(tokens: Int32Array, border: number, vocabulary: Vocabulary): number {
  const sizes = Array.from({ length: vocabulary.size }, (_, symbol) => vocabulary.bytesOf(symbol));
  let bytes = 0;
  for (let i = border; i < tokens.length; i++) bytes += sizes[tokens[i] ?? 0] ?? 0;
  return bytes / Math.max(1, tokens.length - border);
}

function trainBatch(batch: Batch, tokens: Int32Array, border: number, random: RandomStream): void {
  for (let row = 0; row < batch.size; row++) write(batch, row, tokens, random.below(border - batch.length));
}

function write(batch: Batch, row: number, tokens: Int32Array, start: number): void {
  const { length } = batch;
  ints(batch, 'symbols').set(tokens.subarray(start, start + length), row * length);
  ints(batch, 'wanted').set(tokens.subarray(start + 1, start + 1 + length), row * length);
}
