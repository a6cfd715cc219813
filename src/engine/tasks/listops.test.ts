// ListOps against the rule of Long Range Arena: lengths against their exact distribution, computed here by convolution; frequencies of
// operators, parts and digits; values by another evaluator; published statistics.
import { describe, expect, it } from 'vitest';
import { chiSquareChance, uniformShares } from '../../../tests/support/chi-square.ts';
import { saying } from '../../../tests/support/saying.ts';
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { listOps } from './listops.ts';
import { listOpsSymbols, ListOpsTree } from './listops-tree.ts';
import { ints, makeBatch } from './streams.ts';
import type { Task } from './task.ts';

const official = { shortest: 500, longest: 2000, depth: 10, arguments: 10 };
const prepare = (values: FieldValues = {}): Task =>
  unwrap(listOps.prepare({ ...defaultsOf(listOps.fields), ...values }, null));

type Node = number | { readonly operator: string; readonly parts: readonly Node[] };

/** Reads an expression back; its end must be the end of the tokens. */
function parse(symbols: readonly string[]): Node {
  let at = 0;
  const node = (): Node => {
    const symbol = symbols[at++];
    if (!symbol.startsWith('[')) return Number(symbol);
    const parts: Node[] = [];
    while (symbols[at] !== ']') parts.push(node());
    at++;
    return { operator: symbol.slice(1), parts };
  };
  const whole = node();
  expect(at).toBe(symbols.length);
  return whole;
}

function valueOf(node: Node): number {
  if (typeof node === 'number') return node;
  const values = node.parts.map(valueOf);
  if (node.operator === 'MIN') return Math.min(...values);
  if (node.operator === 'MAX') return Math.max(...values);
  if (node.operator === 'SM') return values.reduce((sum, value) => sum + value, 0) % 10;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Math.trunc(Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)]);
}

const depthOf = (node: Node): number => (typeof node === 'number' ? 1 : 1 + Math.max(...node.parts.map(depthOf)));
const nodesOf = (node: Node): readonly Exclude<Node, number>[] =>
  typeof node === 'number' ? [] : [node, ...node.parts.flatMap(nodesOf)];

/** The probability of each length below `longest`: of a digit, or of 2 to `most` parts of one level less, and two tokens more. */
function lengthShares({ depth, arguments: most, longest }: typeof official): Float64Array {
  let below = new Float64Array(longest);
  below[1] = 1;
  for (let level = 1; level < depth; level++) {
    const here = new Float64Array(longest);
    here[1] = 0.75;
    let parts = below;
    for (let count = 2; count <= most; count++) {
      const more = new Float64Array(longest);
      for (let a = 0; a < longest; a++) {
        if (parts[a] === 0) continue;
        for (let b = 1; a + b < longest; b++) more[a + b] += parts[a] * below[b];
      }
      parts = more;
      for (let n = 0; n + 2 < longest; n++) here[n + 2] += (0.25 * parts[n]) / (most - 1);
    }
    below = here;
  }
  return below;
}

describe('the generator', () => {
  const tree = new ListOpsTree(official);
  const random = new RandomStream(11, 'listops/test');
  const [lengths, values]: [number[], number[]] = [[], []];
  const expressions: Node[] = [];
  const tries = 60_000;
  for (let i = 0; i < tries; i++) {
    const value = tree.draw(random);
    if (value < 0) continue;
    lengths.push(tree.length);
    values.push(value);
    if (expressions.length < 400)
      expressions.push(parse(Array.from(tree.tokens.subarray(0, tree.length), (token) => listOpsSymbols[token])));
  }

  it('has the lengths of the official rule: 8.28 % of expressions are kept, 1,035 tokens on average', () => {
    const shares = lengthShares(official);
    const kept = shares.slice(official.shortest + 1).reduce((sum, share) => sum + share, 0);
    const mean = shares.reduce((sum, share, n) => sum + (n > official.shortest ? n * share : 0), 0) / kept;
    expect(kept).toBeCloseTo(0.082755, 5);
    expect(mean).toBeCloseTo(1035.02, 1);
    // Within four standard errors.
    expect(Math.abs(lengths.length / tries - kept)).toBeLessThan(4 * Math.sqrt((kept * (1 - kept)) / tries));
    const sample = lengths.reduce((sum, n) => sum + n, 0) / lengths.length;
    expect(Math.abs(sample - mean)).toBeLessThan((4 * 400) / Math.sqrt(lengths.length));
    const bins = Array.from({ length: 15 }, (_, i) => [500 + 100 * i, 600 + 100 * i]);
    const inBin = bins.map(([low, high]) => lengths.filter((n) => n > low && n <= high).length);
    const binShares = bins.map(
      ([low, high]) => shares.slice(low + 1, high + 1).reduce((sum, one) => sum + one, 0) / kept,
    );
    expect(chiSquareChance(inBin, binShares)).toBeGreaterThan(1e-3);
  });

  it('computes values as another evaluator does, at most ten deep', () => {
    expect(expressions.map(valueOf)).toEqual(values.slice(0, expressions.length));
    expect(Math.max(...expressions.map(depthOf))).toBe(10);
  });

  it('gives 0 and 9 to one in six each', () => {
    const share = (value: number): number => values.filter((one) => one === value).length / values.length;
    for (const value of [0, 9]) expect(Math.abs(share(value) - 0.17)).toBeLessThan(0.015);
    for (let value = 1; value < 9; value++) expect(Math.abs(share(value) - 0.083)).toBeLessThan(0.02);
  });

  it('draws operators and parts evenly, and one node in four is an operator', () => {
    const all = new ListOpsTree({ shortest: 0, longest: 16384, depth: 4, arguments: 10 });
    const draws = new RandomStream(5, 'listops/test');
    const nodes: Exclude<Node, number>[] = [];
    let inner = 0;
    for (let i = 0; i < 20_000; i++) {
      all.draw(draws);
      const found = parse(Array.from(all.tokens.subarray(0, all.length), (token) => listOpsSymbols[token]));
      inner += Number(typeof found !== 'number');
      nodes.push(...nodesOf(found));
    }
    expect(chiSquareChance([inner, 20_000 - inner], [0.25, 0.75])).toBeGreaterThan(1e-3);
    const operators = ['MIN', 'MAX', 'MED', 'SM'].map(
      (name) => nodes.filter(({ operator }) => operator === name).length,
    );
    expect(chiSquareChance(operators, uniformShares(4))).toBeGreaterThan(1e-3);
    const parts = Array.from({ length: 9 }, (_, i) => nodes.filter((node) => node.parts.length === i + 2).length);
    expect(chiSquareChance(parts, uniformShares(9))).toBeGreaterThan(1e-3);
  });
});

