// Numbers and tables for a terminal. Pure.
import { itemAt } from '../engine/core/item.ts';
import { isOfModel, type MetricLook } from '../engine/spec/task-metrics.ts';
import type { MemoryCheck } from '../engine/spec/memory-check.ts';
import { english, type Message } from '../engine/core/say.ts';
import { isWide, middle, type Span } from '../engine/spec/remaining.ts';
import { printable, printableLines } from '../engine/core/printable.ts';
import type { AppError } from '../engine/core/result.ts';

const prefixes: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `1.23 M`; `–` for what is not known. */
export function si(value: number | null): string {
  if (value === null) return '–';
  const [factor, prefix] = prefixes.find(([size]) => Math.abs(value) >= size) ?? [1, ''];
  const scaled = value / factor;
  const digits = Number.isInteger(scaled) ? 0 : Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)}${prefix === '' ? '' : ` ${prefix}`}`;
}

/** Binary units: `1.25 MiB`. */
export function bytes(value: number | null): string {
  if (value === null) return '–';
  if (value < 1024) return `${value} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const at = Math.min(units.length, Math.floor(Math.log2(value) / 10));
  return `${(value / 2 ** (10 * at)).toFixed(2)} ${units[at - 1]}`;
}

/** `3 min 05 s`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0
    ? `${hours} h ${String(minutes).padStart(2, '0')} min`
    : `${minutes} min ${String(rest).padStart(2, '0')} s`;
}

/** `20.0 s to 40.0 s` while the bounds are far apart, then their middle. */
export function span(seconds: Span | null): string {
  if (seconds === null) return '–';
  return isWide(seconds) ? `${duration(seconds.low)} to ${duration(seconds.high)}` : duration(middle(seconds));
}

export const loss = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4);

export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${(100 * value).toFixed(1)} %`;

/** A value of a metric in its unit, without naming it. */
export const measured = (
  { name, unit }: Pick<MetricLook, 'name' | 'unit'>,
  value: number | null | undefined,
): string =>
  unit === 'share'
    ? percent(value)
    : isOfModel(name) && typeof value === 'number'
      ? String(Number(value.toPrecision(3)))
      : loss(value);

/** Measured growth of memory against the plan: `+1.6 %`, with `!` if the difference is more than page rounding explains. */
export const check = (value: MemoryCheck | null): string =>
  value === null
    ? 'not measured'
    : `${value.share < 0 ? '' : '+'}${(100 * value.share).toFixed(1)} %${value.off ? ' !' : ''}`;

/** Columns that a text takes in a terminal: wide East Asian characters take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, letter) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(letter) ? 2 : 1),
    0,
  );

/** Aligned columns, each row on one line whatever its cells contain: the first left-aligned, numbers right-aligned, with a rule under the head. */
export function table(
  head: readonly string[],
  cells: readonly (readonly string[])[],
  left: readonly number[] = [0],
): string {
  const rows = cells.map((row) => row.map(printable));
  const widths = head.map((title, i) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const pad = ' '.repeat(Math.max(0, itemAt(widths, i) - widthOf(cell)));
        return left.includes(i) ? cell + pad : pad + cell;
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A message as one line of a terminal, whatever its values contain. */
export const said = (message: Message): string => printable(english(message));

/** `field: message` with the cure on a line of its own; the stack below where a defect has one. */
export const errorText = ({ message, field, cure, stack }: AppError): string => {
  const words = said(message);
  return [
    field !== undefined && !words.includes(field) ? `${printable(field)}: ${words}` : words,
    ...(cure === undefined ? [] : [`  ${said(cure)}`]),
    ...(stack === undefined ? [] : [printableLines(stack)]),
  ].join('\n');
};
