// Analysis of a scaling measurement: slopes, ratios, disturbed points, and whether implementations agree. Pure arithmetic on its points;
// independent of charts and languages. Where lines cross: scaling-crossover.ts.
import { squaresOf } from './statistics/sample.ts';
import { leastSquaresSlope } from './statistics/slopes.ts';
import type { ScalingPoint, ScalingResult, StepSeconds } from './scaling.ts';

/** Value of one line at one size; both above zero. */
export interface SizedValue {
  readonly at: number;
  readonly value: number;
}

/** A measured point of a line: `value` is the median, between the quartiles. */
export interface SizedTime extends SizedValue {
  readonly q1: number;
  readonly q3: number;
}

/** Measured step times of one series in seconds, by growing size. */
export function stepTimes(result: ScalingResult, series: number): SizedTime[] {
  return result.points
    .flatMap(({ series: of, at, stepSeconds }) => {
      if (of !== series || stepSeconds === null || !(stepSeconds.median > 0)) return [];
      return [{ at, value: stepSeconds.median, q1: stepSeconds.q1, q3: stepSeconds.q3 }];
    })
    .sort((a, b) => a.at - b.at);
}

/** A point is disturbed if the upper quartile of its steps is more than this many times the lower one. */
export const disturbedFrom = 1.5;

/** Upper over lower quartile: 1 = every step took the same time. */
export const unrest = ({ q1, q3 }: StepSeconds): number => q3 / q1;

/** Whether something else took time during the steps of a point. Judged by the point alone. */
export const isDisturbed = ({ stepSeconds }: Pick<ScalingPoint, 'stepSeconds'>): boolean =>
  stepSeconds !== null && unrest(stepSeconds) > disturbedFrom;

/**
 * Exponent k of value ~ at^k: least squares of ln(value) over ln(at). 1 = doubles with the size, 0 = does not grow.
 * Null with fewer than two sizes.
 */
export function slopeOf(points: readonly SizedValue[]): number | null {
  const x = points.map(({ at }) => Math.log(at));
  const y = points.map(({ value }) => Math.log(value));
  return points.length < 2 || !(squaresOf(x) > 0) ? null : leastSquaresSlope(x, y);
}

/** base / other at every size measured for both: above 1 = `other` is that many times faster than `base`. */
export function ratioOf(base: readonly SizedValue[], other: readonly SizedValue[]): SizedValue[] {
  const baseAt = new Map(base.map(({ at, value }) => [at, value]));
  return other.flatMap(({ at, value }) => {
    const below = baseAt.get(at);
    return below === undefined ? [] : [{ at, value: below / value }];
  });
}

/** Allowed relative difference between losses of implementations of one model: single-precision rounding over a few steps. */
export const lossTolerance = 1e-3;

/** Sizes at which implementations of one model ended with losses further apart than `tolerance` (relative): their times do not compare. */
export function disagreements(
  result: ScalingResult,
  tolerance: number,
): readonly { readonly model: string; readonly at: number }[] {
  const groups = new Map<string, { readonly model: string; readonly at: number; readonly losses: number[] }>();
  for (const point of result.points) {
    const model = result.spec.series[point.series]?.model;
    if (model === undefined || point.loss === null) continue;
    const group = groups.get(`${model} ${point.at}`) ?? { model, at: point.at, losses: [] };
    group.losses.push(point.loss);
    groups.set(`${model} ${point.at}`, group);
  }
  return [...groups.values()].flatMap(({ model, at, losses }) => {
    const [low, high] = [Math.min(...losses), Math.max(...losses)];
    return high - low > tolerance * Math.max(Math.abs(high), 1e-12) ? [{ model, at }] : [];
  });
}

/** The first size of a series with fewer planned bytes than the one before: the plan changed its schedule. Null = never. */
export function fallsInMemory(result: ScalingResult, series: number): number | null {
  const planned = result.points
    .flatMap(({ series: of, at, memory }) => (of === series && memory !== null ? [{ at, bytes: memory.total }] : []))
    .sort((a, b) => a.at - b.at);
  return planned.find(({ bytes }, index) => bytes < (planned[index - 1]?.bytes ?? 0))?.at ?? null;
}

/** The powers of two between both ends, and the ends themselves. */
export function sizesBetween(from: number, to: number): number[] {
  const sizes = [from];
  for (let size = 2 ** (Math.floor(Math.log2(from)) + 1); size < to; size *= 2) sizes.push(size);
  if (to > from) sizes.push(to);
  return sizes;
}
