// What webgpu does on a graphics card: scans against copying, a text step against PyTorch, a fused GRU layer against cuDNN, long sequences at
// equal tokens. On a software adapter everything runs at tiny sizes as a smoke test, and no speed is printed or kept.
// Run: node bench/gpu.bench.ts [rounds]; MINRNN_PYTHON names a Python with torch (and CUDA): losses first, then times.
import { english } from '../src/engine/core/say.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sizeOf } from '../src/engine/core/tensor.ts';
import type { OpTime } from '../src/engine/device/device.ts';
import type { GpuExecutable } from '../src/engine/device/webgpu/executable.ts';
import { compileGpu, webgpuDevice } from '../src/engine/device/webgpu/index.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import { opCases } from '../src/engine/verify/op-cases.ts';
import { checkOp } from '../src/engine/verify/check-op.ts';
import { scanProgram } from './gpu-programs.ts';
import { record } from './measure.ts';
import { Peer } from './peers/peer.ts';
import { disagreement } from './peers/rows.ts';
import { recurrentLayer, textStep, type TextShape } from './programs.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);
if (missing !== null) {
  console.log(`gpu: skipped, ${missing}`);
  process.exit(0);
}
const { software } = await webgpuDevice.capabilities();
const rounds = Number(process.argv[2] ?? (software === null ? 20 : 1));
const lines: string[] = [];
const results: Record<string, unknown> = {};

const say = (line: string): void => {
  lines.push(line);
  console.log(line);
};
/** Speeds are reported for hardware only. */
const speed = (text: string): string => (software === null ? text : 'ran; not timed on a software adapter');
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

function fill(executable: GpuExecutable, program: Program, vocabulary: number): void {
  for (const { name, type, role } of program.variables) {
    if (role === 'output' || role === 'optimiser') continue;
    const value = (i: number): number => (type.dtype === 'i32' ? (i * 7 + (i >> 3)) % vocabulary : Math.sin(i) * 0.1);
    executable.write(
      name,
      Float32Array.from({ length: sizeOf(type.shape) }, (_, i) => value(i)),
    );
  }
  if (program.variables.some(({ name }) => name === 'hyper')) executable.write('hyper', [1e-3, 0.1, 0.001, 0]);
}

/** Do not time a kernel that computes something else. */
async function gate(): Promise<void> {
  const under = [{ device: webgpuDevice, options: { threads: 1, poison: false } }];
  const { failures } = await checkOp(
    'linearScan',
    opCases.linearScan.slice(0, software === null ? undefined : 2),
    under,
  );
  if (failures.length === 0) return;
  console.error(`gpu: the scan differs from its definition, so there are no numbers\n${failures.join('\n')}`);
  process.exit(1);
}

/** GPU milliseconds of one entry by time stamps: all dispatches of an op, median of rounds. */
async function timesOf(executable: GpuExecutable, entry: string, op: string): Promise<number> {
  const found: number[] = [];
  for (let i = -3; i < rounds; i++) {
    executable.run(entry);
    await executable.settled();
    const times = executable.profile(entry) ?? [];
    const own = times.filter((one) => one.op === op).reduce((sum, one) => sum + one.milliseconds, 0);
    if (i >= 0) found.push(own);
  }
  return median(found);
}

async function scans(): Promise<void> {
  const [B, T, H] = software === null ? [32, 512, 512] : [2, 32, 16];
  const shape = [B, T, H];
  const program = scanProgram(B, T, H);
  const executable = await compileGpu(program, { threads: 1, profile: true });
  fill(executable, program, 2);
  const values = B * T * H * 4;
  const rate = async (entry: string, op: string, tensors: number): Promise<number> =>
    (tensors * values) / (await timesOf(executable, entry, op)) / 1e6;
  const copy = await rate('copy', 'assign', 2);
  const forward = await rate('forward', 'linearScan', 3);
  const backward = await rate('backward', 'linearScanGrad', 5);
  await executable.dispose();
  results['scan'] = software === null ? { shape, copy, forward, backward, unit: 'GB/s' } : { shape, ran: true };
  say(`| copy of [${shape.join(', ')}] | ${speed(`${copy.toFixed(0)} GB/s`)} | |`);
  const part = (of: number, bound: number): string =>
    `${((100 * of) / copy).toFixed(0)} % of copying (asked ${bound} %)`;
  say(`| linear scan forward | ${speed(`${forward.toFixed(0)} GB/s, ${part(forward, 70)}`)} | |`);
  say(`| linear scan backward | ${speed(`${backward.toFixed(0)} GB/s, ${part(backward, 60)}`)} | |`);
}

