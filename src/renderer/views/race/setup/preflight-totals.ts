// Sums of a preflight. Pure.
import type { RaceMode } from '../../../../engine/spec/run-spec.ts';
import type { Preflight } from '../../../../protocol/lab.ts';

export interface PreflightTotals {
  /** Bytes of the largest single plan; null when none is known. */
  readonly largest: number | null;
  /** Seconds of everything known; null when nothing is. */
  readonly seconds: number | null;
  /** True when some variant has no estimate: then `seconds` is without it. */
  readonly unknown: boolean;
}

/** In turns and in a queue the runs' times add up; in parallel the longest counts. */
export function preflightTotals(preflight: Preflight, mode: RaceMode): PreflightTotals {
  const sizes = preflight.variants.flatMap((row) => (row.memory === null ? [] : [row.memory.total]));
  const known = preflight.variants.flatMap((row) =>
    row.seconds === null ? [] : [mode === 'parallel' ? row.seconds : row.seconds * row.runs],
  );
  const together = mode === 'parallel' ? Math.max(...known) : known.reduce((sum, one) => sum + one, 0);
  return {
    largest: sizes.length === 0 ? null : Math.max(...sizes),
    seconds: known.length === 0 ? null : together,
    unknown: known.length < preflight.variants.length,
  };
}
