// A sweep as pictures: each setting that takes several numbers against the best loss, one mark per variant. Pure.
import type { Look } from '../../../engine/spec/look.ts';
import { linearTicks, logTicks, paddedRange } from '../../../engine/spec/scale.ts';
import type { Mark } from '../../../engine/spec/scene.ts';
import type { PictureWords } from '../document-words.ts';
import { colourOf, fitted, rule, sheet, shortNumber, text, theme, width } from './sheet.ts';

export interface SweptVariant {
  readonly name: string;
  readonly look: Look;
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Null before the first evaluation. */
  readonly best: number | null;
}

/** Fewer values of a setting than this show nothing. */
const fewest = 3;
const plot = { left: 56, top: 10, right: width - 150, bottom: 300 } as const;

interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Values over a decade or more are on a logarithmic axis. */
function axisOf(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = low > 0 && high / low >= 10;
  const { min, max } = paddedRange({ min: low, max: high }, { log });
  const place = log ? Math.log10 : (value: number): number => value;
  const perUnit = (to - from) / (place(max) - place(min));
  return {
    at: (value) => from + (place(value) - place(min)) * perUnit,
    ticks: log ? logTicks(min, max, 5) : linearTicks(min, max, 5),
  };
}

/** Names of the settings that take at least three numbers among the variants. */
export function sweptSettings(variants: readonly SweptVariant[]): readonly string[] {
  const names = new Set(variants.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].filter((name) => {
    const values = variants.map(({ settings }) => settings[name]);
    return values.every((value) => typeof value === 'number') && new Set(values).size >= fewest;
  });
}

interface Found {
  readonly name: string;
  readonly value: number;
  readonly best: number;
  readonly look: Look;
}

const gridOf = (x: Axis, y: Axis, setting: string): readonly Mark[] => [
  ...y.ticks.flatMap((tick) => [
    rule([plot.left, y.at(tick)], [plot.right, y.at(tick)], theme.grid),
    text(plot.left - 6, y.at(tick) + 3.5, shortNumber(tick), { anchor: 'end', size: 10, colour: theme.faint }),
  ]),
  rule([plot.left, plot.bottom], [plot.right, plot.bottom], theme.axis),
  ...x.ticks.map((tick) =>
    text(x.at(tick), plot.bottom + 16, shortNumber(tick), { anchor: 'middle', size: 10, colour: theme.faint }),
  ),
  text(plot.right + 12, plot.bottom + 16, setting, { size: 10, colour: theme.faint }),
];

const drawMark = ({ look }: Found, x: number, y: number): Mark => ({
  kind: 'point',
  at: [x, y],
  marker: look.marker,
  radius: 4,
  fill: colourOf(look.colour),
  opacity: 0.85,
});

export function drawSweep(
  variants: readonly SweptVariant[],
  setting: string,
  source: string,
  words: PictureWords,
): string {
  const marks = variants.flatMap(({ settings, best, look, name }): Found[] => {
    const value = settings[setting];
    return typeof value === 'number' && best !== null && Number.isFinite(best) ? [{ name, value, best, look }] : [];
  });
  const title = words.sweep(setting);
  const [first] = marks;
  if (first === undefined)
    return sheet(title, '', source, [text(plot.left, 40, words.nothing, { colour: theme.faint })], 80);
  const valuesOf = (key: 'value' | 'best'): number[] => marks.map((mark) => mark[key]);
  const x = axisOf(valuesOf('value'), plot.left, plot.right);
  const y = axisOf(valuesOf('best'), plot.bottom, plot.top);
  const lowest = marks.reduce((a, b) => (b.best < a.best ? b : a), first);
  const left = x.at(lowest.value) + 9;
  const content = [
    ...gridOf(x, y, setting),
    ...marks.map((mark) => drawMark(mark, x.at(mark.value), y.at(mark.best))),
    text(left, y.at(lowest.best) + 3.5, fitted(lowest.name, width - left), { weight: 500 }),
  ];
  return sheet(title, words.bestNamed, source, content, plot.bottom + 26);
}
