// Writes points to the file and removes them. The layout depends on the points alone and not on how they arrived: full
// chunks of 4096 with their pyramid, then tail rows of 64, so that what was written, cut and written again leaves no trace.
import { itemAt } from '../../engine/core/item.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { failure } from '../failures.ts';
import { all, blobOf, numberOf, one, run } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import {
  bytesOfFloats,
  countOf,
  emptyPoints,
  encodePoints,
  joinPoints,
  pointsFromColumns,
  slicePoints,
  verifiedPoints,
} from './codec.ts';
import type { SeriesColumns } from './codec.ts';
import { buildPyramid, chunkPoints, fineBlock } from './summary.ts';

/** Points of one full tail row. */
export const tailRow = fineBlock;

interface Series {
  readonly id: number;
  readonly points: number;
  readonly lastStep: number;
}

function findSeries(db: Database, runKey: number, metric: string): Series | null {
  const row = one(db, 'SELECT id, points, last_step FROM metric_series WHERE run = ? AND metric = ?', runKey, metric);
  return row
    ? { id: numberOf(row, 'id'), points: numberOf(row, 'points'), lastStep: numberOf(row, 'last_step') }
    : null;
}

function newSeries(db: Database, runKey: number, metric: string): Series {
  const sql = 'INSERT INTO metric_series (run, metric, points, last_step) VALUES (?, ?, 0, 0) RETURNING id';
  const row = one(db, sql, runKey, metric);
  return { id: row ? numberOf(row, 'id') : 0, points: 0, lastStep: 0 };
}

const sealedOf = (points: number): number => Math.floor(points / chunkPoints) * chunkPoints;

