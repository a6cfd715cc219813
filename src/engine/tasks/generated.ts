// What tasks of tokens share whose sequences a rule writes row by row: one length, fixed held-out rows with a random stream each, answers
// where the rule asks. The rule writes into the batch itself, so that no row allocates more than its two views.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import type { ExampleSequence, SymbolRole } from '../spec/showing.ts';
import { classMetrics, type ChanceLevels, type MetricLevels } from '../spec/task-metrics.ts';
import { askedOf } from './asked.ts';
import { ints, symbolStream, wantedStream, type Batch } from './streams.ts';
import type { Task } from './task.ts';

export interface GeneratedRule {
  /** Names the stream of its held-out rows. */
  readonly name: string;
  readonly vocabulary: number;
  readonly classes: number;
  readonly reads: string;
  readonly asks: string;
  readonly trainLength: number;
  readonly evalLength: number;
  readonly evalSequences: number;
  readonly chance: ChanceLevels;
  readonly solved: MetricLevels;
  readonly names: readonly string[];
  /** Fills every cell of one row; a class of -1 = no answer there. `training`: the row is learned from. */
  write(x: Int32Array, y: Int32Array, random: RandomStream, training: boolean): void;
  /** How a token is shown. */
  symbol(token: number, at: number, asked: boolean): { readonly text: string; readonly role: SymbolRole };
  /** Logarithm of the probability that a training row of `evalLength` is this one, or of a bound above it; absent = next to none. */
  readonly logChance?: (x: Int32Array) => number;
}

/** A token among `kinds`: a letter while `letters` of them are enough to name all, else its number; `kinds` itself is the mark, what follows it filler. */
export function tokenName(token: number, kinds: number, letters: number): string {
  if (token === kinds) return '⇒';
  if (token > kinds) return '.';
  return token < letters && letters <= 26 ? String.fromCharCode(97 + token) : String(token);
}

/** How tokens named by `tokenName` are shown. */
export const shownTokens =
  (names: readonly string[], kinds: number): GeneratedRule['symbol'] =>
  (token, _at, asked) => ({
    text: itemAt(names, token),
    role: asked ? 'ask' : token === kinds ? 'marked' : 'data',
  });

/** Below this probability of a row, no training in reach shows it. */
const never = -80;

export function generatedTask(rule: GeneratedRule): Task {
  const { trainLength, evalLength, evalSequences, logChance } = rule;
  return {
    inputs: [symbolStream(rule.vocabulary, rule.reads)],
    target: wantedStream(rule.classes, rule.asks),
    metrics: classMetrics,
    trainLength,
    evalLength,
    evalSequences,
    ...(logChance !== undefined && trainLength === evalLength
      ? { shown: (steps: number, batch: number) => shownIn(rule, steps * batch) }
      : {}),
    chance: rule.chance,
    solved: rule.solved,
    canFail: true,
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++) writeRow(rule, batch, row, random, true);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) {
        writeRow(rule, batch, row, heldOutStream(rule, first + row), false);
        if (first + row >= evalSequences) rowOf(batch, 'wanted', row).fill(-1);
      }
    },
    read: (row) => readRow(rule, row),
    names: rule.names,
    text: null,
  };
}

const heldOutStream = ({ name }: GeneratedRule, index: number): RandomStream =>
  new RandomStream(0, `${name}/held-out`, index);

const rowOf = (batch: Batch, name: string, row: number): Int32Array =>
  ints(batch, name).subarray(row * batch.length, (row + 1) * batch.length);

function writeRow(rule: GeneratedRule, batch: Batch, row: number, random: RandomStream, training: boolean): void {
  rule.write(rowOf(batch, 'symbols', row), rowOf(batch, 'wanted', row), random, training);
}

/** Expected number of held-out rows that `rows` training rows show: each is shown with its own probability. */
function shownIn(rule: GeneratedRule, rows: number): number {
  const [x, y] = [new Int32Array(rule.evalLength), new Int32Array(rule.evalLength)];
  let shown = 0;
  for (let index = 0; index < rule.evalSequences; index++) {
    rule.write(x, y, heldOutStream(rule, index), false);
    const chance = rule.logChance?.(x) ?? -Infinity;
    if (index === 0 && chance < never) return 0;
    shown += chance >= 0 ? 1 : -Math.expm1(rows * Math.log1p(-Math.exp(chance)));
  }
  return shown;
}

function readRow(rule: GeneratedRule, row: Batch): ExampleSequence {
  const asked = askedOf(ints(row, 'wanted'));
  const places = new Set(asked.map(({ at }) => at));
  const symbols = Array.from(ints(row, 'symbols'), (token, at) => rule.symbol(token, at, places.has(at)));
  return { symbols, asked };
}
