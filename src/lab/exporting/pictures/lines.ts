// Curves of variants over one axis as a picture: lines with bands of their seeds, names at their ends, guides, and a legend. Pure.
import { pushApart } from '../../../engine/spec/label-layout.ts';
import type { Look } from '../../../engine/spec/look.ts';
import { linearTicks, logTicks, paddedRange } from '../../../engine/spec/scale.ts';
import { pointOf, swatch, type Mark, type Pen, type Spot } from '../../../engine/spec/scene.ts';
import type { PictureWords } from '../document-words.ts';
import { colourOf, fitted, rule, sheet, shortNumber, text, theme, width, widthOf } from './sheet.ts';

export interface PictureLine {
  readonly name: string;
  readonly look: Look;
  readonly x: readonly number[];
  /** Null = not finite: a gap. */
  readonly y: readonly (number | null)[];
  /** Lowest and highest of its seeds at each point; null = one seed. */
  readonly band: readonly (readonly [number, number])[] | null;
}

export interface LinePicture {
  readonly title: string;
  readonly unit: string;
  readonly xName: string;
  readonly logY: boolean;
  readonly fromZero: boolean;
  readonly lines: readonly PictureLine[];
  readonly guides: readonly { readonly y: number; readonly label: string }[];
  readonly formatY: (value: number) => string;
  readonly words: Pick<PictureWords, 'more' | 'nothing'>;
}

/** Above this many names the legend is cut. */
const mostNames = 24;
const plot = { left: 48, top: 8, bottom: 330, right: width - 130 } as const;

interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly grid: readonly Mark[];
}

const shown = (value: number | null | undefined, log: boolean): value is number =>
  value !== null && value !== undefined && Number.isFinite(value) && (!log || value > 0);

function frameOf({ lines, guides, logY, fromZero, xName, formatY }: LinePicture): Frame {
  const xs = lines.flatMap((line) => line.x);
  const ys = lines.flatMap(({ y, band }) => [...y, ...(band?.flat() ?? [])]).filter((value) => shown(value, logY));
  const all = [...ys, ...guides.map((guide) => guide.y)];
  const extent = ys.length === 0 ? null : { min: Math.min(...limits(all)), max: Math.max(...limits(all)) };
  const range = paddedRange(extent, { log: logY, fromZero });
  const xMost = Math.max(1e-9, ...limits(xs));
  const place = logY ? Math.log10 : (value: number): number => value;
  const [low, high] = [place(range.min), place(range.max)];
  const x = (value: number): number => plot.left + (value / xMost) * (plot.right - plot.left);
  const y = (value: number): number => plot.bottom - ((place(value) - low) / (high - low)) * (plot.bottom - plot.top);
  const yTicks = logY ? logTicks(range.min, range.max, 4) : linearTicks(range.min, range.max, 4);
  const grid = [
    ...yTicks.flatMap((tick) => [
      rule([plot.left, y(tick)], [plot.right, y(tick)], theme.grid),
      text(plot.left - 6, y(tick) + 3.5, formatY(tick), { anchor: 'end', size: 10, colour: theme.faint }),
    ]),
    rule([plot.left, plot.bottom], [plot.right, plot.bottom], theme.axis),
    ...linearTicks(0, xMost, 5).flatMap((tick) => [
      rule([x(tick), plot.bottom], [x(tick), plot.bottom + 4], theme.axis),
      text(x(tick), plot.bottom + 16, shortNumber(tick), { anchor: 'middle', size: 10, colour: theme.faint }),
    ]),
    text(plot.right + 20, plot.bottom + 16, xName, { size: 10, colour: theme.faint }),
  ];
  return { x, y, grid };
}

/** Smallest and largest; Math.min(...values) would overflow the stack for long lists. */
const limits = (values: readonly number[]): readonly number[] => {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [];
};

/** The values that can be drawn, in stretches between gaps, with their places across. */
function stretchesOf<T>(xs: readonly number[], values: readonly T[], drawn: (value: T) => boolean): [number, T][][] {
  const stretches: [number, T][][] = [];
  let open = false;
  xs.forEach((x, i) => {
    const value = values[i];
    if (value === undefined || !drawn(value)) return void (open = false);
    if (!open) stretches.push([]);
    stretches.at(-1)?.push([x, value]);
    open = true;
  });
  return stretches;
}

