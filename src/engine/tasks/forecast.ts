// Forecasting: read the last rows of a table, give the next ones. Input: `lookback` rows of the targets' own past and of further columns;
// columns known in advance are read `horizon` rows ahead, so that the network has seen every row it answers for. Target: the next `horizon`
// rows, after each row or once at the end of the window. Split: by time, everything after the border is held out, and the last share of it
// kept for the test; windows of a part begin their forecast there and may look back over its border. Scaled by mean and deviation of the training part. Loss: mean squared error of the scaled
// values; on held-out data only forecasts after a whole window count. Chance: the mean of the training part. Versions: v1.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import type { TaskData } from '../data/labelled.ts';
import { sizeOfTable } from '../data/table.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { Floor } from '../spec/floors.ts';
import { closeEnough, type ExampleSequence } from '../spec/showing.ts';
import { rolesOf, type TableParts } from '../spec/table.ts';
import { valueMetrics, type MetricLevels } from '../spec/task-metrics.ts';
import { forecastFields } from './forecast-fields.ts';
import { commonUnit, floorsOf } from './forecast-floors.ts';
import { frameOf, type Frame } from './forecast-frame.ts';
import { floats, type Batch, type FeatureStream, type ValueTarget } from './streams.ts';
import type { Task, TaskDef } from './task.ts';
import { nothingToTest, spreadOver, testShareOf, type TestPart } from './test-part.ts';

export const forecast: TaskDef = {
  id: 'forecast-v1',
  title: 'Forecast',
  summary:
    'Read the last rows of a table and forecast the next ones; your own CSV or Parquet, or hours that the program draws.',
  group: 'own',
  kind: 'regression',
  fields: forecastFields,
  needs: 'table',
  prepare,
};

interface Plan {
  readonly frame: Frame;
  readonly lookback: number;
  readonly horizon: number;
  readonly at: 'each' | 'last';
  /** First places of windows. */
  readonly training: Int32Array;
  readonly heldOut: readonly number[];
  readonly test: readonly number[];
  /** Held-out windows, of which an evaluation uses some. */
  readonly held: number;
}

function prepare(values: FieldValues, data: TaskData | null): Result<Task> {
  if (data === null || typeof data === 'string' || data.kind !== 'table') {
    const got = data === null ? say`nothing` : typeof data === 'string' ? say`a text` : say`sequences with classes`;
    const message = say`Data "${asIs(String(values['dataset']))}" must be here and be a table, got ${got}.`;
    return fail('not-found', message, { field: 'task.fields.dataset' });
  }
  const found = rolesOf(sizeOfTable(data), values);
  if ('problem' in found)
    return fail('bad-input', found.problem.message, { field: `task.fields.${found.problem.field}` });
  const horizon = Number(values['horizon']);
  const choice = {
    roles: found.roles,
    horizon,
    shares: { heldOut: Number(values['heldOut']), test: testShareOf(values) },
    scaled: values['scale'] !== 'none',
  };
  const frame = frameOf(data, choice);
  if (!frame.ok) return frame;
  const plan = planOf(frame.value, values, horizon);
  if (!plan.ok) return plan;
  return ok(taskOf(plan.value, Number(values['season'])));
}

