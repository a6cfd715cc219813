// The course of a column as an area from the lowest to the highest value of each stretch of rows, interrupted where all are missing. Pure.
import type { ColumnLook } from '../../../protocol/own-data.ts';

/** In a box of 100 by 100, the lowest value at the bottom. */
export function coursePath({ course, low, high }: Pick<ColumnLook, 'course' | 'low' | 'high'>): string {
  if (low === null || high === null) return '';
  const y = (value: number): string => (high === low ? 50 : 100 - (100 * (value - low)) / (high - low)).toFixed(2);
  const x = (at: number): string => ((100 * (at + 0.5)) / course.length).toFixed(2);
  const areas: string[] = [];
  let [there, back]: [string[], string[]] = [[], []];
  const close = (): void => {
    if (there.length > 0) areas.push(`M${[...there, ...back.toReversed()].join('L')}Z`);
    [there, back] = [[], []];
  };
  course.forEach((stretch, at) => {
    if (stretch === null) return close();
    there.push(`${x(at)} ${y(stretch[1])}`);
    back.push(`${x(at)} ${y(stretch[0])}`);
  });
  close();
  return areas.join('');
}
