// Curves of a session as SVG paths in a small box: shared scale for all runs, gaps where a value is not a number. Pure.
import { itemAt } from '../../engine/core/item.ts';

export interface ThumbnailCurve {
  readonly identity: number;
  readonly values: readonly (number | null)[];
}

/**
 * One path per curve in a `width` x `height` box with `pad` above and below; y grows downwards, larger values are higher up.
 * A value that is null or not finite breaks the line. Spikes of a diverging run do not flatten the rest: the scale ends at the
 * largest first value or twice the median, whichever is greater, and higher values are drawn at the upper edge.
 */
export function thumbnailPaths(
  curves: readonly ThumbnailCurve[],
  width: number,
  height: number,
  pad = 3,
): readonly string[] {
  const all = curves.flatMap((curve) => curve.values.filter(isFinitePoint)).sort((a, b) => a - b);
  if (all.length === 0) return curves.map(() => '');
  const low = itemAt(all, 0);
  const median = all[Math.floor(all.length / 2)] ?? low;
  const starts = curves.map((curve) => curve.values.find(isFinitePoint) ?? low);
  const high = Math.min(all[all.length - 1] ?? low, Math.max(...starts, 2 * median));
  const y = (value: number): number =>
    high > low ? pad + (height - 2 * pad) * (1 - Math.min(1, (value - low) / (high - low))) : height / 2;
  return curves.map(({ values }) => pathOf(values, width, y));
}

const isFinitePoint = (value: number | null): value is number => value !== null && Number.isFinite(value);

function pathOf(values: readonly (number | null)[], width: number, y: (value: number) => number): string {
  let path = '';
  let open = false;
  values.forEach((value, at) => {
    if (!isFinitePoint(value)) {
      open = false;
      return;
    }
    const x = values.length > 1 ? (at / (values.length - 1)) * width : 0;
    path += `${open ? 'L' : 'M'}${x.toFixed(1)} ${y(value).toFixed(1)}`;
    open = true;
  });
  return path;
}
