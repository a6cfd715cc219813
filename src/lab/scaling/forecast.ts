// Predicts the cost of a point from the smaller points of its series, so that a loop over thousands of steps is skipped with a number
// instead of blocking the machine for minutes. Pure.
import { slopeOf, type SizedValue } from '../../engine/spec/scaling-analysis.ts';

/** Longest step worth timing and longest compile worth waiting for, in seconds. */
export interface Longest {
  readonly step: number;
  readonly compile: number;
}
export const longest: Longest = { step: 3, compile: 30 };

/** Value at `at` by the power law through the last two points, never growing slower than `least`; null without a point. */
export function forecast(points: readonly SizedValue[], at: number, least = 0): number | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  const exponent = Math.max(least, slopeOf(points.slice(-2)) ?? 1);
  return last.value * (at / last.at) ** exponent;
}
