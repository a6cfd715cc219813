// The trend of one run as an SVG path. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import { decimate } from '../../../charts/decimate.ts';
import type { Points } from '../../../charts/points.ts';

/** SVG path of a trend in a box; gaps break the line. Values are drawn as logarithms when all are positive. */
export function sparkPath(points: Points, until: number, width: number, height: number): string {
  const to = Math.max(until, points.x.length === 0 ? 0 : itemAt(points.x, points.x.length - 1)) || 1;
  const kept = decimate(points.x, points.y, { from: 0, to, columns: 30 });
  const finite = kept.map((index) => itemAt(points.y, index)).filter(Number.isFinite);
  if (finite.length < 2) return '';
  const scale = finite.every((value) => value > 0) ? Math.log : (value: number) => value;
  const values = finite.map(scale);
  const low = Math.min(...values);
  const size = Math.max(...values) - low || 1;
  let pen = false;
  return kept
    .map((index) => {
      const y = itemAt(points.y, index);
      if (!Number.isFinite(y)) {
        pen = false;
        return '';
      }
      const at = `${(2 + (itemAt(points.x, index) / to) * (width - 4)).toFixed(1)} ${(height - 3 - ((scale(y) - low) / size) * (height - 6)).toFixed(1)}`;
      const part = `${pen ? 'L' : 'M'}${at}`;
      pen = true;
      return part;
    })
    .join('');
}
