// One labelled comparison of two arrays, in the measure all tests share. Independent of ops and devices.
import { itemAt } from '../core/item.ts';

export interface Comparison {
  readonly label: string;
  /** Largest |got - want| / max(|want|, scale); NaN when a number that should be there is not one. */
  readonly worst: number;
  readonly allowed: number;
  /** Position of the worst element. */
  readonly at: number;
  readonly got: number;
  readonly want: number;
}

/** Largest finite magnitude of an array: the scale that errors of small entries are measured by. */
export function largest(values: ArrayLike<number>): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(itemAt(values, i));
    if (Number.isFinite(size)) result = Math.max(result, size);
  }
  return result;
}

/** Error of one element; equal infinities agree, anything else that is not finite does not. */
function errorOf(got: number, want: number, scale: number): number {
  if (Object.is(got, want) || got === want) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(want)) return Infinity;
  return Math.abs(got - want) / Math.max(Math.abs(want), scale);
}

/** Compares element by element; `scale` defaults to the largest magnitude of `want`. */
export function compare(
  label: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  allowed: number,
  scale = largest(want),
): Comparison {
  if (got.length !== want.length) {
    throw new Error(`compare: ${label} must have ${want.length} elements, got ${got.length}`);
  }
  let worst = 0;
  let at = 0;
  for (let i = 0; i < got.length; i++) {
    const error = errorOf(itemAt(got, i), itemAt(want, i), scale);
    if (error > worst) {
      worst = error;
      at = i;
    }
  }
  if (got.length === 0) return { label, worst, allowed, at, got: NaN, want: NaN };
  return { label, worst, allowed, at, got: itemAt(got, at), want: itemAt(want, at) };
}

export const passed = ({ worst, allowed }: Comparison): boolean => worst <= allowed;

/** `h on cpu: relative error 3.1e-4 at 17 (got 0.5, want 0.50016), allowed 1e-5`. */
export const explain = ({ label, worst, allowed, at, got, want }: Comparison): string =>
  `${label}: relative error ${worst.toExponential(1)} at ${at} (got ${got}, want ${want}), allowed ${allowed.toExponential(0)}`;

/** The sentences of the comparisons that did not pass. */
export const failures = (comparisons: readonly Comparison[]): string[] =>
  comparisons.filter((comparison) => !passed(comparison)).map(explain);
