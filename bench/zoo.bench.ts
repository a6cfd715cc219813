// Systems of the zoo against PyTorch: one training step of a text model as the program trains it (AdamW, decay, clipping), and single layers
// forward and backward. Same weights and data; losses are compared before times are printed; our kernel modules, PyTorch eager and compiled
// take turns step by step, each peer in a process of its own. Run: node bench/zoo.bench.ts [rounds] [cases], cases = beginnings of names; the
// result holds those that ran.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unwrap } from '../src/engine/core/result.ts';
import { f32, sizeOf } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import type { Executable } from '../src/engine/device/device.ts';
import { ProgramBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import { startingValues } from '../src/engine/models/initialisers/registry.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { buildProgram, names } from '../src/engine/training/program.ts';
import { setUpRun } from '../src/engine/training/setup.ts';
import { smallSpec } from '../src/engine/verify/small-run.ts';
import { interleave, record, tableHead, tableRows, type Contender, type Timing } from './measure.ts';
import { Peer } from './peers/peer.ts';
import { threads } from './peers/registry.ts';

interface Case {
  readonly name: string;
  readonly kind: 'transformer' | 'attention';
  readonly program: Program;
  readonly entry: string;
  readonly loss: string;
  readonly heads: number;
  readonly layers: number;
  readonly shape: readonly [batch: number, time: number];
}

const heads = 4;
const [D, V, L] = [128, 65, 2];
const learningRate = 1e-3;
const training = { optimiser: 'adamw', learningRate, weightDecay: 0.1, clip: 1 };
/** A text of V different symbols. */
const text = Array.from({ length: 60_000 }, (_, i) => String.fromCharCode(48 + ((i * 7 + (i >> 3)) % V))).join('');

function transformerStep(B: number, T: number): Case {
  const fields = { stack: 'nanogpt', layers: L, d: D, expansion: 1, heads, positions: 'none' };
  const spec = smallSpec({
    model: 'transformer',
    fields,
    task: 'char-text-v1',
    taskFields: { length: T, evalSequences: B },
    training: { ...training, batch: B },
  });
  const program = buildProgram(unwrap(setUpRun(spec, text)));
  const name = `Transformer, training step, B ${B}, T ${T}, D ${D}, ${L} layers`;
  return { name, kind: 'transformer', program, entry: 'train', loss: names.loss, heads, layers: L, shape: [B, T] };
}

function attentionLayer(B: number, T: number): Case {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => {
    const qkv = b.read(program.variable('qkv', f32(B, T, 3 * D), 'weight'));
    const dout = b.read(program.variable('dout', f32(B, T, D), 'weight'));
    const d = D / heads;
    const y = ops.attention(b, qkv, { heads, keyWidth: d, scale: d ** -0.5 }, null);
    const value = ops.reduceSum(b, ops.mul(b, y, dout), 'all');
    ops.assign(b, b.read(program.variable('loss', f32(), 'output')), value);
    const [found] = gradients(b, value, [qkv]);
    if (found === null || found === undefined) throw new Error('bench: attention has no gradient');
    ops.assign(b, b.read(program.variable('gradient', b.type(found), 'output')), found);
  });
  const name = `attention alone, forward and backward, B ${B}, T ${T}, D ${D}, ${heads} heads`;
  return {
    name,
    kind: 'attention',
    program: program.finish(),
    entry: 'step',
    loss: 'loss',
    heads,
    layers: 1,
    shape: [B, T],
  };
}

interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Data {
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly ids?: Tensor;
  readonly targets?: Tensor;
  readonly heads: number;
  readonly layers: number;
}

function dataOf({ program, kind, heads, layers, shape }: Case): Data {
  const weights = program.variables
    .filter(({ role }) => role === 'weight')
    .map((variable) => {
      const drawn =
        kind === 'attention'
          ? Array.from({ length: sizeOf(variable.type.shape) }, (_, i) => Math.fround(Math.sin(i * 12.9898) * 1.5))
          : [...startingValues(variable, 1)].map(Math.fround);
      return [variable.name, { shape: variable.type.shape, values: drawn }] as const;
    });
  const tokens = Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7 + (i >> 3)) % V);
  const next = tokens.map((token) => (token + 1) % V);
  const sequences = kind === 'attention' ? {} : { ids: { shape, values: tokens }, targets: { shape, values: next } };
  return { weights: Object.fromEntries(weights), ...sequences, heads, layers };
}

interface Ready extends Contender {
  readonly losses: readonly number[];
  /** Milliseconds of a step, where it is timed by whoever makes it. */
  readonly end: () => Promise<void>;
}

function feed(executable: Executable, one: Case, { weights, ids, targets }: Data): void {
  for (const [name, { values }] of Object.entries(weights)) executable.write(name, values);
  if (ids === undefined || targets === undefined) return;
  const inputs = one.program.variables.filter(({ name }) => name.startsWith('train/')).map(({ name }) => name);
  [ids, targets].forEach(({ values }, i) => executable.write(inputs[i] ?? '', Int32Array.from(values)));
  executable.write(names.hyper, Float64Array.from([learningRate, 0.1, 0.001, 0]));
}

