// How far the log-space scan in float32 is from the same graph in float64, by length: state and gradients, whole and in pieces, and how
// much of the error a better sum would avoid. The cost of pieces is timed in turns with the whole. Run: npm run bench -- log-scan-drift
import { f32 } from '../src/engine/core/tensor.ts';
import { unwrap } from '../src/engine/core/result.ts';
import { cpuDevice, nativeModule } from '../src/engine/device/cpu/index.ts';
import type { Device } from '../src/engine/device/device.ts';
import { referenceDevice } from '../src/engine/device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import { logSpaceScan } from '../src/engine/models/log-space.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';
import { smallSpec } from '../src/engine/verify/small-run.ts';
import { prepareRun } from '../src/engine/training/prepare.ts';
import { emulated, gates, rounding, type Gates } from './log-scan-emulated.ts';
import { interleave, ratio, record, tableHead, tableRows } from './measure.ts';

const lengths = [128, 512, 2048, 4096, 8192, 16_384, 65_536];
const width = 64;
/** Steps of a piece: the logarithms of decay start from zero again after this many. */
const piece = 256;
/** The loss reads the last steps, as that of selective copying does; errors of the state are taken over the last ones too. */
const read = 8;
const judged = 128;
const outputs = ['h', 'dLogA', 'dLogB'] as const;

type Scan = (b: GraphBuilder, logA: ValueId, logB: ValueId) => ValueId;

const whole: Scan = (b, logA, logB) => logSpaceScan(b, logA, logB, null).y;

/**
 * Pieces as samples: A starts at zero in each, so it grows over one piece only. The contribution from earlier pieces is a linear scan
 * over the ends of pieces: h_t = e^L_t + e^A_t h_start, L the log of what the piece itself adds.
 */
const inPieces: Scan = (b, logA, logB) => {
  const [batch = 1, time = 1, hidden = 1] = b.shape(logA);
  const steps = Math.min(piece, time);
  const count = time / steps;
  if (!Number.isInteger(count)) throw new Error(`bench: ${time} steps must be a multiple of ${steps}`);
  const split = (value: ValueId): ValueId => ops.reshape(b, value, [batch * count, steps, hidden]);
  const decay = ops.cumulativeSum(b, split(logA)).y;
  const own = ops.add(b, decay, ops.logCumulativeSumExp(b, ops.sub(b, split(logB), decay)).y);
  const ownState = ops.exp(b, own);
  if (count === 1) return ops.reshape(b, ownState, [batch, time, hidden]);
  const ends = (value: ValueId): ValueId =>
    ops.exp(b, ops.reshape(b, ops.slice(b, value, 1, steps - 1, 1), [batch, count, hidden]));
  const states = ops.linearScan(b, ends(decay), ends(own)).y;
  const starts = ops.pad(b, ops.slice(b, states, 1, 0, count - 1), 1, 1, count);
  const first = ops.pad(b, ops.reshape(b, starts, [batch * count, 1, hidden]), 1, 0, steps);
  const held = ops.linearScan(b, ops.constant(b, [batch * count, steps, hidden], 1), first).y;
  const h = ops.add(b, ownState, ops.mul(b, ops.exp(b, decay), held));
  return ops.reshape(b, h, [batch, time, hidden]);
};

const linear: Scan = (b, logA, logB) => ops.linearScan(b, ops.exp(b, logA), ops.exp(b, logB)).y;

/** State and gradients of `sum of weight * h`. */
function programOf(scan: Scan, batch: number, time: number): Program {
  const program = new ProgramBuilder(opTable);
  const shape = f32(batch, time, width);
  const inputs = ['logA', 'logB', 'weight'].map((name) => program.variable(name, shape, 'input'));
  const results = outputs.map((name) => program.variable(name, shape, 'output'));
  program.entry('step', (b) => {
    const [logA, logB, weight] = inputs.map((input) => b.read(input));
    const h = scan(b, logA, logB);
    const found = gradients(b, ops.reduceSum(b, ops.mul(b, h, weight), 'all'), [logA, logB]);
    [h, ...found].forEach((value, i) => {
      if (value === null) throw new Error(`bench: ${outputs[i]} is missing`);
      ops.assign(b, b.read(results[i]), value);
    });
  });
  return program.finish();
}

