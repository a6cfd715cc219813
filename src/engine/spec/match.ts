// What all runs of a race may have equal amounts of, so that their widths follow from the first row. Plain data.

export const matchedSizes = ['parameters', 'flops', 'state'] as const;
export type MatchedSize = (typeof matchedSizes)[number];

/** What was chosen for a row of the starting grid. */
export interface MatchedRow {
  /** Row of the experiment. */
  readonly row: number;
  readonly width: number;
  readonly expansion: number;
  /** Its size, in what is matched. */
  readonly size: number;
}

export interface Matched {
  readonly what: MatchedSize;
  readonly rows: readonly MatchedRow[];
}

/** The largest distance of a row from the first one, as a share of its size. */
export function matchedWithin({ rows }: Matched): number {
  const [first] = rows;
  return rows.reduce((most, { size }) => Math.max(most, first === undefined ? 0 : Math.abs(size / first.size - 1)), 0);
}
