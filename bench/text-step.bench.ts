// The text step (2-layer minGRU language model, B 32, T 128, D 128, V 65: forward, backward, Adam) and a GRU layer on the cpu device, in
// turns with the prototype's kernels if their folder exists. Run: node bench/text-step.bench.ts [rounds]
import { english } from '../src/engine/core/say.ts';
import { f32 } from '../src/engine/core/tensor.ts';
import { cpuDevice, nativeModule } from '../src/engine/device/cpu/index.ts';
import type { Executable } from '../src/engine/device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import { call } from '../src/engine/ops/call.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { interleave, ratio, record, tableHead, tableRows, type Contender, type Timing } from './measure.ts';
import type { MemoryReport } from '../src/engine/spec/metrics.ts';
import { textShape, textStep } from './programs.ts';
import { Prototype, prototypeThere } from './prototype.ts';

const { B, T, D, V, L } = textShape;

let seed = 1;
function uniform(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32 - 0.5;
}

function writeText(executable: Executable, program: Program): void {
  const token = (i: number): number => (i * 7 + (i >> 3)) % V;
  executable.write(
    'ids',
    Int32Array.from({ length: B * T }, (_, i) => token(i)),
  );
  executable.write(
    'targets',
    Int32Array.from({ length: B * T }, (_, i) => (token(i) + 1) % V),
  );
  for (const { name, type, role } of program.variables) {
    if (role !== 'weight') continue;
    const size = type.shape.reduce((a, b) => a * b, 1);
    executable.write(
      name,
      Float32Array.from({ length: size }, () => uniform() * 0.3),
    );
  }
}

type Module = 'native' | 'wasm';

/** Runs the entry `step` and waits for it. */
async function runStep(executable: Executable): Promise<void> {
  executable.run('step');
  await executable.settled();
}

/** One training step per call. */
function stepper(executable: Executable): () => Promise<void> {
  let step = 0;
  return () => {
    step++;
    executable.write('hyper', [1e-3, 1 - 0.9 ** step, 1 - 0.999 ** step, 0]);
    return runStep(executable);
  };
}

