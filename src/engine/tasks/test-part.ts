// The third part of a task's data: the last share of it, of which training and its evaluations know nothing. Read once, at the end of a run.
import { asIs, say, type Message } from '../core/say.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { MetricLevels, MetricName, RunMetric, TaskMetric } from '../spec/task-metrics.ts';
import type { Batch } from './streams.ts';

/** Sequences a network is judged on, and how. */
export interface Judging {
  readonly evalSequences: number;
  readonly metrics: readonly TaskMetric[];
  /** Fills a batch with sequences first .. first + size - 1; rows past the last get no loss. */
  evaluate(batch: Batch, first: number): void;
}

/** The metrics have the names of those of evaluations: they count the same sums, with the constants of this part. */
export interface TestPart extends Judging {
  /** Of the best constant answer. */
  readonly constant: MetricLevels;
}

/** Most sequences; beyond them they are evenly spread. */
export const mostTested = 65_536;

/** How large the part is; a run of before it existed has none. */
export const testField = (help: string): Fields[string] => ({
  kind: 'float',
  label: 'Test share',
  help: `${help} It is read once, when a run ends; 0 = none.`,
  default: 0,
  min: 0,
  max: 0.5,
  advanced: true,
  added: true,
});

export const testShareOf = ({ test }: FieldValues): number => (typeof test === 'number' ? test : 0);

/** At most `most` of so many, evenly spread. */
export const spreadOver = (count: number, most: number = mostTested): readonly number[] =>
  Array.from({ length: Math.min(most, count) }, (_, i) => Math.floor((i * count) / Math.min(most, count)));

/** By which weights: the last ones, or those of the lowest validation loss. */
export type TestedBy = 'last' | 'best';

export function testName(name: MetricName, by: TestedBy): MetricName {
  const own = name.slice('val/'.length);
  return by === 'last' ? `test/${own}` : `test/best/${own}`;
}

const words = (of: Message, by: TestedBy): Message => (by === 'last' ? say`Test: ${of}` : say`Test, best: ${of}`);

/** As results are read. */
export const testMetrics = ({ test }: { readonly test?: TestPart }): readonly RunMetric[] =>
  test === undefined
    ? []
    : (['last', 'best'] as const).flatMap((by) =>
        test.metrics.map(({ name, title, short, better, unit }) => ({
          name: testName(name, by),
          title: words(title, by),
          short: words(short, by),
          better,
          unit,
          chance: test.constant[name] ?? null,
          blind: null,
          solved: null,
        })),
      );

/** Told where a share leaves nothing to test on. */
export const nothingToTest = (share: number): Message =>
  say`Test share ${asIs(String(share))} must leave something to test on beside what is learned and held out, got nothing.`;
