// The cpu device's kernel modules against what people would otherwise use: same shapes, same start, same data. Losses are compared before
// times are printed; contenders take turns step by step, each peer in a process of its own. Run: node bench/peers.bench.ts [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import type { Executable } from '../src/engine/device/device.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import { quartilesOf } from '../src/engine/training/timing.ts';
import { record } from './measure.ts';
import type { Peer } from './peers/peer.ts';
import { peers, threads, type PeerEntry } from './peers/registry.ts';
import { product, recurrentLayer, textShape, textStep } from './programs.ts';
import { Prototype, prototypeThere } from './prototype.ts';

interface Case {
  readonly name: string;
  readonly kind: 'text' | 'layer' | 'product';
  readonly program: Program;
  readonly variants: (entry: PeerEntry) => readonly string[];
  readonly rounds: number;
}

interface Contender {
  readonly name: string;
  /** Losses of the first five steps, or samples of the product; null where the model is another one. */
  readonly losses: readonly number[] | null;
  /** Milliseconds of one step. */
  readonly step: () => Promise<number>;
  readonly end: () => Promise<void>;
}

interface Row {
  readonly name: string;
  readonly milliseconds: { readonly q1: number; readonly median: number; readonly q3: number } | null;
  /** Its median over the best of ours: above 1 = it is slower. */
  readonly ratio: number | null;
  readonly note: string;
}

const tolerance = 1e-3;
const warmUp = 3;
/** Longest wait for a peer's five first steps; torch.compile needs most of it. */
const setupSeconds = Number(process.env['MINRNN_PEER_SECONDS'] ?? 180);
/** Longest step worth repeating. */
const longestMs = 3000;

let seed = 1;
function uniform(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32 - 0.5;
}

interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const filled = (shape: readonly number[], value: (i: number) => number): Tensor => ({
  shape,
  values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});

/** Start and data of a case: every contender gets these. */
function dataOf({ program, kind }: Case) {
  const weights = program.variables
    .filter(({ role }) => role === 'weight')
    .map(({ name, type }) => [name, filled(type.shape, () => Math.fround(uniform() * 0.3))] as const);
  const { B, T, V, L } = textShape;
  const token = (i: number): number => (i * 7 + (i >> 3)) % V;
  const ids = filled([B, T], token);
  const targets = filled([B, T], (i) => (token(i) + 1) % V);
  return { weights: Object.fromEntries(weights), ...(kind === 'text' ? { ids, targets, layers: L } : {}) };
}

type Data = ReturnType<typeof dataOf>;

async function ourContender(one: Case, data: Data, module: 'native' | 'wasm'): Promise<Contender> {
  const executable = await cpuDevice.compile(one.program, { threads, module });
  for (const [name, { values }] of Object.entries(data.weights)) executable.write(name, values);
  if (data.ids && data.targets) {
    executable.write('ids', data.ids.values);
    executable.write('targets', data.targets.values);
  }
  const step = ourStep(executable, one.kind);
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) losses.push((await step()).loss);
  const samples = one.kind === 'product' ? await productSamples(executable) : losses;
  const name = `${module}: ${executable.device.module}`;
  return { name, losses: samples, step: async () => (await step()).ms, end: () => executable.dispose() };
}

function ourStep(executable: Executable, kind: Case['kind']): () => Promise<{ loss: number; ms: number }> {
  let count = 0;
  return async () => {
    count++;
    const started = performance.now();
    if (kind === 'text') executable.write('hyper', [1e-3, 1 - 0.9 ** count, 1 - 0.999 ** count, 0]);
    executable.run('step');
    // A module may compute beside this thread: a step counts as done when its result is there.
    await executable.settled();
    const loss = kind === 'product' ? 0 : Number((await executable.read('loss'))[0]);
    return { loss, ms: performance.now() - started };
  };
}

async function productSamples(executable: Executable): Promise<readonly number[]> {
  const c = await executable.read('c');
  const stride = Math.max(1, Math.floor(c.length / 5));
  return Array.from({ length: 5 }, (_, i) => c[i * stride] ?? NaN);
}

