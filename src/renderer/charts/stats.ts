// Summary numbers of repeated runs. Pure; used by the run table and by tooltips.

/** Arithmetic mean of the finite values; null when there is none. */
export function mean(values: readonly (number | null | undefined)[]): number | null {
  const finite = finiteOf(values);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value / finite.length, 0);
}

/** Sample standard deviation (n - 1); null below two finite values. */
export function deviation(values: readonly (number | null | undefined)[]): number | null {
  const finite = finiteOf(values);
  const centre = mean(finite);
  if (finite.length < 2 || centre === null) return null;
  return Math.sqrt(finite.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (finite.length - 1));
}

/**
 * True if the seeds cannot distinguish two settings: the difference of the means is smaller than the larger spread
 * (highest minus lowest over 2, over the seeds of either). Null when neither side has two seeds.
 */
export function withinSpread(a: readonly (number | null)[], b: readonly (number | null)[]): boolean | null {
  const spreads = [halfRange(a), halfRange(b)].filter((value) => value !== null);
  const meanA = mean(a);
  const meanB = mean(b);
  if (spreads.length === 0 || meanA === null || meanB === null) return null;
  return Math.abs(meanA - meanB) <= Math.max(...spreads);
}

/** Half of highest minus lowest; null below two finite values. */
export function halfRange(values: readonly (number | null | undefined)[]): number | null {
  const finite = finiteOf(values);
  return finite.length < 2 ? null : (Math.max(...finite) - Math.min(...finite)) / 2;
}

function finiteOf(values: readonly (number | null | undefined)[]): number[] {
  return values.filter((value): value is number => value !== null && value !== undefined && Number.isFinite(value));
}
