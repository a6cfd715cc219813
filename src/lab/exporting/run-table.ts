// The run table as data: which columns there are for these runs, and what is in them. Settings become columns where the runs differ in
// them. Independent of file formats; exports are in English.
import { findModel } from '../../engine/models/registry.ts';
import { stackFields } from '../../engine/models/stack-fields.ts';
import { applies, type Fields, type FieldValue } from '../../engine/spec/fields.ts';
import { memoryCheck } from '../../engine/spec/memory-check.ts';
import { memoryParts, memoryPartsOf } from '../../engine/spec/memory-parts.ts';
import { bitsPerByte } from '../../engine/spec/metrics.ts';
import { inUnit, isOfModel, lossName, metricsOf, type RunMetric } from '../../engine/spec/task-metrics.ts';
import { shortSpeed, steadySpeed } from '../../engine/spec/speed.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import { trainingFields } from '../../engine/training/fields.ts';
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { RunState } from '../../protocol/state.ts';
import { wordsIn } from '../../protocol/told/told.ts';

export type Cell = string | number | null;

export interface Column<Row = RunState> {
  /** For machines: `val_loss`, with the unit where there is one: `active_seconds`. */
  readonly id: string;
  /** For people: `Loss (held out)`. */
  readonly title: string;
  /** The same in the language of a document, where no list of words has it. */
  readonly titleIn?: (language: UiLanguage) => string;
  readonly of: (run: Row) => Cell;
  /** How a number looks to a person. */
  readonly show: (value: number) => string;
  /** Whether higher or lower is better, if either: the best is set in bold for people. */
  readonly best?: 'low' | 'high';
}

/** Rows are runs, or variants with their seeds (seed-table.ts). */
export interface RunTable<Row = RunState> {
  readonly columns: readonly Column<Row>[];
  readonly runs: readonly Row[];
}

const digits =
  (count: number) =>
  (value: number): string =>
    value.toFixed(count);
const whole = (value: number): string => String(Math.round(value));
/** Four significant digits, as settings are given. */
const setting = (value: number): string => String(Number(value.toPrecision(6)));
const mebibytes = (value: number): string => (value / 2 ** 20).toFixed(2);

const text = (id: string, title: string, of: (run: RunState) => string | null): Column => ({
  id,
  title,
  of,
  show: setting,
});

const first: readonly Column[] = [
  text('run', 'Run', (run) => run.name),
  text('model', 'Model', (run) => run.spec.model.kind),
  { id: 'seed', title: 'Seed', of: (run) => run.spec.seed, show: whole },
  text('status', 'Status', (run) => run.status),
];

const results: readonly Column[] = [
  { id: 'step', title: 'Step', of: (run) => run.step, show: whole },
  { id: 'active_seconds', title: 'Training time (s)', of: (run) => run.activeSeconds, show: digits(1) },
  {
    id: 'val_loss',
    title: 'Loss, held out',
    of: (run) => run.last[lossName] ?? null,
    show: digits(4),
    best: 'low',
  },
  {
    id: 'best_val_loss',
    title: 'Best loss',
    of: (run) => run.bests[lossName]?.value ?? null,
    show: digits(4),
    best: 'low',
  },
  {
    id: 'best_bits_per_byte',
    title: 'Best, bits per byte',
    of: (run) => bitsPerByte(run.bests[lossName]?.value, run.facts),
    show: digits(3),
    best: 'low',
  },
  {
    id: 'floor_bits_per_byte',
    title: 'Floor, bits per byte',
    of: (run) => bitsPerByte(lossOf(run)?.chance, run.facts),
    show: digits(3),
  },
  { id: 'best_step', title: 'at step', of: (run) => run.bests[lossName]?.step ?? null, show: whole },
];

const lossOf = ({ facts }: RunState): RunMetric | undefined => facts?.metrics.find(({ name }) => name === lossName);

/** The last value and the best of every other metric of the tasks. */
const otherResults = (runs: readonly RunState[]): readonly Column[] =>
  metricsOf(runs)
    .filter(({ name }) => name !== lossName)
    .flatMap((metric): readonly Column[] => {
      const { name, better, unit } = metric;
      const id = name.replaceAll(/[/-]/g, '_');
      const mark = unit === 'share' ? ' (%)' : unit === '' ? '' : ` (${unit})`;
      const short = (language: UiLanguage): string => wordsIn(language, metric.short) + mark;
      const best = (language: UiLanguage): string => `${language === 'zh' ? '最佳' : 'Best '}${short(language)}`;
      const show =
        unit === 'share' ? (value: number) => inUnit(metric, value).toFixed(1) : isOfModel(name) ? setting : digits(4);
      const shared = { show, best: better === 'lower' ? 'low' : 'high' } as const;
      return [
        { ...shared, id, title: short('en'), titleIn: short, of: (run) => run.last[name] ?? null },
        { ...shared, id: `best_${id}`, title: best('en'), titleIn: best, of: (run) => run.bests[name]?.value ?? null },
      ];
    });