/** Tail points from index `from` on. */
function readTail(db: Database, series: number, from: number): SeriesColumns {
  const rows = all(
    db,
    'SELECT crc, data FROM metric_tail WHERE series = ? AND start >= ? ORDER BY start',
    series,
    from,
  );
  return joinPoints(rows.map((row) => verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'))));
}

function writeTail(db: Database, series: number, points: SeriesColumns, start: number): void {
  for (let from = 0; from < countOf(points); from += tailRow) {
    const { data, crc } = encodePoints(slicePoints(points, from, Math.min(from + tailRow, countOf(points))));
    const sql = 'INSERT OR REPLACE INTO metric_tail (series, start, crc, data) VALUES (?, ?, ?, ?)';
    run(db, sql, series, start + from, crc, data);
  }
}

function sealChunk(db: Database, series: number, points: SeriesColumns, start: number): void {
  const { summary, coarse, fine } = buildPyramid(points, start);
  const row = one(
    db,
    'INSERT INTO metric_chunks (series, start, summary, coarse, fine) VALUES (?, ?, ?, ?, ?) RETURNING id',
    series,
    start,
    bytesOfFloats(summary),
    bytesOfFloats(coarse),
    bytesOfFloats(fine),
  );
  const { data, crc } = encodePoints(points);
  run(db, 'INSERT INTO metric_points (chunk, crc, data) VALUES (?, ?, ?)', row ? numberOf(row, 'id') : 0, crc, data);
}

function appendPoints(db: Database, series: Series, added: SeriesColumns): void {
  const sealed = sealedOf(series.points);
  const total = series.points + countOf(added);
  if (total - sealed < chunkPoints) {
    const rowStart = Math.floor(series.points / tailRow) * tailRow;
    const open = series.points > rowStart ? [readTail(db, series.id, rowStart)] : [];
    writeTail(db, series.id, joinPoints([...open, added]), rowStart);
    return;
  }
  const pending = joinPoints([readTail(db, series.id, sealed), added]);
  run(db, 'DELETE FROM metric_tail WHERE series = ?', series.id);
  const end = sealedOf(total) - sealed;
  for (let from = 0; from < end; from += chunkPoints) {
    sealChunk(db, series.id, slicePoints(pending, from, from + chunkPoints), sealed + from);
  }
  writeTail(db, series.id, slicePoints(pending, end, countOf(pending)), sealed + end);
}

function setEnd(db: Database, series: number, total: number, last: SeriesColumns): void {
  const at = countOf(last) - 1;
  // Of a salvaged series all points may be lost.
  const [step, value] = at < 0 ? [0, NaN] : [itemAt(last.step, at), itemAt(last.value, at)];
  const sql = 'UPDATE metric_series SET points = ?, last_step = ?, last_value = ? WHERE id = ?';
  run(db, sql, total, step, Number.isNaN(value) ? null : value, series);
}

/** Adds points to the end of one metric of one run. Inside the caller's transaction. */
export function appendColumns(db: Database, runKey: number, columns: MetricColumns): void {
  const added = pointsFromColumns(columns);
  if (countOf(added) === 0) return;
  const series = findSeries(db, runKey, columns.metric) ?? newSeries(db, runKey, columns.metric);
  const first = itemAt(added.step, 0);
  if (first < series.lastStep) {
    throw failure(
      'bad-input',
      say`appendMetrics: steps of ${asIs<string>(columns.metric)} must not go back, got ${first} after ${series.lastStep}`,
      say`Forget the later points with truncateMetrics before a run goes on from an earlier checkpoint.`,
    );
  }
  appendPoints(db, series, added);
  setEnd(db, series.id, series.points + countOf(added), added);
}

/** Number of the ascending steps that are at most `step`. */
function countUpTo(steps: Float64Array, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(steps, middle) <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

const sealedPoints = `SELECT c.id, c.start, p.crc, p.data FROM metric_chunks c JOIN metric_points p ON p.chunk = c.id
  WHERE c.series = ? ORDER BY c.start DESC LIMIT 1`;

/** Removes chunks from the end until one ends at or before `step`; `open` are the points of the chunk removed last. */
function unseal(
  db: Database,
  series: number,
  step: number,
): { readonly sealed: number; readonly open: SeriesColumns | null } {
  let open: SeriesColumns | null = null;
  for (;;) {
    const row = one(db, sealedPoints, series);
    if (!row) return { sealed: 0, open };
    const points = verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'));
    if ((points.step.at(-1) ?? 0) <= step) return { sealed: numberOf(row, 'start') + chunkPoints, open };
    run(db, 'DELETE FROM metric_chunks WHERE id = ?', numberOf(row, 'id'));
    open = points;
  }
}

function truncateSeries(db: Database, series: Series, step: number): void {
  if (series.lastStep <= step) return;
  const tail = readTail(db, series.id, sealedOf(series.points));
  const { sealed, open } = unseal(db, series.id, step);
  const rest = open ?? tail;
  const kept = slicePoints(rest, 0, countUpTo(rest.step, step));
  run(db, 'DELETE FROM metric_tail WHERE series = ?', series.id);
  writeTail(db, series.id, kept, sealed);
  const total = sealed + countOf(kept);
  if (total === 0) run(db, 'DELETE FROM metric_series WHERE id = ?', series.id);
  else setEnd(db, series.id, total, countOf(kept) > 0 ? kept : lastSealed(db, series.id));
}

function lastSealed(db: Database, series: number): SeriesColumns {
  const row = one(db, sealedPoints, series);
  return row ? verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc')) : emptyPoints();
}

/** Forgets the points of a run after `step`. Inside the caller's transaction. */
export function truncateRun(db: Database, runKey: number, step: number): void {
  for (const row of all(db, 'SELECT id, points, last_step FROM metric_series WHERE run = ?', runKey)) {
    const series = { id: numberOf(row, 'id'), points: numberOf(row, 'points'), lastStep: numberOf(row, 'last_step') };
    truncateSeries(db, series, step);
  }
}

/** Replaces everything in a series by `points`. Inside the caller's transaction. */
export function rewriteSeries(db: Database, series: number, points: SeriesColumns): void {
  run(db, 'DELETE FROM metric_points WHERE chunk IN (SELECT id FROM metric_chunks WHERE series = ?)', series);
  run(db, 'DELETE FROM metric_chunks WHERE series = ?', series);
  run(db, 'DELETE FROM metric_tail WHERE series = ?', series);
  if (countOf(points) === 0) {
    run(db, 'DELETE FROM metric_series WHERE id = ?', series);
    return;
  }
  appendPoints(db, { id: series, points: 0, lastStep: 0 }, points);
  setEnd(db, series, countOf(points), points);
}