const curveOf = ({ x: xs, y: ys, look }: PictureLine, { x, y }: Frame, log: boolean): Mark => ({
  kind: 'line',
  stretches: stretchesOf(xs, ys, (value) => shown(value, log)).map((points) =>
    points.flatMap(([at, value]): Spot[] => (value === null ? [] : [[x(at), y(value)]])),
  ),
  pen: penOf(look),
});

function bandOf({ x: xs, band, look }: PictureLine, { x, y }: Frame, log: boolean): readonly Mark[] {
  const there = stretchesOf(xs, band ?? [], ([low, high]) => shown(low, log) && shown(high, log)).flat();
  if (there.length < 2) return [];
  const upper = there.map(([at, [, high]]): Spot => [x(at), y(high)]);
  const lower = there.toReversed().map(([at, [low]]): Spot => [x(at), y(low)]);
  return [{ kind: 'area', outline: [...upper, ...lower], fill: colourOf(look.colour), opacity: theme.bandOpacity }];
}

const markAt = (look: Look, at: Spot): Mark => pointOf(look, at, 3.2, colourOf(look.colour), theme.surface);

const penOf = ({ colour, dash }: Look): Pen => ({ colour: colourOf(colour), width: theme.lineWidth, dash });

interface End {
  readonly line: PictureLine;
  readonly x: number;
  readonly y: number;
}

function endsOf({ lines, logY }: LinePicture, frame: Frame): readonly End[] {
  return lines.flatMap((line) => {
    const last = line.y.findLastIndex((value) => shown(value, logY));
    const value = line.y[last];
    const at = line.x[last];
    return shown(value, logY) && at !== undefined ? [{ line, x: frame.x(at), y: frame.y(value) }] : [];
  });
}

/** A name beside each end, with a leader where it had to move. */
function namesOf(ends: readonly End[]): readonly Mark[] {
  if (ends.length > mostNames) return [];
  const places = pushApart(
    ends.map(({ y }) => y),
    13,
    plot.top + 4,
    plot.bottom,
  );
  return ends.flatMap(({ line, x, y }, i) => {
    const to = places[i] ?? y;
    return [
      rule([x + 4, y], [plot.right + 12, to], theme.leader),
      text(plot.right + 16, to + 3.5, fitted(line.name, width - plot.right - 18), { weight: 500 }),
    ];
  });
}

function legendOf(
  { lines, words }: LinePicture,
  top: number,
): { readonly marks: readonly Mark[]; readonly height: number } {
  const marks: Mark[] = [];
  let [x, y] = [0, top];
  for (const { name, look } of lines.slice(0, mostNames)) {
    const needs = 34 + widthOf(name) + 16;
    if (x > 0 && x + needs > width) [x, y] = [0, y + 18];
    marks.push(...swatch(look, [x, y], colourOf(look.colour), theme.lineWidth, theme.surface));
    marks.push(text(x + 34, y + 4, fitted(name, width - x - 34)));
    x += needs;
  }
  const left = lines.length - mostNames;
  if (left > 0) marks.push(text(0, (y += 18) + 4, words.more(left), { colour: theme.faint }));
  return { marks, height: y + 14 };
}

export function drawLines(picture: LinePicture, source: string): string {
  const frame = frameOf(picture);
  const { lines, guides, logY, words } = picture;
  const ends = endsOf(picture, frame);
  const legend = legendOf(picture, plot.bottom + 42);
  const content = [
    ...frame.grid,
    ...guides.flatMap(({ y, label }) => [
      rule([plot.left, frame.y(y)], [plot.right, frame.y(y)], theme.axis, [2, 3]),
      text(plot.right, frame.y(y) - 4, label, { anchor: 'end', size: 10, colour: theme.faint }),
    ]),
    ...lines.flatMap((line) => bandOf(line, frame, logY)),
    ...lines.map((line) => curveOf(line, frame, logY)),
    ...ends.map(({ line, x, y }) => markAt(line.look, [x, y])),
    ...(ends.length === 0 ? [text(plot.left + 12, plot.top + 24, words.nothing, { colour: theme.faint })] : []),
    ...namesOf(ends),
    ...legend.marks,
  ];
  return sheet(picture.title, picture.unit, source, content, legend.height);
}
