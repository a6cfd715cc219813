// How close the linear scan of [32, 512, 512] comes to copying memory: both in turns in one run, each kernel module, two threads. Copying
// is timed twice: by the engine on the same threads, and by one thread of the runtime. The faster one counts. Run: node bench/scan.bench.ts
// [rounds]
import { f32 } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import type { Executable } from '../src/engine/device/device.ts';
import { ProgramBuilder } from '../src/engine/graph/builder.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { record } from './measure.ts';

const [B, T, H] = [32, 512, 512];
const size = B * T * H;
const threads = 2;

function build(): Program {
  const program = new ProgramBuilder(opTable);
  const [a, x] = ['a', 'x'].map((name) => program.variable(name, f32(B, T, H), 'input'));
  const last = program.variable('last', f32(B, 1, H), 'output');
  const y = program.variable('y', f32(B, T, H), 'output');
  // Only the last step is kept: copying all of h to a variable would be timed too.
  program.entry('scan', (b) => {
    const h = ops.linearScan(b, b.read(a), b.read(x)).y;
    ops.assign(b, b.read(last), ops.slice(b, h, 1, T - 1, 1));
  });
  program.entry('copy', (b) => ops.assign(b, b.read(y), b.read(a)));
  return program.finish();
}

/** A timed operation: the bytes it reads and writes, and how long each turn took. */
interface Contender {
  readonly module: string;
  readonly what: 'scan' | 'copy';
  readonly bytes: number;
  readonly turn: () => Promise<void>;
  readonly seconds: number[];
}

async function contendersOf(module: 'native' | 'wasm', executable: Executable): Promise<readonly Contender[]> {
  const values = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) / 1100);
  for (const name of ['a', 'x']) executable.write(name, values);
  await executable.settled();
  return (['scan', 'copy'] as const).map((what) => ({
    module,
    what,
    bytes: (what === 'scan' ? 3 : 2) * size * 4,
    seconds: [],
    turn: () => {
      executable.run(what);
      return executable.settled();
    },
  }));
}

function copyOfRuntime(): Contender {
  const [from, to] = [new Float32Array(size).fill(1), new Float32Array(size)];
  const turn = async (): Promise<void> => to.set(from);
  return { module: 'runtime, 1 thread', what: 'copy', bytes: 2 * size * 4, turn, seconds: [] };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const rounds = Number(process.argv[2] ?? 15);
const states = (await cpuDevice.capabilities()).modules;
const modules = (['native', 'wasm'] as const).filter((name) =>
  states.some((report) => report.name === name && report.state === 'ready'),
);
const program = build();
const executables = await Promise.all(modules.map((module) => cpuDevice.compile(program, { threads, module })));
const each = await Promise.all(modules.map((module, i) => contendersOf(module, executables[i])));
const contenders = [...each.flat(), copyOfRuntime()];
for (let round = -2; round < rounds; round++) {
  for (const { turn, seconds } of contenders) {
    const start = performance.now();
    await turn();
    if (round >= 0) seconds.push((performance.now() - start) / 1000);
  }
}
const rows = contenders.map(({ module, what, bytes, seconds }) => ({
  module,
  what,
  milliseconds: Number((median(seconds) * 1000).toFixed(2)),
  gigabytesPerSecond: Number((bytes / median(seconds) / 1e9).toFixed(2)),
  best: Number((bytes / Math.min(...seconds) / 1e9).toFixed(2)),
}));
const copying = Math.max(...rows.filter(({ what }) => what === 'copy').map((row) => row.gigabytesPerSecond));
const copyingAtBest = Math.max(...rows.filter(({ what }) => what === 'copy').map((row) => row.best));
const lines = [
  '# Linear scan against copying',
  '',
  `[${B}, ${T}, ${H}], ${threads} threads, ${rounds} rounds in turns; GB/s of what is read and written, from the median (best) time.`,
  '',
  '| module | what | ms | GB/s | of the fastest copy, medians | best times |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows.map(
    ({ module, what, milliseconds, gigabytesPerSecond: rate, best }) =>
      `| ${module} | ${what} | ${milliseconds} | ${rate} (${best}) | ${Math.round((100 * rate) / copying)} % | ${Math.round((100 * best) / copyingAtBest)} % |`,
  ),
];
console.log(lines.join('\n'));
record('scan', { shape: [B, T, H], threads, rounds, rows }, lines);
for (const executable of executables) await executable.dispose();
