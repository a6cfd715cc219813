// GRU by Newton's method against its sequential kernel: one layer forward and backward, T 16,384, H 8, 16 heads of one sequence (here as 16 rows of a
// batch: a head has no part in another), and the scan of matrices alone. In turns, each kernel module, two threads. Run: node
// bench/deer.bench.ts [rounds]
import { f32 } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import { gru } from '../src/engine/models/gru.ts';
import { startingValues } from '../src/engine/models/initialisers/registry.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { interleave, record } from './measure.ts';

const [heads, T, H] = [16, 16_384, 8];
const ways = ['fused', 'deer', 'quasi-deer'] as const;

const given = (b: GraphBuilder, name: string, ...shape: readonly number[]): ValueId =>
  b.read(b.program.variable(name, f32(...shape), 'input'));

/** The sum of what the layer gives, times numbers, and its gradient in all weights; one entry for each implementation. */
function layers(): Program {
  const program = new ProgramBuilder(opTable);
  for (const implementation of ways)
    program.entry(implementation, (b) => {
      const values = { bias: true, iterations: 0 };
      const config = { width: H, hidden: H, longest: T, implementation, layer: 0, layers: 1, values };
      const { y } = gru.parallel(b, given(b, 'x', heads, T, H), null, config);
      const loss = ops.reduceSum(b, ops.mul(b, y, given(b, 'dy', heads, T, H)), 'all');
      const weights = program.variables.filter(({ role }) => role === 'weight').map((weight) => b.read(weight));
      const all = gradients(b, loss, weights).flatMap((found) => (found === null ? [] : [found]));
      const sums = all.map((found) => ops.reduceSum(b, found, 'all'));
      const sum = sums.reduce((total, one) => ops.add(b, total, one), loss);
      ops.assign(b, b.read(program.variable(`sum of ${implementation}`, f32(), 'output')), sum);
    });
  program.entry('matrixScan', (b) => {
    const y = ops.matrixScan(b, given(b, 'matrices', heads, T, H * H), given(b, 'x', heads, T, H));
    ops.assign(b, b.read(program.variable('last', f32(heads, 1, H), 'output')), ops.slice(b, y, 1, T - 1, 1));
  });
  return program.finish();
}

const rounds = Number(process.argv[2] ?? 7);
const program = layers();
const rows: Record<string, unknown>[] = [];
const lines = [
  "# GRU by Newton's method",
  '',
  `One layer forward and backward, T ${T}, H ${H}, ${heads} heads, 2 threads, ${rounds} rounds in turns; matrixScan: forward, alone.`,
  '',
  '| module | who | median ms | quartiles | of fused |',
  '| --- | --- | --- | --- | --- |',
];
const { modules } = await cpuDevice.capabilities();
for (const { name: module } of modules.filter(({ state }) => state === 'ready')) {
  const executable = await cpuDevice.compile(program, { threads: 2, module });
  for (const variable of program.variables) {
    if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, 1));
    if (variable.role !== 'input') continue;
    const size = variable.type.shape.reduce((product, extent) => product * extent, 1);
    const by = variable.name === 'matrices' ? 0.1 : 1;
    executable.write(
      variable.name,
      Float32Array.from({ length: size }, (_, i) => by * Math.sin(i * 12.9898)),
    );
  }
  const contenders = [...ways, 'matrixScan'].map((name) => ({
    name,
    run: (): Promise<void> => {
      executable.run(name);
      return executable.settled();
    },
  }));
  const timings = await interleave(contenders, rounds, 1);
  const sums = await Promise.all(ways.map(async (way) => (await executable.read(`sum of ${way}`))[0] ?? NaN));
  const fused = timings[0]?.milliseconds.median ?? NaN;
  for (const { name, milliseconds } of timings) {
    const { quarter, median, threeQuarters } = milliseconds;
    rows.push({ module, name, milliseconds });
    const ratio = name === 'matrixScan' ? '–' : `${(median / fused).toFixed(1)} times`;
    lines.push(`| ${module} | ${name} | ${median} | ${quarter}–${threeQuarters} | ${ratio} |`);
  }
  console.log(module, 'sums agree:', sums.map((sum) => sum.toPrecision(7)).join(', '));
  await executable.dispose();
}
console.log(lines.join('\n'));
record('deer', { rows }, lines);
