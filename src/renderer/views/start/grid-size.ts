// How many runs one line of a starting grid stands for, seeds apart.
import type { Sweepable, VariantSpec } from '../../../engine/spec/run-spec.ts';

const count = (value: Sweepable | undefined): number => (Array.isArray(value) ? Math.max(1, value.length) : 1);

/** The product of the lengths of its lists. */
export function gridSize(variant: VariantSpec): number {
  const values = [variant.implementation, ...Object.values(variant.fields ?? {})];
  return values.reduce<number>((size, value) => size * count(value), 1);
}
