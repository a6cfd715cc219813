// Which stored positions a chart's table lists. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import type { Extent, Points } from '../../../charts/points.ts';

/** Stored x of all traces within `range`, ascending; evenly thinned to `most` of them, keeping first and last. */
export function tablePositions(
  traces: readonly { readonly points: Points }[],
  range: Extent,
  most: number,
): { readonly x: readonly number[]; readonly total: number } {
  const all = new Set<number>();
  for (const { points } of traces) {
    for (let index = 0; index < points.x.length; index += 1) {
      const x = itemAt(points.x, index);
      if (x >= range.min && x <= range.max) all.add(x);
    }
  }
  const sorted = [...all].sort((a, b) => a - b);
  if (sorted.length <= most) return { x: sorted, total: sorted.length };
  const kept = new Set(Array.from({ length: most }, (_, row) => Math.round((row * (sorted.length - 1)) / (most - 1))));
  return { x: [...kept].map((index) => itemAt(sorted, index)), total: sorted.length };
}
