// What acts on each row alone, asked of rows that were looked up in a small table, is computed on the table and looked up afterwards: for a text
// of 65 symbols that is 65 rows of work instead of one for each position, forward and backward. The rows are the same, bit for bit.
import { lastOf, sizeOf } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { callOne } from './call.ts';

/** A table with more than this share of the rows looked up gains too little. */
const MOST_OF_ROWS = 1 / 2;

/** The ids and the table that x was looked up with, where the table is much smaller. */
function lookUpOf(b: GraphBuilder, x: ValueId): { readonly ids: ValueId; readonly table: ValueId } | null {
  if (b.program.asWritten) return null;
  const { producer } = b.value(x);
  const node = producer === null ? undefined : b.nodes[producer];
  const [ids, table] = node?.op === 'embedding' ? node.inputs : [];
  if (ids === undefined || table === undefined) return null;
  const [rows = 1] = b.shape(table);
  return rows <= MOST_OF_ROWS * sizeOf(b.shape(ids)) ? { ids, table } : null;
}

/** make(x) [..., N] of x [..., D], where each row of the result follows from the same row of x. */
export function byRows(b: GraphBuilder, x: ValueId, make: (x: ValueId) => ValueId): ValueId {
  const found = lookUpOf(b, x);
  return found === null ? make(x) : callOne(b, 'embedding', [found.ids, make(found.table)], {});
}

/** What `make` says is a list of such results. */
export function eachByRows(b: GraphBuilder, x: ValueId, make: (x: ValueId) => readonly ValueId[]): readonly ValueId[] {
  const found = lookUpOf(b, x);
  return found === null ? make(x) : make(found.table).map((part) => callOne(b, 'embedding', [found.ids, part], {}));
}

/** make(values), where each row of the result follows from the same rows of all values: from their tables, if they were looked up alike. */
export function byRowsOfAll(
  b: GraphBuilder,
  values: readonly ValueId[],
  make: (values: readonly ValueId[]) => ValueId,
): ValueId {
  const found = values.map((value) => lookUpOf(b, value));
  const [first] = found;
  const tables = found.flatMap((one) => (one !== null && one.ids === first?.ids ? [one.table] : []));
  if (!first || tables.length < values.length) return make(values);
  return callOne(b, 'embedding', [first.ids, make(tables)], {});
}

/** The rows of x were looked up in a table much smaller than their number. */
export const isLookedUp = (b: GraphBuilder, x: ValueId): boolean => lookUpOf(b, x) !== null;

/** y is one row for all rows of x. */
export const isRow = (b: GraphBuilder, x: ValueId, y: ValueId): boolean =>
  b.shape(y).length === 1 && b.shape(y)[0] === lastOf(b.shape(x));

/** The axis is that of the columns, which a table has as its second. */
export const isLast = (b: GraphBuilder, x: ValueId | undefined, axis: number): boolean =>
  x !== undefined && axis === b.shape(x).length - 1;
