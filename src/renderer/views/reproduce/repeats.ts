// Rows of a printed table: a cell that repeats the one above, with all cells before it the same, is left empty.

export interface PrintedRow {
  readonly cells: readonly string[];
  /** A new group begins: more than the last cell has changed. */
  readonly begins: boolean;
}

export const withoutRepeats = (rows: readonly (readonly string[])[]): readonly PrintedRow[] =>
  rows.map((cells, at) => {
    const above = rows[at - 1];
    const changed = above === undefined ? 0 : cells.findIndex((cell, column) => cell !== above[column]);
    return {
      cells: cells.map((cell, column) => (column < changed ? '' : cell)),
      begins: at > 0 && changed < cells.length - 1,
    };
  });