interface StepTime {
  readonly ms: number;
  /** Losses of the first five steps. */
  readonly losses: readonly number[];
  readonly profile: readonly OpTime[];
}

async function firstLosses(executable: GpuExecutable, adam: boolean): Promise<readonly number[]> {
  const losses: number[] = [];
  for (let n = 1; n <= 5; n++) {
    if (adam) executable.write('hyper', [1e-3, 1 - 0.9 ** n, 1 - 0.999 ** n, 0]);
    executable.run('step');
    losses.push(Number((await executable.read('loss'))[0]));
  }
  return losses;
}

/** Milliseconds per step while the device always has the next step queued, as in training: median over whole loops of steps. */
async function stepTime(program: Program, vocabulary: number): Promise<StepTime> {
  const executable = await compileGpu(program, { threads: 1 });
  fill(executable, program, vocabulary);
  const losses = await firstLosses(
    executable,
    program.variables.some(({ name }) => name === 'hyper'),
  );
  const steps = software === null ? 10 : 1;
  const { pipeline } = executable;
  if (!pipeline) throw new Error('gpu: a program with a loss must have a pipeline');
  const collected = new Float64Array(pipeline.slots);
  const found: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < steps; i++) {
      await pipeline.room();
      pipeline.run('step');
    }
    await pipeline.collect(['loss'], collected);
    if (round >= 0) found.push((performance.now() - start) / steps);
  }
  await executable.dispose();
  if (!losses.every(Number.isFinite)) throw new Error(`gpu: losses are required, got ${losses.join(', ')}`);
  const timed = await compileGpu(program, { threads: 1, profile: true });
  fill(timed, program, vocabulary);
  timed.run('step');
  await timed.settled();
  const profile = timed.profile('step') ?? [];
  await timed.dispose();
  return { ms: median(found), losses, profile };
}

function profileByOp(profile: readonly OpTime[]): void {
  const ops = new Map<string, { ms: number; bytes: number; flops: number }>();
  for (const { op, milliseconds: ms, bytes, flops } of profile) {
    const sum = ops.get(op) ?? { ms: 0, bytes: 0, flops: 0 };
    ops.set(op, { ms: sum.ms + ms, bytes: sum.bytes + bytes, flops: sum.flops + flops });
  }
  const all = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (const [op, { ms, bytes, flops }] of [...ops].sort((a, b) => b[1].ms - a[1].ms)) {
    const numbers = `${ms.toFixed(3)} ms, ${(bytes / ms / 1e6).toFixed(0)} GB/s, ${(flops / ms / 1e6).toFixed(0)} GFLOP/s, ${((100 * ms) / all).toFixed(0)} %`;
    say(`| — ${op} | ${speed(numbers)} | |`);
  }
}

