// The cpu device's kernel modules against what people would otherwise use: same shapes, same start, same data. Losses are compared before
// times are printed; contenders take turns step by step, each peer in a process of its own. Run: node bench/peers.bench.ts [rounds] [cases]
// where cases are prefixes of their names, separated by commas; the other cases stay in the file unchanged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answering,
  ours,
  prototypeContender,
  theirs,
  type Answering,
  type Case,
  type Data,
  type Tensor,
} from './peers/contender.ts';
import type { PeerEntry } from './peers/registry.ts';
import { earlier, finished, section, write, type CaseResult } from './peers/results.ts';
import { rowsOf } from './peers/rows.ts';
import { product, recurrentLayer, textShape, textStep } from './programs.ts';
import { prototypeThere } from './prototype.ts';

let seed = 1;
function uniform(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32 - 0.5;
}

const filled = (shape: readonly number[], value: (i: number) => number): Tensor => ({
  shape,
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});

function dataOf({ program, kind }: Case): Data {
  const weights = program.variables
    .filter(({ role }) => role === 'weight')
    .map(({ name, type }) => [name, filled(type.shape, () => Math.fround(uniform() * 0.3))] as const);
  const { B, T, V, L } = textShape;
  const token = (i: number): number => (i * 7 + (i >> 3)) % V;
  const ids = filled([B, T], token);
  const targets = filled([B, T], (i) => (token(i) + 1) % V);
  return { weights: Object.fromEntries(weights), ...(kind === 'text' ? { ids, targets, layers: L } : {}) };
}

/** More steps than any contender will run. */
const stepsAhead = 10;

async function compare(one: Case, there: readonly Answering[], folder: string): Promise<CaseResult> {
  const absent: string[] = [];
  const data = dataOf(one);
  const file = join(folder, 'case.json');
  writeFileSync(file, JSON.stringify(data));
  const own = await ours(one, data, absent);
  const others = await theirs(one, file, there, absent);
  const prototype =
    one.kind === 'text' && prototypeThere ? [await prototypeContender(2 * one.rounds + stepsAhead)] : [];
  const rows = await rowsOf(own, others, prototype, one.rounds);
  for (const contender of [...own, ...others, ...prototype]) await contender.end();
  return finished(one.name, one.rounds, rows, absent);
}

const rounds = Number(process.argv[2] ?? 30);
const only = process.argv[3]?.split(',');
const { B, T, D } = textShape;
const cases: readonly Case[] = [
  {
    name: 'text step (2-layer minGRU)',
    kind: 'text' as const,
    program: textStep(),
    variants: (entry: PeerEntry) => entry.text,
    rounds,
  },
  ...(['gru', 'lstm'] as const).map((kind) => ({
    name: `${kind === 'gru' ? 'GRU' : 'LSTM'} layer ${B}x${T}x${D}, forward and backward`,
    kind: 'layer' as const,
    program: recurrentLayer(kind),
    variants: (entry: PeerEntry) => entry[kind],
    rounds,
  })),
  ...(
    [
      [512, 512, 512],
      [4096, 256, 128],
    ] as const
  ).map(([m, k, n]) => ({
    name: `sgemm ${m}x${k}x${n}`,
    kind: 'product' as const,
    program: product(m, k, n),
    variants: (entry: PeerEntry) => entry.product,
    rounds: 3 * rounds,
  })),
];
const folder = mkdtempSync(join(tmpdir(), 'minrnn-peers-'));
const missing: string[] = [];
const there = await answering(missing);
for (const line of missing) console.log(`absent: ${line}`);
const chosen = cases.filter(({ name }) => only === undefined || only.some((start) => name.startsWith(start)));
const kept = earlier();
const fresh: CaseResult[] = [];
try {
  for (const one of chosen) {
    const result = await compare(one, there, folder);
    fresh.push({ ...result, absent: [...missing, ...result.absent] });
    console.log(fresh.slice(-1).flatMap(section).join('\n'));
    write(
      cases.map(({ name }) => name),
      kept,
      fresh,
    );
  }
} finally {
  for (const { peer } of there) peer.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