type Results = Readonly<Record<(typeof outputs)[number], ArrayLike<number>>>;

async function compute(device: Device, scan: Scan, given: Gates): Promise<Results> {
  const executable = await device.compile(programOf(scan, 1, given.time), { threads: 2, schedule: 'op-by-op' });
  for (const name of ['logA', 'logB', 'weight'] as const) executable.write(name, given[name]);
  executable.run('step');
  const [h, dLogA, dLogB] = await Promise.all(outputs.map((name) => executable.read(name)));
  await executable.dispose();
  return { h, dLogA, dLogB };
}

/** Root mean square of the difference relative to that of the truth, from element `from` on. */
function relativeError(found: ArrayLike<number>, truth: ArrayLike<number>, from = 0): number {
  let [difference, size] = [0, 0];
  for (let i = from; i < truth.length; i++) {
    difference += (found[i] - truth[i]) ** 2;
    size += truth[i] ** 2;
  }
  return Math.sqrt(difference / size);
}

interface Row {
  readonly time: number;
  readonly form: string;
  readonly h: number;
  readonly dLogA: number | null;
  readonly dLogB: number | null;
}

const forms = { whole, [`in pieces of ${piece}`]: inPieces, 'linear scan': linear } as const;

async function rowsAt(time: number): Promise<readonly Row[]> {
  const given = gates(time, width, read);
  const truth = await compute(referenceDevice, linear, given);
  const from = Math.max(0, time - judged) * width;
  const rows: Row[] = [];
  const add = (form: string, { h, dLogA, dLogB }: Results): number =>
    rows.push({
      time,
      form,
      h: relativeError(h, truth.h, from),
      dLogA: relativeError(dLogA, truth.dLogA),
      dLogB: relativeError(dLogB, truth.dLogB),
    });
  add('whole, float64', await compute(referenceDevice, whole, given));
  for (const [form, scan] of Object.entries(forms)) add(form, await compute(cpuDevice, scan, given));
  for (const [form, how] of Object.entries(rounding(piece)))
    rows.push({ time, form, h: relativeError(emulated(given, how), truth.h, from), dLogA: null, dLogB: null });
  return rows;
}

/** Forward and backward in turns: [batch, time, width]. */
async function costOf(batch: number, time: number, module: 'native' | 'wasm') {
  const named = Object.entries(forms).filter(([, scan]) => scan !== linear);
  const given = gates(time, width, read, batch);
  const executables = await Promise.all(
    named.map(([, scan]) => cpuDevice.compile(programOf(scan, batch, time), { threads: 2, module })),
  );
  for (const executable of executables)
    for (const name of ['logA', 'logB', 'weight'] as const) executable.write(name, given[name]);
  const contenders = named.map(([name], i) => ({
    name,
    run: () => {
      executables[i].run('step');
      return executables[i].settled();
    },
  }));
  const timings = await interleave(contenders, 15, 2);
  for (const executable of executables) await executable.dispose();
  const [one, pieces] = timings;
  return { batch, time, module, timings, ratio: ratio(pieces, one) };
}

/** Losses of a minGRU of one layer at its first step, before any update, and at its eighth. */
async function lossesOf(time: number, implementation: string): Promise<readonly number[]> {
  const spec = smallSpec({
    implementation,
    device: 'cpu',
    threads: 2,
    taskFields: { length: time - read, memorise: read, vocabulary: 16, evalSequences: 1 },
    fields: { d: width, expansion: 1, project: 'when-needed' },
    training: { batch: 1, evaluateAtStart: false, evaluateEvery: 1_000_000, learningRate: 3e-3 },
    budget: { unit: 'steps', amount: 8 },
  });
  const losses: number[] = [];
  const listener = {
    metrics: (columns: readonly { metric: string; value: readonly (number | null)[] }[]) => {
      const trained = columns.filter(({ metric }) => metric === 'train/loss');
      losses.push(...trained.flatMap(({ value }) => value.map((loss) => loss ?? NaN)));
    },
    checkpoint: () => undefined,
  };
  const run = unwrap(await prepareRun({ spec, data: null, device: cpuDevice, listener, resume: null }));
  await run.slice({ seconds: 600, steps: null }, () => false);
  await run.dispose();
  return losses;
}

