// Selective copying: M data tokens lie scattered among blanks; write them in order at the end. Tests gates that depend on content.
// Official generator (v1, "official"): vocabulary V, blank V-1, marker 0, data 1..V-2; M sorted positions of a permutation of L, then
// M markers; length L + M. Variant "mamba" (the S4 / Mamba code): data 1..V-2 at M sorted positions of L + M, filler 0, then M
// markers V-1; length L + 2M. Target at the markers: the data in order. Example (L 6, M 2): . 4 . . 2 . ? ? -> 4 2.
// Loss: cross-entropy at the markers; accuracy per token. Solved: 98 %.
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import { askedOf } from './asked.ts';
import { shownOnce } from './disjoint.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classMetrics } from '../spec/task-metrics.ts';
import { classChance } from './chance.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import { ints, symbolStream, wantedStream, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

const fields = {
  length: {
    kind: 'int',
    label: 'Sequence length',
    help: 'Positions among which the data tokens are scattered.',
    symbol: 'length',
    unit: 'tokens',
    default: 256,
    min: 1,
    max: 65536,
    paper: '4,096',
  },
  memorise: {
    kind: 'int',
    label: 'Symbols to copy',
    help: 'Data tokens in each sequence, to be written in order at the end.',
    symbol: 'M',
    default: 8,
    min: 1,
    max: 256,
    paper: '16',
  },
  vocabulary: {
    kind: 'int',
    label: 'Vocabulary',
    help: 'Token kinds, the blank and the marker included.',
    symbol: 'V',
    default: 16,
    min: 3,
    max: 4096,
    paper: '16',
  },
  generator: {
    kind: 'choice',
    label: 'Generator',
    help: 'The official minRNN generator, or that of the S4 and Mamba code: other ids and M more positions.',
    default: 'official',
    choices: [
      { value: 'official', label: 'minRNN' },
      { value: 'mamba', label: 'Mamba, S4' },
    ],
    advanced: true,
  },
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many fixed sequences each evaluation uses.',
    unit: 'sequences',
    default: 256,
    min: 1,
    max: 65536,
    paper: '12,800',
    advanced: true,
  },
} as const satisfies Fields;

interface Layout {
  /** Positions the data are scattered over. */
  readonly area: number;
  readonly memorise: number;
  readonly values: number;
  readonly blank: number;
  readonly marker: number;
}

export const selectiveCopy: TaskDef = {
  id: 'selective-copy-v1',
  title: 'Selective copying',
  summary: 'Remember the data tokens scattered among blanks and write them in order at the end.',
  group: 'recall',
  kind: 'classification',
  fields,
  needs: null,
  prepare,
};

function prepare(values: FieldValues): Result<Task> {
  const length = Number(values['length']);
  const memorise = Number(values['memorise']);
  const vocabulary = Number(values['vocabulary']);
  const count = Number(values['evalSequences']);
  const mamba = values['generator'] === 'mamba';
  if (memorise > length) {
    return fail('bad-input', say`Symbols to copy must be at most the sequence length (${length}), got ${memorise}.`, {
      field: 'task.fields.memorise',
    });
  }
  const layout: Layout = {
    area: mamba ? length + memorise : length,
    memorise,
    values: vocabulary - 2,
    blank: mamba ? 0 : vocabulary - 1,
    marker: mamba ? vocabulary - 1 : 0,
  };
  return ok(taskOf(layout, vocabulary, count));
}

function taskOf(layout: Layout, vocabulary: number, count: number): Task {
  const length = layout.area + layout.memorise;
  return {
    inputs: [symbolStream(vocabulary, 'data tokens among blanks, then a marker for each')],
    target: wantedStream(vocabulary, 'the data in order, at the markers'),
    metrics: classMetrics,
    trainLength: length,
    evalLength: length,
    evalSequences: count,
    shown: (steps, batch) => count * shownOnce(steps, batch, 1, problemsOf(layout)),
    chance: classChance({ loss: Math.log(layout.values), accuracy: 1 / layout.values }),
    solved: { 'val/accuracy': 0.98 },
    canFail: true,
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++) write(batch, row, layout, random);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) {
        write(batch, row, layout, new RandomStream(0, 'selective-copy/held-out', first + row));
        if (first + row >= count) ints(batch, 'wanted').fill(-1, row * length, (row + 1) * length);
      }
    },
    read: (example) => read(layout, example),
    names: Array.from({ length: vocabulary }, (_, token) => symbolName(token, layout)),
    text: null,
  };
}

/** Different sequences: places of the data times their values. */
function problemsOf({ area, memorise, values }: Layout): number {
  let problems = values ** memorise;
  for (let i = 0; i < memorise; i++) problems *= (area - i) / (i + 1);
  return problems;
}

function write(batch: Batch, row: number, layout: Layout, random: RandomStream): void {
  const { area, memorise } = layout;
  const at = row * batch.length;
  const [x, y] = [ints(batch, 'symbols'), ints(batch, 'wanted')];
  x.fill(layout.blank, at, at + area);
  x.fill(layout.marker, at + area, at + batch.length);
  y.fill(-1, at, at + batch.length);
  const positions = random.choose(area, memorise).sort((a, b) => a - b);
  positions.forEach((position, i) => {
    const token = 1 + random.below(layout.values);
    x[at + position] = token;
    y[at + area + i] = token;
  });
}

/** Letters for the data while there are enough of them, else their numbers. */
const dataName = (token: number, { values }: Layout): string =>
  values <= 26 ? String.fromCharCode(64 + token) : String(token);

function symbolName(token: number, layout: Layout): string {
  if (token === layout.blank) return '·';
  return token === layout.marker ? '?' : dataName(token, layout);
}

function read(layout: Layout, row: Batch): ExampleSequence {
  const symbols = Array.from(ints(row, 'symbols'), (token) => ({
    text: symbolName(token, layout),
    role: token === layout.blank ? ('blank' as const) : token === layout.marker ? ('ask' as const) : ('data' as const),
  }));
  return { symbols, asked: askedOf(ints(row, 'wanted')) };
}
