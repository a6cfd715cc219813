// Sums of a preflight. Pure.
import type { Span } from '../../../../engine/spec/remaining.ts';
import type { Preflight } from '../../../../protocol/state.ts';

export interface PreflightTotals {
  /** Bytes of the largest single plan; null when none is known. */
  readonly largest: number | null;
  /** Time until the last run is done; null if unknown. */
  readonly seconds: Span | null;
  /** True when some variant has no estimate: then `seconds` guesses it from the others. */
  readonly unknown: boolean;
}

export function preflightTotals(preflight: Preflight): PreflightTotals {
  const sizes = preflight.variants.flatMap((row) => (row.memory === null ? [] : [row.memory.total]));
  return {
    largest: sizes.length === 0 ? null : Math.max(...sizes),
    seconds: preflight.seconds,
    unknown: preflight.variants.some((row) => row.seconds === null),
  };
}