async function ours(one: Case, data: Data, module: 'native' | 'wasm'): Promise<Ready> {
  const began = performance.now();
  const executable = await cpuDevice.compile(one.program, { threads, module });
  feed(executable, one, data);
  let steps = 0;
  const run = async (): Promise<void> => {
    steps += 1;
    // Bias corrections of Adam, as the trainer writes them.
    if (one.kind === 'transformer')
      executable.write(names.hyper, Float64Array.from([learningRate, 1 - 0.9 ** steps, 1 - 0.999 ** steps, 0]));
    executable.run(one.entry);
    await executable.settled();
  };
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) {
    await run();
    if (i === 0) console.log(`${module}: first step ${Math.round(performance.now() - began)} ms after the program`);
    losses.push((await executable.read(one.loss))[0] ?? NaN);
  }
  return { name: `${module}, ${threads} threads`, losses, run, end: () => executable.dispose() };
}

async function theirs(one: Case, file: string, variant: string): Promise<Ready | string> {
  const env = { MINRNN_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };
  const python = process.env['MINRNN_PYTHON'] ?? 'python3';
  const peer = new Peer(python, [join(import.meta.dirname, 'peers/zoo_peer.py')], env);
  const version = await peer.ready().then(
    (reply) => reply.version ?? null,
    () => null,
  );
  if (version === null) return 'PyTorch is not there: set MINRNN_PYTHON to a Python that has torch';
  const reply = await peer.setup({ key: 'one', kind: one.kind, variant, file }, 600);
  if (reply.losses === undefined) {
    peer.end();
    return `PyTorch ${variant}: ${reply.error ?? 'no answer'}`;
  }
  console.log(`PyTorch ${version} ${variant}: five steps after ${reply.seconds?.toFixed(1) ?? '?'} s`);
  const run = async (): Promise<void> => void (await peer.step('one'));
  const end = (): Promise<void> => Promise.resolve(peer.end());
  return { name: `PyTorch ${version}, ${variant}`, losses: reply.losses, run, end };
}

/** Contenders whose first five losses are those of the first one. */
function agreeing(all: readonly Ready[]): readonly Ready[] {
  const [first] = all;
  for (const { name, losses } of all)
    losses.forEach((loss, i) => {
      const want = first?.losses[i] ?? NaN;
      if (!(Math.abs(loss - want) <= 2e-3 * Math.max(1, Math.abs(want))))
        throw new Error(`bench: loss ${i + 1} of ${name} must be ${want}, got ${loss}: another model`);
    });
  return all;
}

async function compare(
  one: Case,
  rounds: number,
  folder: string,
): Promise<{ timings: readonly Timing[]; absent: string[] }> {
  const data = dataOf(one);
  const file = join(folder, 'case.json');
  writeFileSync(file, JSON.stringify(data));
  const found = [
    await ours(one, data, 'native'),
    await ours(one, data, 'wasm'),
    await theirs(one, file, 'eager'),
    await theirs(one, file, 'compiled'),
  ];
  const absent = found.filter((one) => typeof one === 'string');
  const there = agreeing(found.filter((one) => typeof one !== 'string'));
  const timings = await interleave(there, rounds, 3);
  for (const { end } of there) await end();
  return { timings, absent };
}

/** Ours against the better of the others. */
function verdict(timings: readonly Timing[]): string {
  const median = (name: string): number => timings.find((one) => one.name.startsWith(name))?.milliseconds.median ?? NaN;
  const others = timings
    .filter(({ name }) => name.startsWith('PyTorch'))
    .map(({ milliseconds }) => milliseconds.median);
  const best = Math.min(...others);
  if (others.length === 0) return 'No other to compare with.';
  const times = (name: string): string => (best / median(name)).toFixed(2);
  return `Native is ${times('native')} times as fast as the better PyTorch form, WebAssembly ${times('wasm')} times.`;
}

const rounds = Number(process.argv[2] ?? 30);
const only = process.argv[3]?.split(',');
const cases = [
  transformerStep(32, 128),
  transformerStep(4, 1024),
  ...[128, 1024, 16_384].map((T) => attentionLayer(Math.max(1, 4096 / T), T)),
].filter(({ name }) => only === undefined || only.some((start) => name.startsWith(start)));
const folder = mkdtempSync(join(tmpdir(), 'minrnn-zoo-'));
const lines = ['# Systems of the zoo', '', `${threads} threads, ${rounds} rounds in turns.`, ''];
const rows: unknown[] = [];
try {
  for (const one of cases) {
    const { timings, absent } = await compare(one, one.shape[1] > 2000 ? Math.ceil(rounds / 5) : rounds, folder);
    const part = [`## ${one.name}`, '', ...tableHead, ...tableRows('', timings), '', verdict(timings), ...absent, ''];
    console.log(part.join('\n'));
    lines.push(...part);
    rows.push({ case: one.name, timings, absent });
  }
  record('zoo', { threads, rounds, rows }, lines);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
