// Curves of variants over one axis as a picture: lines with bands of their seeds, names at their ends, guides, and a legend. Pure.
import { pushApart } from '../../../engine/spec/label-layout.ts';
import { markerPath, type Look } from '../../../engine/spec/look.ts';
import { linearTicks, logTicks, paddedRange } from '../../../engine/spec/scale.ts';
import type { PictureWords } from '../document-words.ts';
import { colourOf, fitted, number, rule, sheet, shortNumber, text, theme, width, widthOf } from './svg.ts';

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
  readonly grid: string;
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
    ...yTicks.map(
      (tick) =>
        rule(plot.left, y(tick), plot.right, y(tick), theme.grid) +
        text(plot.left - 6, y(tick) + 3.5, formatY(tick), { anchor: 'end', size: 10, colour: theme.faint }),
    ),
    rule(plot.left, plot.bottom, plot.right, plot.bottom, theme.axis),
    ...linearTicks(0, xMost, 5).map(
      (tick) =>
        rule(x(tick), plot.bottom, x(tick), plot.bottom + 4, theme.axis) +
        text(x(tick), plot.bottom + 16, shortNumber(tick), { anchor: 'middle', size: 10, colour: theme.faint }),
    ),
    text(plot.right + 20, plot.bottom + 16, xName, { size: 10, colour: theme.faint }),
  ];
  return { x, y, grid: grid.join('') };
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

function pathOf(line: PictureLine, { x, y }: Frame, log: boolean): string {
  let [path, open] = ['', false];
  line.y.forEach((value, i) => {
    if (!shown(value, log)) return void (open = false);
    path += `${open ? 'L' : 'M'}${number(x(line.x[i] ?? 0))} ${number(y(value))}`;
    open = true;
  });
  return path;
}

function bandOf({ x: xs, band, look }: PictureLine, { x, y }: Frame, log: boolean): string {
  const there = (band ?? []).flatMap(([low, high], i) =>
    shown(low, log) && shown(high, log) ? [[x(xs[i] ?? 0), y(low), y(high)] as const] : [],
  );
  if (there.length < 2) return '';
  const upper = there.map(([at, , high]) => `${number(at)} ${number(high)}`);
  const lower = there.toReversed().map(([at, low]) => `${number(at)} ${number(low)}`);
  return `<path d="M${[...upper, ...lower].join('L')}Z" fill="${colourOf(look.colour)}" fill-opacity="${theme.bandOpacity}"/>`;
}

const markAt = (look: Look, x: number, y: number): string => {
  const colour = colourOf(look.colour);
  const paint =
    look.marker === 'ring' ? `fill="${theme.surface}" stroke="${colour}" stroke-width="1.6"` : `fill="${colour}"`;
  return `<path d="${markerPath(look.marker, 3.2)}" transform="translate(${number(x)} ${number(y)})" ${paint}/>`;
};

const strokeOf = ({ colour, dash }: Look): string =>
  `fill="none" stroke="${colourOf(colour)}" stroke-width="${theme.lineWidth}" stroke-linejoin="round"${dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`}`;

interface End {
  readonly line: PictureLine;
  readonly x: number;
  readonly y: number;
}

function endsOf({ lines, logY }: LinePicture, frame: Frame): readonly End[] {
  return lines.flatMap((line) => {
    const last = line.y.findLastIndex((value) => shown(value, logY));
    const value = line.y[last];
    return shown(value, logY) ? [{ line, x: frame.x(line.x[last] ?? 0), y: frame.y(value) }] : [];
  });
}

/** A name beside each end, with a leader where it had to move. */
function namesOf(ends: readonly End[]): string {
  if (ends.length > mostNames) return '';
  const places = pushApart(
    ends.map(({ y }) => y),
    13,
    plot.top + 4,
    plot.bottom,
  );
  return ends
    .map(({ line, x, y }, i) => {
      const to = places[i] ?? y;
      const leader = rule(x + 4, y, plot.right + 12, to, theme.leader);
      return leader + text(plot.right + 16, to + 3.5, fitted(line.name, width - plot.right - 18), { weight: 500 });
    })
    .join('');
}

function legendOf({ lines, words }: LinePicture, top: number): { readonly content: string; readonly height: number } {
  let [x, y, content] = [0, top, ''];
  for (const { name, look } of lines.slice(0, mostNames)) {
    const needs = 34 + widthOf(name) + 16;
    if (x > 0 && x + needs > width) [x, y] = [0, y + 18];
    content += `<path d="M${x} ${y}H${x + 28}" ${strokeOf(look)}/>${markAt(look, x + 14, y)}`;
    content += text(x + 34, y + 4, fitted(name, width - x - 34));
    x += needs;
  }
  const left = lines.length - mostNames;
  if (left > 0) content += text(0, (y += 18) + 4, words.more(left), { colour: theme.faint });
  return { content, height: y + 14 };
}

export function drawLines(picture: LinePicture, source: string): string {
  const frame = frameOf(picture);
  const { lines, guides, logY, words } = picture;
  const ends = endsOf(picture, frame);
  const legend = legendOf(picture, plot.bottom + 42);
  const content = [
    frame.grid,
    ...guides.map(
      ({ y, label }) =>
        rule(plot.left, frame.y(y), plot.right, frame.y(y), theme.axis, '2 3') +
        text(plot.right, frame.y(y) - 4, label, { anchor: 'end', size: 10, colour: theme.faint }),
    ),
    ...lines.map((line) => bandOf(line, frame, logY)),
    ...lines.map((line) => `<path d="${pathOf(line, frame, logY)}" ${strokeOf(line.look)}/>`),
    ...ends.map(({ line, x, y }) => markAt(line.look, x, y)),
    ...(ends.length === 0 ? [text(plot.left + 12, plot.top + 24, words.nothing, { colour: theme.faint })] : []),
    namesOf(ends),
    legend.content,
  ];
  return sheet(picture.title, picture.unit, source, content.join(''), legend.height);
}