describe('the task', () => {
  it('fills up in front and ends with the last token', () => {
    const task = prepare();
    const batch = makeBatch(task, 50, task.trainLength);
    task.train(batch, new RandomStream(1, 'data', 0));
    for (let row = 0; row < 50; row++) {
      const x = [...ints(batch, 'symbols').subarray(row * 100, (row + 1) * 100)];
      const begin = x.findIndex((token) => token !== 0);
      const tokens = x.slice(begin);
      expect(tokens).not.toContain(0);
      expect(tokens.length).toBeGreaterThan(10);
      expect(tokens.length).toBeLessThan(100);
      expect(valueOf(parse(tokens.map((token) => listOpsSymbols[token])))).toBe(ints(batch, 'value')[row]);
    }
  });

  it('has no expression in both sets, even where there are few', () => {
    const task = prepare({ longerThan: 1, shorterThan: 5, depth: 2, arguments: 2, evalSequences: 200 });
    const seen = (
      batch: { readonly streams: Readonly<Record<string, ArrayLike<number>>> },
      rows: number,
    ): Set<string> => {
      const x = Array.from(batch.streams['symbols']);
      return new Set(Array.from({ length: rows }, (_, i) => x.slice(i * 5, (i + 1) * 5).join()));
    };
    const held = makeBatch(task, 200, 5);
    task.evaluate(held, 0);
    const batch = makeBatch(task, 4000, 5);
    task.train(batch, new RandomStream(1, 'data', 0));
    const [heldOut, training] = [seen(held, 200), seen(batch, 4000)];
    // Four operators over two digits: 400 expressions.
    expect(heldOut.isDisjointFrom(training)).toBe(true);
    expect(heldOut.size + training.size).toBeLessThanOrEqual(400);
    expect(training.size).toBeGreaterThan(280);
  });

  it('has as many training expressions as it is given', () => {
    const task = prepare({ trainingSequences: 20 });
    const batch = makeBatch(task, 500, 100);
    task.train(batch, new RandomStream(1, 'data', 0));
    const rows = Array.from({ length: 500 }, (_, i) =>
      ints(batch, 'symbols')
        .subarray(i * 100, (i + 1) * 100)
        .join(),
    );
    expect(new Set(rows).size).toBe(20);
  });

  it('has the majority baseline of the long expressions', () => {
    const task = prepare({ longerThan: 500, shorterThan: 2000 });
    expect(Math.abs((task.chance.constant['val/accuracy'] ?? 0) - 0.17)).toBeLessThan(0.015);
    expect(task.trainTokens).toBeGreaterThan(1000);
    expect(task.trainTokens).toBeLessThan(1070);
  });

  it('refuses lengths that no expression has', () => {
    const refused = (values: FieldValues) => listOps.prepare({ ...defaultsOf(listOps.fields), ...values }, null);
    expect(refused({ longerThan: 50, shorterThan: 51 })).toMatchObject({ error: { message: saying('at least 52') } });
    expect(refused({ longerThan: 50, depth: 2 })).toMatchObject({
      error: { message: saying('got hardly any of depth 2') },
    });
  });
});
