// The runs of a variant as marks: every seed a dot on the scale that all variants share, the mean as a tick, its interval as a bar that is cut at the
// bounds of the scale and then ends in an arrow. A published value stands above them as a ring. Pure; colours are given.
import { itemAt } from '../../core/item.ts';
import { rule, type Mark } from '../scene.ts';
import type { Comparison } from './comparisons.ts';
import type { SeedSummary } from './seeds.ts';

export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly dot: string;
  readonly line: string;
  /** Inside of the ring of a published value; left out = nothing. */
  readonly paper?: string;
}

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** What a strip shows beside the runs. */
export interface StripOptions {
  /** Otherwise that of all variants. */
  readonly scale?: Scale | null;
  /** A value of the literature, with a spread of no particular kind; null = there is none, but other strips have one. */
  readonly printed?: { readonly value: number; readonly spread?: number } | null;
}

const margin = 8;

/** All dots, and intervals as far as they stay within twice the range of the dots: one wild variant must not flatten the others. */
export function scaleOf(summaries: readonly SeedSummary[]): Scale | null {
  const dots = summaries.flatMap(({ values }) => values.filter((value) => value !== null));
  if (dots.length === 0) return null;
  const [least, largest] = [Math.min(...dots), Math.max(...dots)];
  const room = largest > least ? largest - least : Math.abs(largest) * 0.01 + 1e-9;
  const ends = summaries.flatMap(({ interval }) => interval ?? []);
  return {
    low: Math.max(Math.min(least, ...ends), least - room / 2),
    high: Math.min(Math.max(largest, ...ends), largest + room / 2),
  };
}

/** Where things of a strip lie. */
interface Place {
  readonly at: (value: number) => number;
  readonly y: number;
  readonly scale: Scale;
}

function intervalMarks({ interval }: SeedSummary, { at, y, scale: { low, high } }: Place, ink: Ink): readonly Mark[] {
  if (interval === null) return [];
  const pen = { colour: ink.line, width: 1.5 };
  const [from, to] = [Math.max(low, interval[0]), Math.min(high, interval[1])];
  const end = (value: number, isCut: boolean, way: 1 | -1): Mark => {
    const x = at(value);
    return isCut
      ? {
          kind: 'line',
          stretches: [
            [
              [x - 4 * way, y - 4],
              [x, y],
              [x - 4 * way, y + 4],
            ],
          ],
          pen,
        }
      : { kind: 'rule', from: [x, y - 4], to: [x, y + 4], pen };
  };
  return [
    { kind: 'rule', from: [at(from), y], to: [at(to), y], pen },
    end(from, from > interval[0], -1),
    end(to, to < interval[1], 1),
  ];
}

function printedMarks({ value, spread = 0 }: NonNullable<StripOptions['printed']>, { at, y }: Place, ink: Ink): Mark[] {
  const pen = { colour: ink.line, width: 1.5 };
  const ring = {
    kind: 'point',
    at: [at(value), y],
    marker: 'circle',
    radius: 3.5,
    fill: ink.paper ?? 'none',
    pen,
  } as const;
  return spread === 0 ? [ring] : [rule([at(value - spread), y], [at(value + spread), y], pen), ring];
}

function meanMark({ sample, values }: SeedSummary, { at, y, scale }: Place, ink: Ink): readonly Mark[] {
  if (sample === null || values.length < 2) return [];
  const mean = at(Math.min(scale.high, Math.max(scale.low, sample.mean)));
  return [rule([mean, y - 7], [mean, y + 7], { colour: ink.line, width: 2 })];
}

/** The strip of the variant at `place`; empty while nothing has ended and nothing is printed. */
export function seedMarks(
  { summaries }: Pick<Comparison, 'summaries'>,
  place: number,
  ink: Ink,
  { scale = scaleOf(summaries), printed }: StripOptions = {},
): readonly Mark[] {
  if (scale === null) return [];
  const summary = itemAt(summaries, place);
  const perUnit = (ink.width - 2 * margin) / (scale.high - scale.low);
  const at = (value: number): number => margin + (value - scale.low) * perUnit;
  const of = { at, scale, y: printed === undefined ? ink.height / 2 : (2 * ink.height) / 3 };
  const radius = summary.values.length > 10 ? 2 : 3;
  return [
    ...(printed ? printedMarks(printed, { ...of, y: ink.height / 4 }, ink) : []),
    ...intervalMarks(summary, of, ink),
    ...summary.values.flatMap((value): readonly Mark[] =>
      value === null
        ? []
        : [{ kind: 'point', at: [at(value), of.y], marker: 'circle', radius, fill: ink.dot, opacity: 0.75 }],
    ),
    ...meanMark(summary, of, ink),
  ];
}
