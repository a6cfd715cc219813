// In which direction a column of the run table is better, so that its first click puts the best on top. Settings and names have no best:
// they begin at the smallest. Pure.

const lowest: ReadonlySet<string> = new Set(['loss', 'lossDelta', 'memory', 'memoryRatio']);
const highest: ReadonlySet<string> = new Set(['accuracy', 'accuracyDelta', 'speed', 'ratio', 'step']);

export interface Sort {
  readonly column: string;
  /** Largest on top. */
  readonly down: boolean;
}

export const highIsBetter = (column: string): boolean => highest.has(column);
/** Whether one of its values is better than another. How far a run has come is no merit. */
export const hasBest = (column: string): boolean => lowest.has(column) || (highest.has(column) && column !== 'step');

/** The first click puts the best on top, a further one turns the order round. */
export function nextSort(sort: Sort, column: string): Sort {
  return { column, down: sort.column === column ? !sort.down : highIsBetter(column) };
}