/** All windows that lie in one series and ask for something known. */
function planOf(frame: Frame, values: FieldValues, horizon: number): Result<Plan> {
  const lookback = Number(values['lookback']);
  const [training, heldOut, test]: [number[], number[], number[]] = [[], [], []];
  for (const { begin, end, border, test: last } of frame.series) {
    for (let start = begin; start + lookback + horizon <= end; start++) {
      const now = start + lookback;
      if (now + horizon <= border) training.push(start);
      else if (now >= last) test.push(start);
      else if (now >= border && now + horizon <= last) heldOut.push(start);
    }
  }
  const asked = (start: number): boolean =>
    frame.targets.some(({ known }) => known.subarray(start + lookback, start + lookback + horizon).includes(1));
  const [learned, held, tested] = [training.filter(asked), heldOut.filter(asked), test.filter(asked)];
  if (learned.length === 0 || held.length === 0) return tooShort(frame, lookback, horizon);
  const share = testShareOf(values);
  if (share > 0 && tested.length === 0) return fail('bad-input', nothingToTest(share), { field: 'task.fields.test' });
  const chosen = spreadOver(held.length, Number(values['evalSequences'])).map((at) => itemAt(held, at));
  const at = values['answer'] === 'last' ? 'last' : 'each';
  const parts = { training: Int32Array.from(learned), heldOut: chosen, held: held.length };
  return ok({
    frame,
    lookback,
    horizon,
    at,
    ...parts,
    test: spreadOver(tested.length).map((one) => itemAt(tested, one)),
  });
}

function tooShort({ series }: Frame, lookback: number, horizon: number): Result<never> {
  const longest = (of: (part: Frame['series'][number]) => number): number =>
    series.reduce((most, part) => Math.max(most, of(part)), 0);
  const learned = longest(({ begin, border }) => border - begin);
  const held = longest(({ test, border }) => test - border);
  const [window, rows] = [lookback + horizon, say`${learned} rows to learn from and ${held} held out`];
  return fail(
    'bad-input',
    say`A window of ${lookback} rows and a horizon of ${horizon} need ${window} rows of one series to learn from and ${horizon} held out, with known targets; the longest has ${rows}.`,
    { field: 'task.fields.lookback', cure: say`Choose a shorter window, a nearer horizon or another held-out share.` },
  );
}

const rowStream = (width: number): FeatureStream => ({
  name: 'rows',
  kind: 'features',
  width,
  meaning: 'the numbers of a row, and which were missing',
});

const nextRows = (width: number, at: Plan['at']): ValueTarget => ({
  name: 'next',
  kind: 'values',
  width,
  mask: 'known',
  at,
  meaning: 'the targets of the rows that follow',
});

const forecastLevels = ({ loss, absolute }: Floor): MetricLevels => ({
  'val/loss': loss,
  'val/absolute-error': absolute,
  'val/explained-variance': 0,
});

function taskOf(plan: Plan, season: number): Task {
  const { frame, lookback, horizon, heldOut } = plan;
  const floors = floorsOf(frame, { starts: heldOut, lookback, horizon, season });
  const [constant] = floors;
  return {
    inputs: [rowStream(frame.width)],
    target: nextRows(horizon * frame.targets.length, plan.at),
    metrics: valueMetrics({ variance: constant.loss, scale: commonUnit(frame) }),
    trainLength: lookback,
    evalLength: lookback,
    evalSequences: heldOut.length,
    chance: { constant: forecastLevels(constant), blind: null },
    floors,
    parts: partsOf(plan),
    solved: {},
    train: (batch, random) => trainBatch(plan, batch, random),
    evaluate: windowsOf(plan, heldOut),
    ...(plan.test.length === 0 ? {} : { test: testOf(plan, season) }),
    read: (row) => read(plan, row),
    inUnit: (value, output) => inUnit(plan, value, output),
    close: closeEnough * commonUnit(frame),
    names: null,
    text: null,
  };
}

/** Fills batches with these windows, in order. */
const windowsOf =
  (plan: Plan, starts: readonly number[]): Task['evaluate'] =>
  (batch, first) => {
    for (let row = 0; row < batch.size; row++) write(plan, batch, row, starts[first + row] ?? null, false);
  };

function testOf(plan: Plan, season: number): TestPart {
  const { frame, lookback, horizon, test } = plan;
  const [constant] = floorsOf(frame, { starts: test, lookback, horizon, season });
  return {
    evalSequences: test.length,
    metrics: valueMetrics({ variance: constant.loss, scale: commonUnit(frame) }),
    constant: forecastLevels(constant),
    evaluate: windowsOf(plan, test),
  };
}

