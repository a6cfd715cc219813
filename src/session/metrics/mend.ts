// Makes the series of a salvaged file readable again when pieces of them are lost. A gap becomes one non-finite point, so that a chart
// draws no line across missing data.
import { itemAt } from '../../engine/core/item.ts';
import { all, numberOf } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { countOf, fallAt, joinPoints } from './codec.ts';
import type { SeriesColumns } from './codec.ts';
import { piecesOf } from './pieces.ts';
import { rewriteSeries } from './write.ts';

function gapAfter(points: SeriesColumns): SeriesColumns {
  const at = countOf(points) - 1;
  const last = (column: Float64Array): Float64Array => Float64Array.of(itemAt(column, at));
  return { step: last(points.step), active: last(points.active), wall: last(points.wall), value: Float64Array.of(NaN) };
}

function mendSeries(db: Database, series: number, promised: number): void {
  const parts: SeriesColumns[] = [];
  let expected = 0;
  let whole = true;
  for (const { start, points } of piecesOf(db, series)) {
    const before = parts.at(-1);
    if (!points || countOf(points) === 0 || fallAt(points.step, before?.step.at(-1) ?? 0) !== null) {
      whole = false;
      continue;
    }
    if (start !== expected) {
      whole = false;
      if (before) parts.push(gapAfter(before));
    }
    parts.push(points);
    expected = start + countOf(points);
  }
  if (!whole || expected !== promised) rewriteSeries(db, series, joinPoints(parts));
}

/** Inside the caller's transaction. */
export function mendMetrics(db: Database): void {
  for (const row of all(db, 'SELECT id, points FROM metric_series')) {
    mendSeries(db, numberOf(row, 'id'), numberOf(row, 'points'));
  }
}
