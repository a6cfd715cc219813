// Where the marks of a row lie in the plot of numbers: one scale for all rows, from the lowest to the highest of what is shown. Pure.
import type { ArmOutcome } from '../../../engine/spec/reproduce/outcome.ts';
import type { RunMetric } from '../../../engine/spec/task-metrics.ts';

export interface Scale {
  readonly low: number;
  readonly high: number;
}

const printed = ({ arm }: ArmOutcome): readonly number[] => {
  const { published } = arm;
  if (published === undefined || published === 'not verified') return [];
  const { value, spread = 0 } = published;
  return [value - spread, value + spread];
};

/** Shares from 0 to 1; others around what is there. */
export function scaleOf(arms: readonly ArmOutcome[], metric: RunMetric): Scale {
  if (metric.unit === 'share') return { low: 0, high: 1 };
  const all = arms.flatMap((arm) => [
    ...printed(arm),
    ...(arm.interval ?? []),
    ...arm.seeds.flatMap(({ value }) => (value === null ? [] : [value])),
  ]);
  if (all.length === 0) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max((high - low) * 0.06, Math.abs(high) * 1e-3, 1e-9);
  return { low: low - room, high: high + room };
}

/** 0 to 1 from left to right; what lies outside is at the edge. */
export const placeOf = ({ low, high }: Scale, value: number): number =>
  Math.min(1, Math.max(0, (value - low) / (high - low)));
