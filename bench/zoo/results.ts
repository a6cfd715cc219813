// bench/results/zoo.json, .md and .svg: a row for each model and shape with the machine, versions and commit it was measured on. A run of some cases
// replaces their rows and leaves the others. Measures nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, type environment } from '../measure.ts';
import { threads } from '../peers/registry.ts';
import type { Shape } from './cases.ts';
import { tolerance } from './contenders.ts';
import { plotOf } from './plot.ts';
import type { Timing } from './turns.ts';

export interface FirstStep {
  /** Loading the program, which is not counted in the total. */
  readonly loaded: number;
  readonly build: number;
  readonly compile: number;
  readonly start: number;
  readonly step: number;
  readonly total: number;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly form: 'step' | 'layer';
  readonly shape: Shape;
  readonly environment: ReturnType<typeof environment>;
  /** Other work ran on the machine. */
  readonly busy: boolean;
  readonly firstStep: FirstStep | null;
  readonly timings: readonly Timing[];
  /** Who did not take part, and why. */
  readonly absent: readonly string[];
}

const folder = join(import.meta.dirname, '../results');

function earlier(): readonly Row[] {
  const file = join(folder, 'zoo.json');
  if (!existsSync(file)) return [];
  const { rows = [] } = JSON.parse(readFileSync(file, 'utf8')) as { rows?: readonly Row[] };
  return rows.filter(({ id }) => typeof id === 'string');
}

const timingOf = ({ timings }: Row, who: string): Timing | undefined => timings.find((one) => one.who === who);

/** Median of a step of the better of the others over that of `who`. */
export function gain(row: Row, who: string): number | null {
  const others = ['eager', 'compiled'].flatMap((other) => timingOf(row, other)?.steady.median ?? []);
  const own = timingOf(row, who)?.steady.median;
  return others.length === 0 || own === undefined ? null : Math.min(...others) / own;
}

const figure = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? '–'
    : value >= 100
      ? value.toFixed(0)
      : value.toFixed(digits);

function line(row: Row): string {
  const { name, environment: at, busy, firstStep } = row;
  const median = (who: string): string => figure(timingOf(row, who)?.steady.median);
  const native = timingOf(row, 'native');
  const cpu = timingOf(row, 'eager');
  const processor = native && cpu ? figure(cpu.cpu.median / native.cpu.median) : '–';
  const cells = [
    name,
    median('native'),
    figure(native?.paused.median),
    median('wasm'),
    median('eager'),
    median('compiled'),
    figure(gain(row, 'native')),
    figure(gain(row, 'wasm')),
    processor,
    figure(native?.bytes === null || native === undefined ? null : native.bytes / 2 ** 20, 1),
    firstStep === null ? '–' : String(firstStep.total),
    `${at['commit']} ${at['date']}${busy ? ', busy' : ''}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const head = [
  '| model | native ms | after a pause | wasm | eager | compiled | native: times as fast | wasm | processor time, eager over native | planned MiB | first step ms | measured |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

const groupOf = ({ form, shape: { B, T, D, layers } }: Row): string =>
  form === 'step'
    ? `Training step of a text model, B ${B}, T ${T}, D ${D}, ${layers} layers`
    : `One layer forward and backward, B ${B}, T ${T}, D ${D}`;

function markdown(rows: readonly Row[]): readonly string[] {
  const groups = Map.groupBy(rows, groupOf);
  const tables = [...groups].flatMap(([title, members]) => {
    const away = members.flatMap(({ name, absent }) => absent.map((why) => `- ${name}: ${why}`));
    return [`## ${title}`, '', ...head, ...members.map(line), '', ...away, ...(away.length === 0 ? [] : [''])];
  });
  const machines = [
    ...new Set(rows.map(({ environment: at }) => `${at['cpu']}, ${at['cores']} cores, Node ${at['node']}`)),
  ];
  const versions = [...new Set(rows.flatMap(({ timings }) => timings.map(({ title }) => title.split(' (')[0] ?? '')))];
  return [
    '# Systems of the zoo',
    '',
    `Medians in ms of steps in turns A B A B, ${threads} threads each: a pause, a step ("after a pause"), and one more, which all other columns are of. "Times as fast": the better of PyTorch's two over ours. Every contender starts from the same tensors, and its first losses (of a layer: value and size of the gradient) agree with ours to ${tolerance} before it is timed. "First step": from nothing to the first finished step, in a process of its own without its loading. "busy": other work ran beside it, which spoils wall times most where many threads are waited for.`,
    '',
    'A text has 65 symbols. In its steps ours computes the products that read rows of the table directly, those of the first layer, once for each symbol (decision 38); PyTorch computes them for each position. Single layers read numbers, so there both do the same work.',
    '',
    `${machines.join('; ')}. ${versions.join('; ')}.`,
    '',
    '![Times as fast as the better PyTorch form](zoo.svg)',
    '',
    ...tables,
  ];
}

/** Puts fresh rows in the place of those with their ids, in the order of `ids`, and writes all. */
export function write(fresh: readonly Row[], ids: readonly string[]): void {
  const kept = earlier().filter(({ id }) => !fresh.some((one) => one.id === id));
  const place = (id: string): number => {
    const at = ids.indexOf(id);
    return at < 0 ? ids.length : at;
  };
  const rows = [...kept, ...fresh].toSorted((a, b) => place(a.id) - place(b.id));
  record('zoo', { threads, tolerance, rows }, markdown(rows));
  writeFileSync(
    join(folder, 'zoo.svg'),
    plotOf(rows.map((row) => ({ group: groupOf(row), name: row.name, gain: gain(row, 'native') }))),
  );
}
