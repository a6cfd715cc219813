// ListOps (Nangia and Bowman 2018) as Long Range Arena has it: the value of a nested list of MIN, MAX, MED and SM (sum modulo 10) over digits.
// Generator: listops-tree.ts. Shorter expressions are filled up in front, so that the last step is always real; pooled answers are the
// mean over all positions, as in the official classifier. A hash of the tokens keeps one in four expressions for the held-out set. Without a limit
// of training expressions every one is new; the official set has 96,000. Example: [MAX 2 9 [MIN 4 7 ] 0 ] -> 9. Loss: cross-entropy, one
// answer. Chance: the most frequent value, about 1 in 6 at full length. Solved: 95 %, which no published system reaches. Versions: v1.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import { classMetrics } from '../spec/task-metrics.ts';
import { chanceOf, classChance } from './chance.ts';
import { addOne } from './counts.ts';
import { isHeldOut } from './disjoint.ts';
import { listOpsFields } from './listops-fields.ts';
import { listOpsSymbols, ListOpsTree, type ListOpsRule } from './listops-tree.ts';
import { ints, symbolStream, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

export const listOps: TaskDef = {
  id: 'listops-v1',
  title: 'ListOps (LRA)',
  summary: 'Give the value of a nested list of minima, maxima, medians and sums of digits.',
  group: 'long',
  kind: 'classification',
  fields: listOpsFields,
  needs: null,
  prepare,
};

function prepare(values: FieldValues): Result<Task> {
  const [shortest, longest, depth, most, training, count] = [
    'longerThan',
    'shorterThan',
    'depth',
    'arguments',
    'trainingSequences',
    'evalSequences',
  ].map((name) => Number(values[name]));
  if (shortest === undefined || !longest || !depth || !most || training === undefined || !count)
    throw new Error('listops: missing field');
  if (longest - shortest < 2) {
    const message = say`Shorter than must be at least ${shortest + 2}, two more than the other bound, got ${longest}.`;
    return fail('bad-input', message, { field: 'task.fields.shorterThan' });
  }
  const rule = { shortest, longest, depth, arguments: most };
  if (!gives(rule)) {
    const message = say`Expressions longer than ${shortest} and shorter than ${longest} tokens must come up, got hardly any of depth ${depth} with up to ${most} parts.`;
    return fail('bad-input', message, { field: 'task.fields.longerThan', cure: say`Choose shorter expressions.` });
  }
  const at = values['answer'] === 'pooled' ? 'pooled' : 'last';
  return ok(taskOf({ rule, tree: new ListOpsTree(rule), training, count, at }));
}

interface Plan {
  readonly rule: ListOpsRule;
  readonly tree: ListOpsTree;
  /** 0 = no limit. */
  readonly training: number;
  readonly count: number;
  readonly at: 'last' | 'pooled';
}

function taskOf(plan: Plan): Task {
  const { rule, count, at } = plan;
  return {
    inputs: [symbolStream(listOpsSymbols.length, 'the tokens of an expression')],
    target: { name: 'value', kind: 'classes', classes: 10, at, meaning: 'the value of the expression' },
    metrics: classMetrics,
    trainLength: rule.longest,
    evalLength: rule.longest,
    get trainTokens() {
      return factsOf(rule).meanLength;
    },
    evalSequences: count,
    get chance() {
      return classChance({ ...chanceOf([factsOf(rule).shares]), blind: null });
    },
    solved: { 'val/accuracy': 0.95 },
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++) write(plan, batch, row, trainingStream(plan, random), false);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) {
        write(plan, batch, row, new RandomStream(0, 'listops/held-out', first + row), true);
        if (first + row >= count) ints(batch, 'value')[row] = -1;
      }
    },
    read: readRow,
    names: Array.from({ length: 10 }, (_, value) => String(value)),
    text: null,
  };
}

/** Of a limited set each expression has a stream of its own. */
const trainingStream = ({ training }: Plan, random: RandomStream): RandomStream =>
  training === 0 ? random : new RandomStream(0, 'listops/training', random.below(training));

function write({ tree }: Plan, batch: Batch, row: number, random: RandomStream, heldOut: boolean): void {
  let value = -1;
  while (value < 0) {
    value = tree.draw(random);
    if (value >= 0 && isHeldOut(tree.tokens.subarray(0, tree.length)) !== heldOut) value = -1;
  }
  const x = ints(batch, 'symbols');
  const end = (row + 1) * batch.length;
  x.fill(0, row * batch.length, end - tree.length);
  for (let i = 0; i < tree.length; i++) x[end - tree.length + i] = itemAt(tree.tokens, i);
  ints(batch, 'value')[row] = value;
}

function readRow(row: Batch): ExampleSequence {
  const symbols = Array.from(ints(row, 'symbols'))
    .filter((token) => token !== 0)
    .map((token) => ({
      text: itemAt(listOpsSymbols, token),
      role: token < 6 ? ('marked' as const) : ('data' as const),
    }));
  return { symbols, asked: [{ at: symbols.length - 1, wanted: itemAt(ints(row, 'value'), 0) }] };
}

interface Facts {
  readonly meanLength: number;
  /** Of each value. */
  readonly shares: Float64Array;
}

const known = new Map<string, Facts>();
/** Expressions after which a rule counts as one that gives none, and what an estimate takes: shares to about half a per cent. */
const [mostTries, mostKept, mostTokens] = [50_000, 20_000, 6_000_000];

/** Whether expressions of these lengths come up at all. */
function gives(rule: ListOpsRule): boolean {
  const random = new RandomStream(0, 'listops/any');
  const tree = new ListOpsTree(rule);
  for (let tries = 0; tries < mostTries; tries++) if (tree.draw(random) >= 0) return true;
  return false;
}

/** Mean length and frequencies of the values, from fixed draws; computed on first use, as it takes some tenths of a second. */
function factsOf(rule: ListOpsRule): Facts {
  const key = JSON.stringify(rule);
  const facts = known.get(key) ?? measure(rule);
  if (known.size > 100) known.clear();
  known.set(key, facts);
  return facts;
}

function measure(rule: ListOpsRule): Facts {
  const random = new RandomStream(0, 'listops/chance');
  const tree = new ListOpsTree(rule);
  const counts = new Float64Array(10);
  let [kept, tokens, drawn] = [0, 0, 0];
  while (kept < mostKept && (kept === 0 || drawn < mostTokens)) {
    const value = tree.draw(random);
    drawn += tree.length;
    if (value < 0) continue;
    addOne(counts, value);
    kept++;
    tokens += tree.length;
  }
  return { meanLength: tokens / kept, shares: counts.map((count) => count / kept) };
}
