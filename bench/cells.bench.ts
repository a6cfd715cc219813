// Cells made from descriptions, by the bytes they move: [32, 128, 128], forward and backward, on each kernel module and one thread, in turns.
// What a cell moves is read from its kernels. Run: node bench/cells.bench.ts [rounds]
import { f32 } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import { isPresent, type Cell as MadeCell } from '../src/engine/kernel/cell.ts';
import { inputOperands, outputOperands, type KernelOperand, type ScanKernel } from '../src/engine/kernel/scan.ts';
import { fixedComplexScan } from '../src/engine/ops/fixed-complex-scan/cell.ts';
import { fixedScan } from '../src/engine/ops/fixed-scan/cell.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { gilr, gilrElu } from '../src/engine/ops/gilr/cell.ts';
import { hgrn } from '../src/engine/ops/hgrn/cell.ts';
import { hgrnComplex } from '../src/engine/ops/hgrn-complex/cell.ts';
import { minGruGradKernel, minGruKernel } from '../src/engine/ops/min-gru/cell.ts';
import { qrnn } from '../src/engine/ops/qrnn/cell.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { rgLru } from '../src/engine/ops/rg-lru/cell.ts';
import { sru } from '../src/engine/ops/sru/cell.ts';
import { wkv } from '../src/engine/ops/wkv/cell.ts';
import { interleave, record, type Contender } from './measure.ts';

const [B, T, H] = [32, 128, 128];

interface Cell {
  readonly name: string;
  readonly op: string;
  readonly attrs: object;
  readonly kernels: { readonly forward: ScanKernel; readonly backward: ScanKernel };
}

const made = (name: string, { forward, backward }: MadeCell<never>): Cell => ({
  name,
  op: forward.name,
  attrs: { initial: false },
  kernels: { forward, backward },
});
const positive = { candidate: 'g', initial: false } as const;

/** The first is what the others are compared with. */
const cells: readonly Cell[] = [
  {
    name: 'minGRU',
    op: 'minGru',
    attrs: positive,
    kernels: { forward: minGruKernel(positive), backward: minGruGradKernel(positive) },
  },
  made('QRNN fo-pool', qrnn),
  made('HGRN', hgrn),
  made('GILR, tanh', gilr),
  made('GILR, ELU', gilrElu),
  made('SRU', sru),
  made('RG-LRU', rgLru),
  made('LRU (complex)', fixedComplexScan),
  made('SLRU', fixedScan),
  made('RWKV-4, Aaren', wkv),
  made('HGRN (complex)', hgrnComplex),
];

const directions = ['forward', 'backward'] as const;

const present = isPresent({ initial: false, states: false });
const taken = (kernel: ScanKernel): readonly KernelOperand[] => inputOperands(kernel).filter(present);

/** Numbers that a step of one channel reads and writes. */
const movedBy = (kernel: ScanKernel): number =>
  [...taken(kernel), ...outputOperands(kernel).filter(present)]
    .filter(({ extent }) => extent === 'step')
    .reduce((sum, { parts }) => sum + parts, 0);

/** Entries `<op> forward` and `<op> backward`; of the results only the last step is kept, so that no copy is timed. */
function build(): Program {
  const program = new ProgramBuilder(opTable);
  const keep = (b: GraphBuilder, name: string, x: ValueId): void => {
    const last = ops.slice(b, x, 1, T - 1, 1);
    ops.assign(b, b.read(program.variable(name, b.type(last), 'output')), last);
  };
  for (const { op, attrs, kernels } of cells) {
    for (const direction of directions) {
      const kernel = kernels[direction];
      const variables = taken(kernel).map(({ name, extent, parts }) => {
        const type = extent === 'channel' ? f32(H) : f32(B, T, parts * H);
        return program.variable(`${op}/${name}`, type, 'input');
      });
      program.entry(`${op} ${direction}`, (b) => {
        const kind = direction === 'forward' ? op : `${op}Grad`;
        const read = variables.map((variable) => b.read(variable));
        const [result] = b.apply(kind, read, direction === 'forward' ? attrs : { ...attrs, states: false });
        if (result !== undefined) keep(b, `${op}/${direction}/result`, result);
      });
    }
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
  '| module | direction | cell | ms | GB/s | of minGRU, best times |',
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
      const kernel = cells[i]?.kernels[direction];
      const bytes = kernel === undefined ? NaN : 4 * B * T * H * movedBy(kernel);
      return { median: bytes / median / 1e6, best: bytes / minimum / 1e6 };
    });
    timings.forEach(({ name, milliseconds }, i) => {
      const [rate, first] = [rates[i] ?? { median: NaN, best: NaN }, rates[0] ?? { median: NaN, best: NaN }];
      const share = Math.round((100 * rate.best) / first.best);
      rows.push({ module, direction, name, milliseconds, gigabytesPerSecond: rate.median, best: rate.best });
      const speed = `${rate.median.toFixed(1)} (${rate.best.toFixed(1)})`;
      lines.push(`| ${module} | ${direction} | ${name} | ${milliseconds.median} | ${speed} | ${share} % |`);
    });
  }
  await executable.dispose();
}
console.log(lines.join('\n'));
record('cells', { shape: [B, T, H], threads: 1, rounds, rows }, lines);
