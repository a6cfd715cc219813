// The figures of a reproduction as text: the same on every screen, in reports and in the terminal. Pure.
import { numberText } from '../../core/say.ts';
import type { Interval } from '../statistics/sample.ts';
import { scaleOf, type Scale } from '../statistics/seed-picture.ts';
import type { RunMetric } from '../task-metrics.ts';
import type { ArmOutcome } from './outcome.ts';
import type { Published } from './preset.ts';

const digits = ({ unit }: Pick<RunMetric, 'unit'>): number => (unit === 'share' ? 1 : 3);
const scaled = ({ unit }: Pick<RunMetric, 'unit'>, value: number): number => (unit === 'share' ? 100 * value : value);

/** `99.5`; shares in per cent. */
export const figure = (metric: Pick<RunMetric, 'unit'>, value: number | null): string =>
  value === null ? '–' : scaled(metric, value).toFixed(digits(metric));

/** `+4.7`. */
export const signed = (metric: Pick<RunMetric, 'unit'>, value: number): string =>
  `${value < 0 ? '−' : '+'}${figure(metric, Math.abs(value))}`;

/** `29.4 … 38.8`. */
export const ends = (metric: Pick<RunMetric, 'unit'>, interval: Interval | null): string =>
  interval === null ? '–' : interval.map((end) => figure(metric, end)).join(' … ');

/** `96.0 ± 2.8`, as printed. */
export const asPrinted = (metric: Pick<RunMetric, 'unit'>, { value, spread }: Published): string =>
  spread === undefined ? figure(metric, value) : `${figure(metric, value)} ± ${figure(metric, spread)}`;

/** A setting as a source prints it. */
export const settingText = (value: string | number | boolean): string =>
  typeof value === 'number' ? numberText(value) : String(value);

export const publishedOf = ({ arm }: ArmOutcome): Published | null =>
  arm.published === undefined || arm.published === 'not verified' ? null : arm.published;

/** One scale for all rows: a share from 0 to 1, others around what is there. */
export function scaleOfAll(arms: readonly ArmOutcome[], { unit }: Pick<RunMetric, 'unit'>): Scale | null {
  if (unit === 'share') return { low: 0, high: 1 };
  const own = scaleOf(arms.map(({ summary }) => summary));
  const printed = arms.flatMap((one) => publishedOf(one)?.value ?? []);
  const ends = [...(own === null ? [] : [own.low, own.high]), ...printed];
  return ends.length < 2 ? own : { low: Math.min(...ends), high: Math.max(...ends) };
}
