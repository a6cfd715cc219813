// Every op family on the cpu device at one size (B 32, T 128, width 128): forward, and forward with backward, in turns on one and two
// threads. The READMEs of the ops refer to these results. Run: node bench/op-families.bench.ts [rounds]
import { f32, i32, type TensorType } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Graph, Program, ValueId } from '../src/engine/graph/graph.ts';
import * as zoo from '../src/engine/ops/cells.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { interleave, record, type Contender } from './measure.ts';

const [B, T, H, V] = [32, 128, 128, 65];

interface Family {
  readonly name: string;
  readonly inputs: readonly TensorType[];
  readonly build: (b: GraphBuilder, inputs: readonly ValueId[]) => ValueId;
}

const sequence = (width = H): TensorType => f32(B, T, width);

const families: readonly Family[] = [
  { name: 'matmul', inputs: [sequence(), f32(H, H)], build: (b, [x, w]) => ops.linear(b, x, w) },
  { name: 'tanh', inputs: [sequence()], build: (b, [x]) => ops.tanh(b, x) },
  { name: 'gelu', inputs: [sequence()], build: (b, [x]) => ops.gelu(b, x) },
  { name: 'mul', inputs: [sequence(), sequence()], build: (b, [x, y]) => ops.mul(b, x, y) },
  { name: 'embedding', inputs: [i32(B, T), f32(V, H)], build: (b, [ids, table]) => ops.embedding(b, ids, table) },
  { name: 'rmsNorm', inputs: [sequence(), f32(H)], build: (b, [x, w]) => ops.rmsNorm(b, x, w) },
  { name: 'layerNorm', inputs: [sequence(), f32(H), f32(H)], build: (b, [x, w, c]) => ops.layerNorm(b, x, w, c) },
  { name: 'causalConv', inputs: [sequence(), f32(H, 4), f32(H)], build: (b, [x, w, c]) => ops.causalConv(b, x, w, c) },
  { name: 'dropout', inputs: [sequence(), i32(5)], build: (b, [x, counter]) => ops.dropout(b, x, counter, 0.1, 7) },
  {
    name: 'softmaxCrossEntropy',
    inputs: [sequence(V), i32(B, T)],
    build: (b, [x, y]) => ops.softmaxCrossEntropy(b, x, y).loss,
  },
  { name: 'linearScan', inputs: [sequence(), sequence()], build: (b, [a, x]) => ops.linearScan(b, a, x).y },
  { name: 'cumulativeSum', inputs: [sequence()], build: (b, [x]) => ops.cumulativeSum(b, x).y },
  { name: 'logCumulativeSumExp', inputs: [sequence()], build: (b, [x]) => ops.logCumulativeSumExp(b, x).y },
  { name: 'minGru', inputs: [sequence(2 * H)], build: (b, [u]) => ops.minGru(b, u, null, 'g').y },
  { name: 'minLstm', inputs: [sequence(3 * H)], build: (b, [u]) => ops.minLstm(b, u, null, 'g', true).y },
  { name: 'qrnn', inputs: [sequence(3 * H)], build: (b, [u]) => zoo.qrnn(b, u, null).y },
  { name: 'hgrn', inputs: [sequence(2 * H), f32(H)], build: (b, [u, bound]) => zoo.hgrn(b, u, bound, null).y },
  {
    name: 'gru',
    inputs: [sequence(3 * H), f32(3 * H, H), f32(3 * H)],
    build: (b, [x, w, c]) => ops.gru(b, x, w, c, null).y,
  },
  { name: 'lstm', inputs: [sequence(4 * H), f32(4 * H, H)], build: (b, [x, w]) => ops.lstm(b, x, w, null).y },
  { name: 'elman', inputs: [sequence(), f32(H, H)], build: (b, [x, w]) => ops.elman(b, x, w, null).y },
];

/** Entries `<name> forward` and `<name> both`; the arriving gradient is an input, so that no loss is timed. */
function build(): Program {
  const program = new ProgramBuilder(opTable);
  for (const { name, inputs, build: make } of families) {
    const read = (b: GraphBuilder): ValueId[] =>
      inputs.map((type, i) => b.read(program.variable(`${name}/${i}`, type, 'input')));
    const store = (b: GraphBuilder, to: string, value: ValueId): void =>
      ops.assign(b, b.read(program.variable(to, b.type(value), 'output')), value);
    program.entry(`${name} forward`, (b) => store(b, `${name}/y`, make(b, read(b))));
    program.entry(`${name} both`, (b) => {
      const values = read(b);
      const y = make(b, values);
      const dy = b.read(program.variable(`${name}/dy`, b.type(y), 'input'));
      const loss = ops.reduceSum(b, ops.mul(b, y, dy), 'all');
      const floats = values.filter((value) => b.type(value).dtype === 'f32');
      gradients(b, loss, floats).forEach((gradient, i) => {
        if (gradient !== null) store(b, `${name}/d${i}`, gradient);
      });
    });
  }
  return program.finish();
}

/** Millions of floating-point operations of an entry, by the flops of its ops. */
function megaflops({ nodes, values }: Graph): number {
  const types = (ids: readonly ValueId[]): TensorType[] => ids.map((id) => values[id].type);
  const each = nodes.map(
    ({ op, inputs, outputs, attrs }) => opTable[op]?.flops(types(inputs), types(outputs), attrs as never) ?? 0,
  );
  return Number((each.reduce((sum, one) => sum + one, 0) / 1e6).toFixed(2));
}

function fill(write: (name: string, data: ArrayLike<number>) => void, program: Program): void {
  let seed = 1;
  for (const { name, type, role } of program.variables) {
    if (role !== 'input') continue;
    const size = type.shape.reduce((product, extent) => product * extent, 1);
    const draw = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return type.dtype === 'i32' ? seed % V : (seed / 2 ** 32 - 0.5) * 0.3;
    };
    write(name, Array.from({ length: size }, draw));
  }
}

const rounds = Number(process.argv[2] ?? 30);
const program = build();
const rows: Record<string, unknown>[] = [];
const lines = [
  '# Op families on the cpu device',
  '',
  `B ${B}, T ${T}, width ${H}, classes ${V}; milliseconds, median of ${rounds} (minimum).`,
  '',
];
lines.push(
  '| op | Mflop forward | forward, 1 thread | 2 threads | forward and backward, 1 thread | 2 threads |',
  '| --- | --- | --- | --- | --- | --- |',
);
const executables = await Promise.all([1, 2].map((threads) => cpuDevice.compile(program, { threads })));
for (const executable of executables) fill((name, data) => executable.write(name, data), program);
for (const { name } of families) {
  const entries = [`${name} forward`, `${name} both`];
  const contenders = entries.flatMap((entry) =>
    executables.map((executable): Contender => ({
      name: `${entry}, ${executable.device.threads}`,
      run: () => {
        executable.run(entry);
        return executable.settled();
      },
    })),
  );
  const timings = await interleave(contenders, rounds, 3);
  const forward = program.entries.find((entry) => entry.name === entries[0]);
  const cells = timings.map(({ milliseconds: { median, minimum } }) => `${median} (${minimum})`);
  rows.push({ name, megaflops: forward ? megaflops(forward) : 0, timings });
  lines.push(`| ${name} | ${forward ? megaflops(forward) : 0} | ${cells.join(' | ')} |`);
  console.log(lines.at(-1));
}
record('op-families', { shapes: { B, T, H, V }, rounds, rows }, lines);
for (const executable of executables) await executable.dispose();
