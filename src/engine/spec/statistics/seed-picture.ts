// The runs of a variant as marks: every seed a dot on the scale that all variants share, the mean as a tick, its interval as a bar that is cut at the
// bounds of the scale and then ends in an arrow. Pure; colours are given.
import { itemAt } from '../../core/item.ts';
import type { Mark } from '../scene.ts';
import type { Comparison } from './comparisons.ts';
import type { SeedSummary } from './seeds.ts';

export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly dot: string;
  readonly line: string;
}

export interface Scale {
  readonly low: number;
  readonly high: number;
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

function intervalMarks(
  summary: SeedSummary,
  at: (value: number) => number,
  { low, high }: Scale,
  ink: Ink,
): readonly Mark[] {
  const { interval } = summary;
  if (interval === null) return [];
  const y = ink.height / 2;
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

/** The strip of the variant at `place`; empty while nothing has ended. */
export function seedMarks({ summaries }: Pick<Comparison, 'summaries'>, place: number, ink: Ink): readonly Mark[] {
  const [summary, scale] = [itemAt(summaries, place), scaleOf(summaries)];
  if (scale === null) return [];
  const y = ink.height / 2;
  const perUnit = (ink.width - 2 * margin) / (scale.high - scale.low);
  const at = (value: number): number => margin + (value - scale.low) * perUnit;
  const { sample, values } = summary;
  const mean = sample === null || values.length < 2 ? null : at(Math.min(scale.high, Math.max(scale.low, sample.mean)));
  const radius = values.length > 10 ? 2 : 3;
  return [
    ...intervalMarks(summary, at, scale, ink),
    ...values.flatMap((value): readonly Mark[] =>
      value === null
        ? []
        : [{ kind: 'point', at: [at(value), y], marker: 'circle', radius, fill: ink.dot, opacity: 0.75 }],
    ),
    ...(mean === null
      ? []
      : [
          {
            kind: 'rule',
            from: [mean, y - 7],
            to: [mean, y + 7],
            pen: { colour: ink.line, width: 2 },
          } as const,
        ]),
  ];
}
