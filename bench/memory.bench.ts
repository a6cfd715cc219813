// Training memory against its targets: plans of minimal and classic cells, fused and in the paper's way; the text step by both schedules,
// allocated to the byte; growth with the batch. Run: npm run bench -- memory
import { english } from '../src/engine/core/say.ts';
import { cpuDevice, nativeModule } from '../src/engine/device/cpu/index.ts';
import type { ModelKind } from '../src/engine/models/registry.ts';
import { record } from './measure.ts';
import {
  layerProgram,
  layerShapes,
  LONGEST_LOOP,
  planners,
  targets,
  textMemory,
  threads,
  type LayerShape,
  type Planner,
} from './memory-plans.ts';
import { textShape, textStep } from './programs.ts';

const cells: readonly (readonly [ModelKind, string])[] = [
  ['gru', 'loop'],
  ['gru', 'fused'],
  ['minGru', 'fused'],
  ['minGru', 'scan'],
  ['minGru', 'log-scan'],
  ['lstm', 'fused'],
  ['minLstm', 'fused'],
  ['minLstm', 'scan'],
  ['minLstm', 'log-scan'],
];

interface CellRow {
  readonly shape: LayerShape;
  readonly planner: string;
  readonly schedule: string;
  readonly model: ModelKind;
  readonly implementation: string;
  readonly bytes: number;
  /** Ratio to the fused classic cell of the same family with the same plan. */
  readonly overClassic: number;
}

const familyOf = (model: ModelKind): ModelKind => (model === 'minGru' || model === 'gru' ? 'gru' : 'lstm');

function cellRows(all: readonly Planner[]): readonly CellRow[] {
  return layerShapes.flatMap((shape) => {
    const wanted = cells.filter(([, implementation]) => implementation !== 'loop' || shape.length <= LONGEST_LOOP);
    const programs = wanted.map(([model, implementation]) => layerProgram(model, implementation, shape));
    return all.flatMap((planner) => {
      const bytes = programs.map((program) => planner.plan(program).total);
      return wanted.map(([model, implementation], i): CellRow => {
        const classic = wanted.findIndex(([kind, how]) => kind === familyOf(model) && how === 'fused');
        const { name, schedule } = planner;
        const overClassic = Number((bytes[i] / bytes[classic]).toFixed(3));
        return { shape, planner: name, schedule, model, implementation, bytes: bytes[i], overClassic };
      });
    });
  });
}

interface TextRow {
  readonly planner: string;
  readonly schedule: string;
  readonly planned: number;
  /** Null where the plan was not run: webgpu has a test of its own. */
  readonly allocated: number | null;
  readonly target: number;
}

async function textRow(planner: Planner): Promise<TextRow> {
  const { name, schedule } = planner;
  const planned = textMemory(planner, textShape.B).report.total;
  const target = schedule === 'slab' ? targets.textSlab : targets.textByOp;
  if (name === 'webgpu') return { planner: name, schedule, planned, allocated: null, target };
  const module = name === 'cpu native' ? 'native' : 'wasm';
  const executable = await cpuDevice.compile(textStep(), { threads, module, schedule });
  executable.run('step');
  await executable.settled();
  const allocated = executable.allocatedBytes();
  await executable.dispose();
  return { planner: name, schedule, planned, allocated, target };
}

interface GrowthRow {
  readonly planner: string;
  readonly batch: number;
  readonly inputs: number;
  readonly activations: number;
  readonly workspace: number;
  readonly total: number;
}

const batches = [16, 32, 64, 128, 256, 512, 1024, 2048];

const growthRows = (all: readonly Planner[]): readonly GrowthRow[] =>
  all
    .filter(({ schedule }) => schedule === 'slab')
    .flatMap((planner) =>
      batches.map((batch) => {
        const { report, inputs } = textMemory(planner, batch);
        const { activations, workspace, total } = report;
        return { planner: planner.name, batch, inputs, activations, workspace, total };
      }),
    );

