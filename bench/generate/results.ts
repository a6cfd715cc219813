// bench/results/generate.json and .md: what a symbol costs and what must be kept for the next one, by model, batch and context. A run of some
// cells replaces these and leaves the others. Measures nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record, type environment } from '../measure.ts';
import { threads } from '../peers/registry.ts';
import { generatePlot } from './plot.ts';
import { layers, width, type Writer } from './ways.ts';

export interface Cell extends Writer {
  /** Bytes kept from symbol to symbol, of all texts together. */
  readonly stateBytes: number;
  /** All bytes of the plan, weights included. */
  readonly plannedBytes: number;
  /** Milliseconds of a symbol of every text: quartiles. */
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
  readonly environment: ReturnType<typeof environment>;
  readonly busy: boolean;
}

/** Reading everything again for more symbols of all texts takes too long to wait for. */
export const mostAgain = 131_072;

const folder = join(import.meta.dirname, '../results');
const keyOf = ({ model, way, batch, context }: Writer): string => [model, way, batch, context].join(' ');

function earlier(): readonly Cell[] {
  const file = join(folder, 'generate.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly cells: readonly Cell[] }).cells;
}

export const nameOf = ({ model, way }: Pick<Writer, 'model' | 'way'>): string =>
  way === 'recompute' ? `${model}, recomputed` : model;

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 2 ** 20 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 2 ** 20).toFixed(1)} MiB`;
}

const sorted = (values: Iterable<number>): readonly number[] => [...new Set(values)].toSorted((a, b) => a - b);

/** Rows are models, columns contexts. */
function table(cells: readonly Cell[], contexts: readonly number[], show: (cell: Cell) => string): readonly string[] {
  const names = [...new Set(cells.map(nameOf))];
  return [
    `| model | ${contexts.map((context) => context.toLocaleString('en')).join(' | ')} |`,
    `| --- |${' --- |'.repeat(contexts.length)}`,
    ...names.map((name) => {
      const found = contexts.map((context) => cells.find((one) => nameOf(one) === name && one.context === context));
      return `| ${name} | ${found.map((cell) => (cell === undefined ? '–' : show(cell))).join(' | ')} |`;
    }),
    '',
  ];
}

function markdown(cells: readonly Cell[]): readonly string[] {
  const contexts = sorted(cells.map(({ context }) => context));
  const batches = sorted(cells.map(({ batch }) => batch));
  const machines = [
    ...new Set(cells.map(({ environment: at }) => `${at['cpu']}, ${at['cores']} cores, Node ${at['node']}`)),
  ];
  const commits = [
    ...new Set(cells.map(({ environment: at, busy }) => `${at['commit']} of ${at['date']}${busy ? ', busy' : ''}`)),
  ];
  return [
    '# Writing symbol by symbol',
    '',
    `Every mixer in the paper's stack, D ${width}, ${layers} layers, expansion 1, vocabulary 65, native kernels, ${threads} threads. Columns are symbols of context: what a growing state has room for, and is full of. "recomputed": nothing is kept but the symbols, and all are read again for each new one. States that do not grow have one program for every context, which is timed once. Cells are medians. –: not measured, since more than ${mostAgain.toLocaleString('en')} symbols of all texts would be read again for each new one, or the device has no room.`,
    '',
    `${machines.join('; ')}. Commits ${commits.join('; ')}.`,
    '',
    '![Milliseconds a symbol against context](generate.svg)',
    '',
    '## Bytes kept for one text',
    '',
    ...table(
      cells.filter(({ batch }) => batch === batches[0]),
      contexts,
      ({ stateBytes, batch }) => bytes(stateBytes / batch),
    ),
    ...batches.flatMap((batch) => [
      `## Milliseconds a symbol, ${batch} ${batch === 1 ? 'text' : 'texts at once'}`,
      '',
      ...table(
        cells.filter((one) => one.batch === batch),
        contexts,
        ({ median }) => median.toPrecision(3),
      ),
    ]),
    '## Planned bytes, weights included',
    '',
    ...batches.flatMap((batch) => [
      `${batch} ${batch === 1 ? 'text' : 'texts at once'}:`,
      '',
      ...table(
        cells.filter((one) => one.batch === batch),
        contexts,
        ({ plannedBytes }) => bytes(plannedBytes),
      ),
    ]),
  ];
}

/** Puts fresh cells in the place of those with their key, models in the order of `order`. */
export function write(fresh: readonly Cell[], order: readonly string[]): void {
  const keys = new Set(fresh.map(keyOf));
  const cells = [...earlier().filter((one) => !keys.has(keyOf(one))), ...fresh].toSorted(
    (a, b) => order.indexOf(nameOf(a)) - order.indexOf(nameOf(b)) || a.batch - b.batch || a.context - b.context,
  );
  record('generate', { threads, width, layers, cells }, markdown(cells));
  writeFileSync(
    join(folder, 'generate.svg'),
    generatePlot(cells.filter(({ batch }) => batch === 1).map((cell) => ({ ...cell, name: nameOf(cell) }))),
  );
}