function partsOf({ frame, training, held, test }: Plan): TableParts {
  const rowsOf = (of: (part: Frame['series'][number]) => number): number =>
    frame.series.reduce((sum, part) => sum + of(part), 0);
  const tested = rowsOf((part) => part.end - part.test);
  return {
    rows: {
      training: rowsOf(({ begin, border }) => border - begin),
      heldOut: rowsOf((part) => part.test - part.border),
      ...(tested === 0 ? {} : { test: tested }),
    },
    windows: {
      training: training.length,
      heldOut: held,
      ...(test.length === 0 ? {} : { test: test.length }),
    },
    times: frame.times,
  };
}

function trainBatch(plan: Plan, batch: Batch, random: RandomStream): void {
  const { training } = plan;
  for (let row = 0; row < batch.size; row++)
    write(plan, batch, row, itemAt(training, random.below(training.length)), true);
}

/** Null = past the end: nothing, and no loss. `all`: an answer after each row counts, if the task asks there. */
function write(plan: Plan, batch: Batch, row: number, start: number | null, all: boolean): void {
  const { frame, lookback } = plan;
  const [x, y, mask] = [floats(batch, 'rows'), floats(batch, 'next'), floats(batch, 'known')];
  const [wide, each] = [lookback * frame.width, y.length / batch.size];
  const own = [x.subarray(row * wide, (row + 1) * wide), y, mask].map((one, i) =>
    i === 0 ? one : one.subarray(row * each, (row + 1) * each),
  );
  for (const one of own) one.fill(0);
  const [inputs, answers, counted] = own;
  if (start === null || inputs === undefined || answers === undefined || counted === undefined) return;
  inputs.set(frame.inputs.subarray(start * frame.width, (start + lookback) * frame.width));
  const steps = plan.at === 'last' ? 1 : lookback;
  const one = each / steps;
  for (let step = all ? 0 : steps - 1; step < steps; step++) {
    const now = start + lookback - steps + step;
    fill(plan, now, answers.subarray(step * one, (step + 1) * one), counted.subarray(step * one, (step + 1) * one));
  }
}

/** The rows after `now`: all targets of the first, then of the second, and so on. */
function fill({ frame: { targets }, horizon }: Plan, now: number, answers: Float32Array, counted: Float32Array): void {
  for (let ahead = 0; ahead < horizon; ahead++) {
    for (const [i, { values, known }] of targets.entries()) {
      const at = ahead * targets.length + i;
      counted[at] = itemAt(known, now + 1 + ahead);
      answers[at] = counted[at] === 1 ? itemAt(values, now + 1 + ahead) : 0;
    }
  }
}

function inUnit({ frame: { targets } }: Plan, value: number, output: number): number {
  const scale = targets[output % targets.length]?.scale;
  if (scale === undefined) throw new Error('forecast: an output must belong to a target');
  return value * scale.deviation + scale.mean;
}

/** The past of the targets, row by row, and what follows. */
function read(plan: Plan, row: Batch): ExampleSequence {
  const { frame, at } = plan;
  const [x, y, mask] = [floats(row, 'rows'), floats(row, 'next'), floats(row, 'known')];
  const count = frame.targets.length;
  const symbols = Array.from({ length: row.length }, (_, t) => ({
    text: frame.targets.map((_target, i) => shown(inUnit(plan, itemAt(x, t * frame.width + i), i))).join(' '),
    role: 'data' as const,
  }));
  const outputs = plan.horizon * count;
  const first = at === 'last' ? 0 : (row.length - 1) * outputs;
  const asked = Array.from({ length: outputs }, (_, output) => output)
    .filter((output) => mask[first + output] === 1)
    .map((output) => ({
      at: row.length - 1,
      output,
      wanted: Number(shown(inUnit(plan, itemAt(y, first + output), output))),
    }));
  return { symbols, asked };
}

/** Four digits: as many as a person compares. */
const shown = (value: number): string => String(Number(value.toPrecision(4)));
