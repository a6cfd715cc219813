// The small curves behind the slider of steps, its ticks, and the stored step that is nearest to a place. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import type { Points } from '../../../charts/points.ts';

interface Frame {
  readonly end: number;
  readonly width: number;
  readonly top: number;
  readonly base: number;
}

/** One path per run, all on one logarithmic scale; empty if there is nothing to draw. */
export function lossPaths(all: readonly (Points | null)[], { end, width, top, base }: Frame): readonly string[] {
  const logs = all.map((points) => (points === null ? [] : Array.from(points.y, (y) => Math.log(y))));
  const finite = logs.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const y = (value: number): number => base - ((value - low) / (high - low || 1)) * (base - top);
  return all.map((points, i) => {
    if (points === null) return '';
    let path = '';
    let open = false;
    itemAt(logs, i).forEach((value, at) => {
      if (!Number.isFinite(value)) return void (open = false);
      path += `${open ? 'L' : 'M'}${((itemAt(points.x, at) / end) * width).toFixed(1)} ${y(value).toFixed(1)}`;
      open = true;
    });
    return path;
  });
}

/** Round numbers from 0 on, some 80 pixels apart. */
export function tickSteps(end: number, width: number): readonly number[] {
  const wanted = end / Math.max(1, width / 80);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  const every = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= wanted) ?? 10 * power;
  return Array.from({ length: Math.floor(end / every) + 1 }, (_, i) => i * every);
}

/** Index of the step nearest to `wanted`; -1 when there is none. */
export function nearest(steps: readonly number[], wanted: number): number {
  let best = -1;
  steps.forEach((step, i) => {
    if (best < 0 || Math.abs(step - wanted) < Math.abs(itemAt(steps, best) - wanted)) best = i;
  });
  return best;
}