async function ours(one: Case, data: Data, absent: string[]): Promise<Contender[]> {
  const found: Contender[] = [];
  for (const module of ['native', 'wasm'] as const) {
    try {
      found.push(await ourContender(one, data, module));
    } catch (error) {
      absent.push(`${one.name}: module ${module}: ${words(error)}`);
    }
  }
  return found;
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Peers that answer; the others with the reason. */
async function present(absent: string[]): Promise<readonly { entry: PeerEntry; peer: Peer; version: string }[]> {
  const found = [];
  for (const entry of peers) {
    const peer = entry.start();
    try {
      const { version, error } = await peer.ready();
      if (error !== undefined) throw new Error(error);
      found.push({ entry, peer, version: version ?? entry.name });
    } catch (error) {
      peer.end();
      absent.push(`${entry.name}: ${words(error)}. ${entry.cure}`);
    }
  }
  return found;
}

type Present = Awaited<ReturnType<typeof present>>;

async function theirs(one: Case, file: string, there: Present, absent: string[]): Promise<Contender[]> {
  const found: Contender[] = [];
  for (const { entry, peer, version } of there) {
    for (const variant of one.variants(entry)) {
      const key = `${one.name} ${variant}`;
      const { losses, error } = await peer.setup({ key, kind: one.kind, variant, file }, setupSeconds);
      console.log(`${one.name}: ${version}, ${variant}: ${error ?? losses?.map((loss) => loss.toFixed(4)).join(' ')}`);
      if (error !== undefined) absent.push(`${one.name}: ${entry.name} ${variant}: ${error}`);
      else {
        const other = one.kind === 'text' && variant.startsWith('nn.');
        const step = (): Promise<number> => peer.step(key);
        found.push({
          name: `${version}, ${variant}`,
          losses: other ? null : (losses ?? []),
          step,
          end: async () => undefined,
        });
      }
    }
  }
  return found;
}

/** Null when the losses agree, else how far they are apart. */
function disagreement(losses: readonly number[] | null, reference: readonly number[]): string | null {
  if (losses === null) return null;
  const apart = losses.map(
    (loss, i) => Math.abs(loss - (reference[i] ?? NaN)) / Math.max(1, Math.abs(reference[i] ?? 0)),
  );
  const worst = Math.max(...apart);
  return worst <= tolerance ? null : `losses differ by ${worst.toExponential(1)} of the reference: no time is printed`;
}

/** A B A B: every contender one step a round; a slow one is dropped after it has shown three. */
async function timed(contenders: readonly Contender[], rounds: number): Promise<readonly number[][]> {
  const times = contenders.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const own = times[i] ?? [];
      if (own.length >= 3 && (own.at(-1) ?? 0) > longestMs) continue;
      const ms = await contender.step();
      if (round >= 0 || ms > longestMs) own.push(ms);
    }
  }
  return times;
}

async function compare(one: Case, there: Present, folder: string, absent: string[]): Promise<readonly Row[]> {
  const data = dataOf(one);
  const file = join(folder, 'case.json');
  writeFileSync(file, JSON.stringify(data));
  const own = await ours(one, data, absent);
  const all = [...own, ...(await theirs(one, file, there, absent))];
  const reference = own.at(-1)?.losses ?? [];
  const notes = all.map(({ losses }) => disagreement(losses, reference));
  const good = all.filter((_, i) => notes[i] === null);
  const prototype = one.kind === 'text' && prototypeThere ? await prototypeContender(one.rounds + warmUp) : null;
  if (prototype) good.push(prototype);
  const times = await timed(good, one.rounds);
  for (const contender of good) await contender.end();
  const medians = times.map((values) => quartilesOf(Float64Array.from(values)).median);
  const best = Math.min(...good.flatMap((contender, i) => (own.includes(contender) ? [medians[i] ?? Infinity] : [])));
  return [
    ...good.map((contender, i) => rowOf(contender, times[i] ?? [], best)),
    ...all.flatMap(({ name }, i): Row[] =>
      notes[i] ? [{ name, milliseconds: null, ratio: null, note: notes[i] }] : [],
    ),
  ];
}

async function prototypeContender(steps: number): Promise<Contender> {
  const prototype = new Prototype();
  await prototype.open();
  const started = await prototype.start(threads, steps);
  const step = async (): Promise<number> => {
    const before = performance.now();
    started.step();
    return performance.now() - before;
  };
  const end = async (): Promise<void> => {
    await started.end();
    prototype.close();
  };
  return { name: 'WebAssembly prototype', losses: null, step, end };
}

function rowOf({ name, losses }: Contender, times: readonly number[], best: number): Row {
  const milliseconds = quartilesOf(Float64Array.from(times));
  const note = losses === null ? 'another model or start: losses not compared' : '';
  return { name, milliseconds, ratio: milliseconds.median / best, note };
}

function report(results: readonly { case: string; rows: readonly Row[] }[], absent: readonly string[]): string[] {
  const tables = results.flatMap(({ case: name, rows }) => [
    `## ${name}`,
    '',
    '| who | lower quartile ms | median | upper quartile | median over the best of ours | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ name: who, milliseconds: ms, ratio, note }) => {
      const figures =
        ms === null ? ['–', '–', '–', '–'] : [ms.q1, ms.median, ms.q3, ratio ?? NaN].map((one) => one.toFixed(2));
      return `| ${who} | ${figures.join(' | ')} | ${note} |`;
    }),
    '',
  ]);
  const missing = absent.length === 0 ? [] : ['Absent:', '', ...absent.map((one) => `- ${one}`), ''];
  const intro = `Steps in turns (A B A B), ${threads} threads each, losses within ${tolerance} before times.`;
  return ['# Peers', '', intro, '', ...tables, ...missing];
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
const absent: string[] = [];
const there = await present(absent);
try {
  const results = [];
  for (const one of cases.filter(({ name }) => only === undefined || only.some((start) => name.startsWith(start)))) {
    const rows = await compare(one, there, folder, absent);
    results.push({ case: one.name, rows });
    console.log(
      report([{ case: one.name, rows }], [])
        .slice(4)
        .join('\n'),
    );
    record('peers', { rounds, threads, results, absent }, report(results, absent));
  }
  for (const line of absent) console.log(`absent: ${line}`);
} finally {
  for (const { peer } of there) peer.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
