// The course of a column as the path of a line that is as thick as its values are spread, interrupted where all are missing. Pure.
import type { ColumnLook } from '../../../protocol/own-data.ts';

/** In a box of 100 by 100, the lowest value at the bottom. */
export function coursePath({ course, low, high }: Pick<ColumnLook, 'course' | 'low' | 'high'>): string {
  if (low === null || high === null) return '';
  const y = (value: number): string => (high === low ? 50 : 100 - (100 * (value - low)) / (high - low)).toFixed(2);
  const x = (at: number): string => ((100 * (at + 0.5)) / course.length).toFixed(2);
  let down = false;
  return course
    .map((stretch, at) => {
      const before = at > 0 && course[at - 1] !== null;
      if (stretch === null) return '';
      // From the end that is nearer to the stretch before, so that no line goes back.
      down = before ? !down : false;
      const [from, to] = down ? [stretch[1], stretch[0]] : stretch;
      return `${before ? 'L' : 'M'}${x(at)} ${y(from)}L${x(at)} ${y(to)}`;
    })
    .join('');
}