const costs: readonly Column[] = [
  {
    id: 'step_milliseconds_median',
    title: 'Step (ms)',
    of: (run) => milliseconds(run, 'median'),
    show: digits(2),
    best: 'low',
  },
  { id: 'step_milliseconds_q1', title: 'q1 (ms)', of: (run) => milliseconds(run, 'q1'), show: digits(2) },
  { id: 'step_milliseconds_q3', title: 'q3 (ms)', of: (run) => milliseconds(run, 'q3'), show: digits(2) },
  {
    id: 'tokens_per_second',
    title: 'Tokens/s',
    of: steadySpeed,
    show: whole,
    best: 'high',
  },
  { id: 'tokens_per_second_short', title: 'Tokens/s, short run (all steps)', of: shortSpeed, show: whole },
  {
    id: 'plan_bytes',
    title: 'Plan (MiB)',
    of: (run) => run.facts?.memory.total ?? null,
    show: mebibytes,
    best: 'low',
  },
  ...memoryParts.map((part) => ({
    id: `plan_${part}_bytes`,
    title: `Plan: ${part} (MiB)`,
    of: ({ facts }: RunState) => (facts && memoryPartsOf(facts.memory).find((one) => one.part === part)?.bytes) ?? null,
    show: mebibytes,
  })),
  {
    id: 'growth_bytes',
    title: 'Measured growth (MiB)',
    of: ({ facts }) => facts?.growth?.bytes ?? null,
    show: mebibytes,
  },
  text('growth_counted', 'Growth counted as', ({ facts }) => facts?.growth?.counted ?? null),
  { id: 'memory_check_percent', title: 'Check (%)', of: ({ facts }) => percentOff(facts), show: digits(1) },
  { id: 'parameters', title: 'Parameters', of: (run) => run.facts?.parameters ?? null, show: whole },
];

const machine: readonly Column[] = [
  text('device', 'Device', (run) => run.environment?.device ?? run.spec.device.kind),
  text('module', 'Module', (run) => run.environment?.module ?? null),
  { id: 'threads', title: 'Threads', of: (run) => run.environment?.threads ?? null, show: whole },
];

/** Measured growth against the plan. */
function percentOff(facts: RunState['facts']): number | null {
  const check = memoryCheck(facts);
  return check === null ? null : 100 * check.share;
}

function milliseconds({ stepSeconds }: RunState, part: 'median' | 'q1' | 'q3'): number | null {
  return stepSeconds === null ? null : 1000 * stepSeconds[part];
}

type Values = Readonly<Record<string, FieldValue>>;

/** Every setting of a run that has an effect in it, by a unique name. */
export const settingsOf = ({ model, task, training, budget }: RunSpec): Values => ({
  ...prefixed('task', task.fields),
  ...effective(
    { ...model.fields, implementation: model.implementation },
    { ...findModel(model.kind)?.fields, ...stackFields },
  ),
  ...effective(training, trainingFields),
  task: task.id,
  budget: `${budget.amount} ${budget.unit}`,
});

const effective = (values: Values, fields: Fields): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => applies(name, fields, values)));

const prefixed = (prefix: string, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

/** Settings with more than one value; a setting of only some models counts if its values differ. */
function differing(runs: readonly RunState[]): readonly Column[] {
  const all = runs.map((run) => settingsOf(run.spec));
  const names = [...new Set(all.flatMap((values) => Object.keys(values)))];
  return names
    .filter((name) => new Set(all.map((values) => values[name]).filter((value) => value !== undefined)).size > 1)
    .map((name) => ({ id: name, title: name, of: (run) => plain(settingsOf(run.spec)[name]), show: setting }));
}

const plain = (value: FieldValue | undefined): Cell => (typeof value === 'boolean' ? String(value) : (value ?? null));

const isThere = (value: Cell): boolean => value !== null;

/** Empty columns are omitted. */
export function runTable(runs: readonly RunState[]): RunTable {
  const columns = [...first, ...differing(runs), ...results, ...otherResults(runs), ...costs, ...machine];
  return { columns: columns.filter((column) => runs.some((run) => isThere(column.of(run)))), runs };
}

/** For people: without the parts of a figure that only programs need. */
const forMachines: ReadonlySet<string> = new Set([
  'step_milliseconds_q1',
  'step_milliseconds_q3',
  'plan_weights_bytes',
  'plan_gradients_bytes',
  'plan_optimiser_bytes',
  'plan_activations_bytes',
  'plan_workspace_bytes',
  'growth_bytes',
  'growth_counted',
]);
/** For people only if the runs differ in it; otherwise it is in the report's environment. */
const whereTheyDiffer: ReadonlySet<string> = new Set(['module', 'threads']);

export const forPeople = <Row>({ columns, runs }: RunTable<Row>): RunTable<Row> => ({
  columns: columns.filter(({ id, of }) =>
    whereTheyDiffer.has(id) ? new Set(runs.map(of).filter(isThere)).size > 1 : !forMachines.has(id),
  ),
  runs,
});

/** A cell as a person reads it; `–` for a missing value. */
export function shown<Row>(column: Column<Row>, run: Row): string {
  const value = column.of(run);
  if (value === null) return '–';
  return typeof value === 'number' ? column.show(value) : value;
}

/** Whether this run has the best value of a column whose displayed values differ. */
export function isBest<Row>(column: Column<Row>, run: Row, runs: readonly Row[]): boolean {
  if (column.best === undefined) return false;
  const values = runs.map(column.of).filter((value): value is number => typeof value === 'number');
  const best = column.best === 'low' ? Math.min(...values) : Math.max(...values);
  const texts = new Set(values.map(column.show));
  const own = column.of(run);
  return texts.size > 1 && typeof own === 'number' && column.show(own) === column.show(best);
}