const mb = (bytes: number): string => (bytes / 1e6).toFixed(2);
const sized = ({ batch, length, width, layers }: LayerShape): string =>
  `B ${batch}, T ${length}, width ${width}, layers ${layers}`;

function cellTable(rows: readonly CellRow[], all: readonly Planner[]): readonly string[] {
  const head = all.map(({ name, schedule }) => `${name}, ${schedule}`);
  const lines = layerShapes.flatMap((shape) =>
    cells.flatMap(([model, implementation]) => {
      const found = rows.filter(
        (row) => row.shape === shape && row.model === model && row.implementation === implementation,
      );
      const values = found.map(({ bytes, overClassic }) => `${mb(bytes)} (${overClassic.toFixed(2)})`);
      return found.length === 0 ? [] : [`| ${sized(shape)} | ${model} ${implementation} | ${values.join(' | ')} |`];
    }),
  );
  return [
    '## A training step of recurrent layers between embedding and head: MB, and over the fused GRU (LSTM) of the same plan',
    '',
    'The paper reports 88 % more for its minGRU and minLSTM than for a GRU and an LSTM written as loops. `log-scan` is its arithmetic op by op, `fused` is what runs by default.',
    '',
    `| shape | cell | ${head.join(' | ')} |`,
    `| --- | --- | ${head.map(() => '---').join(' | ')} |`,
    ...lines,
  ];
}

const textTable = (rows: readonly TextRow[]): readonly string[] => [
  `## The text step (batch ${textShape.B}), ${threads} threads: MB`,
  '',
  '| plan | schedule | planned | allocated after a step | target |',
  '| --- | --- | --- | --- | --- |',
  ...rows.map(
    ({ planner, schedule, planned, allocated, target }) =>
      `| ${planner} | ${schedule} | ${mb(planned)} | ${allocated === null ? 'not run' : mb(allocated)} | ${mb(target)} |`,
  ),
];

const growthTable = (rows: readonly GrowthRow[]): readonly string[] => [
  '## The text step by the slab schedule, growing batch: bytes',
  '',
  'What grows besides the inputs: from 64 samples on more sets of partial weight gradients (8, up to 32, so that more than 8 threads find work; they lie in the workspace), and the total is rounded up to pages of 64 KiB.',
  '',
  '| plan | batch | inputs | activations | workspace | total |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows.map(
    (row) => `| ${row.planner} | ${row.batch} | ${row.inputs} | ${row.activations} | ${row.workspace} | ${row.total} |`,
  ),
];

/** A sentence for each target that is missed. */
function misses(cellsFound: readonly CellRow[], texts: readonly TextRow[]): readonly string[] {
  const heavy = cellsFound.filter(
    ({ model, implementation, overClassic }) =>
      model.startsWith('min') && implementation === 'fused' && overClassic > targets.minimalOverClassic,
  );
  return [
    ...heavy.map((row) => `${row.model} ${row.planner} ${row.schedule}, ${sized(row.shape)}: ${row.overClassic}`),
    ...texts.filter((row) => row.planned > row.target).map((row) => `text step ${row.planner} ${row.schedule}`),
    ...texts
      .filter(({ planned, allocated }) => allocated !== null && allocated !== planned)
      .map((row) => `text step ${row.planner} ${row.schedule}: planned ${row.planned}, allocated ${row.allocated}`),
  ];
}

const native = await nativeModule();
if (native.state === 'missing') console.log(`native: skipped, ${english(native.why)}`);
const all = await planners();
const compared = cellRows(all);
const texts: TextRow[] = [];
for (const planner of all) texts.push(await textRow(planner));
const growth = growthRows(all);
const missed = misses(compared, texts);
const verdict = missed.length === 0 ? 'All targets are met.' : `Missed: ${missed.join('; ')}.`;
const parts = [textTable(texts), cellTable(compared, all), growthTable(growth)];
const lines = ['# Training memory, by plan', '', verdict, ...parts.flatMap((part) => ['', ...part])];
console.log(lines.join('\n'));
record('memory', { threads, targets, missed, text: texts, cells: compared, growth }, lines);
process.exit(missed.length === 0 ? 0 : 1);
