// Cells made from descriptions, by the bytes they move: minGRU, QRNN and HGRN of [32, 128, 128], forward and backward, on each kernel module and
// one thread, in turns. Run: node bench/cells.bench.ts [rounds]
import { f32 } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { interleave, record, type Contender } from './measure.ts';

const [B, T, H] = [32, 128, 128];

interface Cell {
  readonly name: string;
  readonly op: string;
  readonly attrs: object;
  /** Width of the sequence that comes in, in H; whether there is a number a channel. */
  readonly parts: number;
  readonly bounded?: boolean;
  /** Floats that are read and written in a step on a channel. */
  readonly moved: { readonly forward: number; readonly backward: number };
}

const cells: readonly Cell[] = [
  // u, h; u, h, dh, du
  {
    name: 'minGRU',
    op: 'minGru',
    attrs: { candidate: 'g', initial: false },
    parts: 2,
    moved: { forward: 3, backward: 6 },
  },
  // u, y, c; u, c, dy, du
  { name: 'QRNN fo-pool', op: 'qrnn', attrs: { initial: false }, parts: 3, moved: { forward: 5, backward: 8 } },
  // u, h; u, h, dh, du
  { name: 'HGRN', op: 'hgrn', attrs: { initial: false }, parts: 2, bounded: true, moved: { forward: 3, backward: 6 } },
];

const directions = ['forward', 'backward'] as const;

/** Entries `<op> forward` and `<op> backward`; of the results only the last step is kept, so that no copy is timed. */
function build(): Program {
  const program = new ProgramBuilder(opTable);
  const keep = (b: GraphBuilder, name: string, x: ValueId): void => {
    const last = ops.slice(b, x, 1, T - 1, 1);
    ops.assign(b, b.read(program.variable(name, b.type(last), 'output')), last);
  };
  for (const { op, attrs, parts, bounded } of cells) {
    const u = program.variable(`${op}/u`, f32(B, T, parts * H), 'input');
    const [states, dy] = ['states', 'dy'].map((name) => program.variable(`${op}/${name}`, f32(B, T, H), 'input'));
    const bound = program.variable(`${op}/bound`, f32(H), 'input');
    program.entry(`${op} forward`, (b) => {
      const [y] = b.apply(op, [b.read(u), ...(bounded ? [b.read(bound)] : [])], attrs);
      if (y !== undefined) keep(b, `${op}/y`, y);
    });
    program.entry(`${op} backward`, (b) => {
      const taken = [u, states, dy, ...(bounded ? [bound] : [])].map((variable) => b.read(variable));
      const [du] = b.apply(`${op}Grad`, taken, { ...attrs, states: false });
      if (du !== undefined) keep(b, `${op}/du`, du);
    });
  }
  return program.finish();
}

const rounds = Number(process.argv[2] ?? 60);
const program = build();
const states = (await cpuDevice.capabilities()).modules;
const modules = (['native', 'wasm'] as const).filter((name) =>
  states.some((report) => report.name === name && report.state === 'ready'),
);
const rows: Record<string, unknown>[] = [];
const lines = [
  '# Cells by the bytes they move',
  '',
  `[${B}, ${T}, ${H}], 1 thread, ${rounds} rounds in turns; GB/s of what is read and written, from the median (best) time.`,
  '',
  '| module | direction | cell | ms | GB/s | of minGRU, medians |',
  '| --- | --- | --- | --- | --- | --- |',
];
for (const module of modules) {
  const executable = await cpuDevice.compile(program, { threads: 1, module });
  for (const { name, type } of program.variables.filter(({ role }) => role === 'input')) {
    const size = type.shape.reduce((product, extent) => product * extent, 1);
    executable.write(
      name,
      Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) / 1100),
    );
  }
  for (const direction of directions) {
    const contenders = cells.map(({ name, op }): Contender => ({
      name,
      run: () => {
        executable.run(`${op} ${direction}`);
        return executable.settled();
      },
    }));
    const timings = await interleave(contenders, rounds, 3);
    const rates = timings.map(({ milliseconds: { median, minimum } }, i) => {
      const bytes = 4 * B * T * H * (cells[i]?.moved[direction] ?? 0);
      return { median: bytes / median / 1e6, best: bytes / minimum / 1e6 };
    });
    timings.forEach(({ name, milliseconds }, i) => {
      const [rate, first] = [rates[i] ?? { median: NaN, best: NaN }, rates[0] ?? { median: NaN, best: NaN }];
      const share = Math.round((100 * rate.median) / first.median);
      rows.push({ module, direction, name, milliseconds, gigabytesPerSecond: rate.median, best: rate.best });
      const speed = `${rate.median.toFixed(1)} (${rate.best.toFixed(1)})`;
      lines.push(`| ${module} | ${direction} | ${name} | ${milliseconds.median} | ${speed} | ${share} % |`);
    });
  }
  await executable.dispose();
}
console.log(lines.join('\n'));
record('cells', { shape: [B, T, H], threads: 1, rounds, rows }, lines);