interface Training {
  readonly time: number;
  readonly step: number;
  readonly scan: number;
  readonly logScan: number;
}

async function trainingAt(time: number): Promise<readonly Training[]> {
  const [scan, logScan] = [await lossesOf(time, 'scan'), await lossesOf(time, 'log-scan')];
  return [1, 8].map((step) => ({ time, step, scan: scan[step - 1] ?? NaN, logScan: logScan[step - 1] ?? NaN }));
}

const scientific = (value: number | null): string => (value === null ? '–' : value.toExponential(1));

const driftTable = (rows: readonly Row[]): readonly string[] => {
  const names = [...new Set(rows.map(({ form }) => form))];
  const table = (title: string, of: (row: Row) => number | null): readonly string[] => {
    const shown = names.filter((form) => rows.some((row) => row.form === form && of(row) !== null));
    const cells = (time: number): string[] =>
      shown.map((form) => {
        const row = rows.find((one) => one.time === time && one.form === form);
        return scientific(row === undefined ? null : of(row));
      });
    return [
      '',
      `## ${title}`,
      '',
      `| T | ${shown.join(' | ')} |`,
      `| --- | ${shown.map(() => '---').join(' | ')} |`,
      ...lengths.map((time) => `| ${time} | ${cells(time).join(' | ')} |`),
    ];
  };
  return [
    ...table(`h, the last ${judged} steps`, ({ h }) => h),
    ...table('Gradient of log a', ({ dLogA }) => dLogA),
    ...table('Gradient of log b', ({ dLogB }) => dLogB),
  ];
};

const native = (await nativeModule()).state === 'ready';
const rows: Row[] = [];
for (const time of lengths) rows.push(...(await rowsAt(time)));
const training: Training[] = [];
for (const time of [4096, 65_536]) training.push(...(await trainingAt(time)));
const costs = [];
for (const [batch, time] of [
  [16, 1024],
  [16, 4096],
  [1, 65_536],
] as const)
  costs.push(await costOf(batch, time, native ? 'native' : 'wasm'));
const lines = [
  '# Drift of the log-space scan in float32',
  '',
  `Root mean square of the error over that of the truth (linear scan in float64). [1, T, ${width}], gates and candidates of a model at its start; the loss reads the last ${read} steps. The first column is the log-space scan in float64, the next three run on the device cpu, the emulated ones round each operation to float32 but for what their name says.`,
  ...driftTable(rows),
  '',
  '## Loss of a minGRU in training',
  '',
  '| T | step | scan | log-scan | apart |',
  '| --- | --- | --- | --- | --- |',
  ...training.map(({ time, step, scan, logScan }) => {
    const apart = Math.abs(logScan / scan - 1).toExponential(1);
    return `| ${time} | ${step} | ${scan.toFixed(6)} | ${logScan.toFixed(6)} | ${apart} |`;
  }),
  '',
  '## Cost: forward and backward, milliseconds',
  '',
  ...tableHead,
  ...costs.flatMap(({ batch, time, timings }) => tableRows(`[${batch}, ${time}, ${width}]`, timings)),
  '',
  ...costs.map(
    ({ batch, time, module, ratio: found }) =>
      `- [${batch}, ${time}, ${width}] ${module}: pieces take ${found.median} of the whole (medians), ${found.minimum} (best).`,
  ),
];
console.log(lines.join('\n'));
record('log-scan-drift', { lengths, width, piece, rows, training, costs }, lines);
