// Speeds along a run: the disturbed stretches, by the rule of Scaling, and the running median of the others. Pure.
import { itemAt } from '../../engine/core/item.ts';
import { calmStep, isDisturbedStep } from '../../engine/spec/disturbance.ts';
import type { Extent, Points } from './points.ts';

/** Points of the running median, about a second and a half of training. */
const WINDOW = 15;
/** Disturbed points with at most this many calm ones between them are one stretch. */
const BRIDGED = 2;

function disturbedAt({ y }: Points): readonly boolean[] {
  const steps = Array.from(y, (speed) => 1 / speed);
  const calm = calmStep(steps.filter((step) => Number.isFinite(step) && step > 0));
  return steps.map((step) => calm !== null && isDisturbedStep(step, calm));
}

/** From the first to the last disturbed point of each stretch; a single one starts at its left neighbour. */
export function disturbedStretches(points: Points): readonly Extent[] {
  const found: { from: number; to: number }[] = [];
  for (const [index, disturbed] of disturbedAt(points).entries()) {
    if (!disturbed) continue;
    const last = found.at(-1);
    if (last !== undefined && index - last.to <= BRIDGED + 1) last.to = index;
    else found.push({ from: index, to: index });
  }
  const x = (index: number): number => itemAt(points.x, Math.max(0, index));
  return found.map(({ from, to }) => ({ min: x(from - 1), max: x(to) }));
}

/** Median of the calm points around each calm point; NaN, a gap, where the run was disturbed. */
export function calmMedian(points: Points): Float64Array {
  const disturbed = disturbedAt(points);
  const calm = [...disturbed.keys()].filter((index) => disturbed[index] === false && Number.isFinite(points.y[index]));
  const result = new Float64Array(points.y.length).fill(Number.NaN);
  for (const [place, index] of calm.entries()) {
    const start = Math.max(0, Math.min(place - (WINDOW >> 1), calm.length - WINDOW));
    const near = calm.slice(start, start + WINDOW).map((at) => itemAt(points.y, at));
    near.sort((a, b) => a - b);
    result[index] = itemAt(near, near.length >> 1);
  }
  return result;
}
