// Counts the runs of an experiment without expanding it: a few lists can multiply to more than fits in memory.
import type { Sweepable, VariantSpec } from './run-spec.ts';

/** Most runs of one experiment. */
export const mostRuns = 1000;

const choices = (value: Sweepable | undefined): number => (Array.isArray(value) ? Math.max(1, value.length) : 1);

/** Number of variants in one line of the grid: the product of the lengths of its lists. */
export const variantCount = ({ implementation, fields = {} }: VariantSpec): number =>
  [implementation, ...Object.values(fields)].reduce<number>((product, value) => product * choices(value), 1);

export interface RunCount {
  readonly variants: number;
  readonly seeds: number;
  readonly runs: number;
}

export function countRuns(spec: {
  readonly variants: readonly VariantSpec[];
  readonly seeds?: readonly number[];
}): RunCount {
  const variants = spec.variants.reduce((sum, variant) => sum + variantCount(variant), 0);
  const seeds = spec.seeds?.length ?? 1;
  return { variants, seeds, runs: variants * seeds };
}

/** The smallest number that a line of the grid gives to a setting; null when none names it. */
export function leastValue({ variants }: { readonly variants: readonly VariantSpec[] }, name: string): number | null {
  const values = variants.flatMap(({ fields }) => fields?.[name] ?? []).filter((value) => typeof value === 'number');
  return values.length === 0 ? null : Math.min(...values);
}
