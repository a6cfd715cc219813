// Which direction is better in a column of the run table, so that the first click puts the best on top. Settings and names have no best and
// start with the smallest. Pure.

const lowest: ReadonlySet<string> = new Set(['loss', 'lossDelta', 'memory', 'memoryRatio']);
const highest: ReadonlySet<string> = new Set(['accuracy', 'accuracyDelta', 'speed', 'ratio', 'step']);

export interface Sort {
  readonly column: string;
  /** Largest on top. */
  readonly down: boolean;
}

export const highIsBetter = (column: string): boolean => highest.has(column);
/** Whether one of its values is better than another. Progress is not a merit. */
export const hasBest = (column: string): boolean => lowest.has(column) || (highest.has(column) && column !== 'step');

/** The first click puts the best on top, another one reverses the order. */
export function nextSort(sort: Sort, column: string): Sort {
  return { column, down: sort.column === column ? !sort.down : highIsBetter(column) };
}