/** PyTorch on CUDA with the same shapes and start: milliseconds per step by variant, or the reason why there are none; `reference` = our losses. */
async function torch(
  kind: 'text' | 'layer',
  program: Program,
  shape: TextShape,
  variants: readonly string[],
  reference: readonly number[],
): Promise<Readonly<Record<string, number | string>>> {
  const python = process.env['MINRNN_PYTHON'];
  if (software !== null && python === undefined)
    return Object.fromEntries(variants.map((name) => [name, 'not asked on a software adapter']));
  const folder = mkdtempSync(join(tmpdir(), 'gpu-bench-'));
  const file = join(folder, 'case.json');
  const filled = (dims: readonly number[], value: (i: number) => number): object => ({
    shape: dims,
    values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
  });
  const weights = program.variables.filter(({ role }) => role === 'weight');
  const token = (i: number): number => (i * 7 + (i >> 3)) % shape.V;
  writeFileSync(
    file,
    JSON.stringify({
      weights: Object.fromEntries(
        weights.map(({ name, type }) => [name, filled(type.shape, (i) => Math.sin(i) * 0.1)]),
      ),
      ids: filled([shape.B, shape.T], token),
      targets: filled([shape.B, shape.T], token),
      layers: shape.L,
    }),
  );
  const script = join(import.meta.dirname, 'peers', 'torch_peer.py');
  const peer = new Peer(python ?? 'python3', [script], { MINRNN_TORCH_DEVICE: software === null ? 'cuda' : 'cpu' });
  const found: Record<string, number | string> = {};
  try {
    await peer.ready();
    for (const variant of variants) {
      const { error, losses = [] } = await peer.setup({ key: variant, kind, variant, file }, 300);
      const refused = error ?? disagreement(losses, reference);
      if (refused !== null) found[variant] = refused;
      else if (software !== null) found[variant] = 'the same losses; not timed on a software adapter';
      else {
        const times: number[] = [];
        for (let i = -3; i < rounds; i++) times.push(await peer.step(variant));
        found[variant] = median(times.slice(3));
      }
    }
  } catch (problem) {
    for (const variant of variants)
      found[variant] ??= `absent: ${problem instanceof Error ? problem.message : String(problem)}`;
  } finally {
    peer.end();
    rmSync(folder, { recursive: true });
  }
  return found;
}

function against(own: number, others: Readonly<Record<string, number | string>>): void {
  for (const [name, ms] of Object.entries(others)) {
    const told = typeof ms === 'string' ? ms : speed(`${ms.toFixed(2)} ms, ${(ms / own).toFixed(2)} times as long`);
    say(`| PyTorch, ${name} | ${told} | |`);
  }
}

async function text(): Promise<void> {
  const shape = software === null ? { B: 64, T: 256, D: 384, V: 65, L: 6 } : { B: 1, T: 16, D: 8, V: 65, L: 2 };
  const program = textStep(shape.B, shape);
  const { ms, losses, profile } = await stepTime(program, shape.V);
  const variants = [
    'scan with its own gradient',
    'chunked scan',
    "paper's log-space scan",
    'torch.compile, chunked scan',
  ];
  const others = await torch('text', program, shape, variants, losses);
  results['text'] = software === null ? { shape, ms, others, profile } : { shape, ran: true };
  say(
    `| minGRU text step ${JSON.stringify(shape)} | ${speed(`${ms.toFixed(2)} ms`)} | asked: 3 times PyTorch eager, 1 time compiled |`,
  );
  against(ms, others);
  profileByOp(profile);
}

async function layer(): Promise<void> {
  if (software !== null) return say('| fused GRU layer | not run on a software adapter: its check is `verify` | |');
  const program = recurrentLayer('gru');
  const { ms, losses } = await stepTime(program, 2);
  const others = await torch('layer', program, { B: 32, T: 128, D: 128, V: 2, L: 1 }, ['nn.GRU'], losses);
  results['gru'] = { ms, others };
  say(`| fused GRU layer, B 32, T 128, D 128 | ${speed(`${ms.toFixed(2)} ms`)} | cuDNN behind nn.GRU |`);
  against(ms, others);
}

/** The same number of tokens in longer sequences. */
async function lengths(): Promise<void> {
  const tokens = software === null ? 16384 : 32;
  const [short, long] = software === null ? [512, 4096] : [8, 32];
  const times: number[] = [];
  for (const T of [short, long]) {
    const shape =
      software === null ? { B: tokens / T, T, D: 384, V: 65, L: 6 } : { B: tokens / T, T, D: 8, V: 65, L: 1 };
    times.push((await stepTime(textStep(shape.B, shape), shape.V)).ms);
  }
  const [before = NaN, after = NaN] = times;
  results['lengths'] = software === null ? { tokens, short, long, before, after } : { ran: true };
  const told = `${before.toFixed(2)} and ${after.toFixed(2)} ms: ${(after / before).toFixed(2)} times`;
  say(`| T ${short} and T ${long} at ${tokens} tokens a step | ${speed(told)} | asked at most 1.25 |`);
}

await gate();
say(
  `| ${software === null ? 'on this graphics card' : `${software} (software): says nothing about a graphics card`} | measured | |`,
);
say('|---|---|---|');
await scans();
await text();
await layer();
await lengths();
if (software === null) record('gpu', results, lines);
process.exit(0);