async function compareText(
  module: Module,
  threads: number,
  rounds: number,
  prototype: Prototype | null,
): Promise<Outcome> {
  const program = textStep();
  const ours = await cpuDevice.compile(program, { threads, module, schedule: 'op-by-op' });
  const slab = await cpuDevice.compile(program, { threads, module, schedule: 'slab' });
  for (const executable of [ours, slab]) writeText(executable, program);
  const warmUp = 5;
  const theirs = prototype ? await prototype.start(threads, rounds + warmUp) : null;
  const contenders: Contender[] = [{ name: 'cpu device', run: stepper(ours) }];
  contenders.push({ name: 'cpu device, slab', run: stepper(slab) });
  if (theirs) contenders.push({ name: 'prototype', run: () => void theirs.step() });
  const timings = await interleave(contenders, rounds, warmUp);
  await ours.dispose();
  await slab.dispose();
  await theirs?.end();
  const [byOp, pieces, prototypeTiming] = timings;
  return {
    step: `text, ${module}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    memory: ours.plannedBytes(),
    timings,
    slab: { memory: slab.plannedBytes(), ratio: ratio(pieces, byOp) },
    ...(theirs ? { ratio: ratio(byOp, prototypeTiming) } : {}),
  };
}

interface Outcome {
  readonly step: string;
  readonly memory: MemoryReport;
  readonly timings: readonly Timing[];
  /** Our time over the prototype's; absent without the prototype. */
  readonly ratio?: { readonly median: number; readonly minimum: number };
  /** The slab schedule, and its time over op by op. */
  readonly slab?: {
    readonly memory: MemoryReport;
    readonly ratio: { readonly median: number; readonly minimum: number };
  };
}

function verdict(timings: readonly Timing[]): Pick<Outcome, 'timings' | 'ratio'> {
  const [ours, theirs] = timings;
  return theirs ? { timings, ratio: ratio(ours, theirs) } : { timings };
}

/** Forward and backward of the recurrent part of a GRU layer: gx given, gradients of gx, W and b. */
function gruLayer(): Program {
  const program = new ProgramBuilder(opTable);
  const read = (b: GraphBuilder, name: string, ...shape: number[]): ValueId =>
    b.read(program.variable(name, f32(...shape), 'weight'));
  program.entry('step', (b) => {
    const weight = read(b, 'weight', 3 * D, D);
    const bias = read(b, 'bias', 3 * D);
    const [h, gates] = call(b, 'gru', [read(b, 'gx', B, T, 3 * D), weight, bias], { initial: false });
    const found = call(b, 'gruGrad', [weight, h, gates, read(b, 'dh', B, T, D)], { initial: false });
    found.forEach((value, i) => {
      const type = b.type(value);
      ops.assign(b, b.read(program.variable(`out${i}`, type, 'output')), value);
    });
  });
  return program.finish();
}

function prototypeGru(prototype: Prototype): () => void {
  const { kernels, buffer } = prototype.kernels(1024);
  const floats = new Float32Array(buffer);
  let top = 4096;
  const take = (n: number): number => {
    const at = top;
    top += n * 4;
    for (let i = 0; i < n; i++) floats[at / 4 + i] = uniform() * 0.2;
    return at;
  };
  const M = B * T;
  const [gx, U, h, s, gh] = [M * 3 * D, D * 3 * D, M * D, M * 4 * D, B * 3 * D].map(take);
  const [dh, dgx, dgh, carry, dU, work] = [
    M * D,
    M * 3 * D,
    M * 3 * D,
    B * D,
    D * 3 * D,
    256 * 512 + 100 * 256 + 64,
  ].map(take);
  return () => {
    kernels.gruFwd(gx, U, h, s, gh, 0, B, T, D, work);
    kernels.gruBwd(U, h, s, dh, dgx, dgh, carry, 0, B, T, D, work);
    kernels.sgemm(D, 3 * D, M - 1, h, 1, D, dgh + 3 * D * 4, 3 * D, 1, dU, 3 * D, 0, work);
  };
}

async function compareGru(module: Module, rounds: number, prototype: Prototype | null): Promise<Outcome> {
  const program = gruLayer();
  const ours = await cpuDevice.compile(program, { threads: 1, module });
  const both = await cpuDevice.compile(program, { threads: 2, module });
  for (const executable of [ours, both]) {
    for (const { name, type, role } of program.variables) {
      const size = type.shape.reduce((a, b) => a * b, 1);
      if (role === 'weight')
        executable.write(
          name,
          Float32Array.from({ length: size }, () => uniform() * 0.2),
        );
    }
  }
  const contenders: Contender[] = [{ name: 'cpu device, 1 thread', run: () => runStep(ours) }];
  if (prototype) contenders.push({ name: 'prototype, 1 thread', run: prototypeGru(prototype) });
  contenders.push({ name: 'cpu device, 2 threads', run: () => runStep(both) });
  const timings = await interleave(contenders, rounds, 3);
  await ours.dispose();
  await both.dispose();
  return {
    step: `GRU layer, ${module}`,
    memory: ours.plannedBytes(),
    ...(prototype ? verdict(timings) : { timings }),
  };
}

function report(results: readonly Outcome[]): readonly string[] {
  const notes = results.map(({ step, memory, ratio: r, slab }) => {
    const compared = r
      ? `ratio to the prototype ${r.median} by median, ${r.minimum} by minimum`
      : 'prototype skipped: its folder is not there';
    const pieces = slab
      ? `; slab over op by op ${slab.ratio.median} by median, ${slab.ratio.minimum} by minimum, planned bytes ${slab.memory.total}`
      : '';
    return `- ${step}: ${compared}; planned bytes ${memory.total}${pieces}`;
  });
  const rows = results.flatMap(({ step, timings }) => tableRows(step, timings));
  return ['# Text step and GRU layer on the cpu device', '', ...notes, '', ...tableHead, ...rows];
}

const rounds = Number(process.argv[2] ?? 60);
const prototype = prototypeThere ? new Prototype() : null;
if (prototype) await prototype.open();
else console.log('prototype: skipped, its folder is not there');
try {
  const native = await nativeModule();
  if (native.state === 'missing') console.log(`native: skipped, ${english(native.why)}`);
  const modules: readonly Module[] = native.state === 'ready' ? ['native', 'wasm'] : ['wasm'];
  const results: Outcome[] = [];
  for (const module of modules) {
    results.push(await compareText(module, 1, rounds, prototype));
    results.push(await compareText(module, 2, rounds, prototype));
    results.push(await compareGru(module, rounds, prototype));
  }
  console.log(JSON.stringify(results, null, 1));
  record('text-step', { shape: { B, T, D, V, L }, rounds, results }, report(results));
} finally {
  prototype?.close();
}
process.exit(0);
