// Reads one metric of one run: as lazily loaded blocks for a window, as its last point, and completely.
import { say, term } from '../../engine/core/say.ts';
import type { RunFacts, XAxis } from '../../engine/spec/metrics.ts';
import type { SeriesQuery, SeriesWindow } from '../../protocol/state.ts';
import { failure } from '../failures.ts';
import { runFacts } from '../rows.ts';
import { all, blobOf, jsonOrNull, numberOf, numberOrNull, one, textOf } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { floatsOf, joinPoints, slicePoints, verifiedPoints } from './codec.ts';
import type { SeriesColumns } from './codec.ts';
import { chunkPoints, coarseBlock, fineBlock, summaryLength } from './summary.ts';
import { blocksOfPoints, summaryIn, windowOf } from './window.ts';
import type { Block } from './window.ts';

/** Computed once, when first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function summariesOf(db: Database, chunk: number, column: 'coarse' | 'fine'): Float64Array {
  const row = one(db, `SELECT ${column} FROM metric_chunks WHERE id = ?`, chunk);
  const length = (chunkPoints / (column === 'coarse' ? coarseBlock : fineBlock)) * summaryLength;
  const floats = row ? floatsOf(blobOf(row, column)) : new Float64Array(0);
  if (floats.length === length) return floats;
  throw failure(
    'damaged-file',
    say`session: a ${term(column)} level must hold ${length} numbers, got ${floats.length}`,
  );
}

/** Points of one sealed chunk. */
export function pointsOfChunk(db: Database, chunk: number): SeriesColumns {
  const row = one(db, 'SELECT crc, data FROM metric_points WHERE chunk = ?', chunk);
  if (row) return verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'));
  throw failure('damaged-file', say`session: chunk ${chunk} must have its points, got none`);
}

function fineBlocks(
  start: number,
  fine: () => Float64Array,
  points: () => SeriesColumns,
  first: number,
): readonly Block[] {
  const count = coarseBlock / fineBlock;
  return Array.from({ length: count }, (_, k): Block => {
    const index = first + k;
    return {
      start: start + index * fineBlock,
      summary: summaryIn(fine(), index),
      parts: null,
      points: () => slicePoints(points(), index * fineBlock, (index + 1) * fineBlock),
    };
  });
}

function chunkBlock(db: Database, id: number, start: number, summary: Float64Array): Block {
  const coarse = lazily(() => summariesOf(db, id, 'coarse'));
  const fine = lazily(() => summariesOf(db, id, 'fine'));
  const points = lazily(() => pointsOfChunk(db, id));
  const part = (index: number): Block => ({
    start: start + index * coarseBlock,
    summary: summaryIn(coarse(), index),
    parts: () => fineBlocks(start, fine, points, index * (coarseBlock / fineBlock)),
    points: () => slicePoints(points(), index * coarseBlock, (index + 1) * coarseBlock),
  });
  const parts = (): readonly Block[] => Array.from({ length: chunkPoints / coarseBlock }, (_, index) => part(index));
  return { start, summary, parts, points };
}

/** Tail points of a series. */
export function tailOf(db: Database, series: number): SeriesColumns {
  const rows = all(db, 'SELECT crc, data FROM metric_tail WHERE series = ? ORDER BY start', series);
  return joinPoints(rows.map((row) => verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'))));
}

/** The whole series as blocks, first to last. */
export function blocksOf(db: Database, series: number): readonly Block[] {
  const chunks = all(db, 'SELECT id, start, summary FROM metric_chunks WHERE series = ? ORDER BY start', series);
  const sealed = chunks.map((row) =>
    chunkBlock(db, numberOf(row, 'id'), numberOf(row, 'start'), floatsOf(blobOf(row, 'summary'))),
  );
  return [...sealed, ...blocksOfPoints(tailOf(db, series), sealed.length * chunkPoints)];
}

/** x = factor * base. Null when the facts of the run are not known yet. */
export function axisOf(
  x: XAxis,
  facts: RunFacts | null,
): { readonly axis: 'step' | 'active' | 'wall'; readonly factor: number } | null {
  if (x === 'active' || x === 'wall' || x === 'step') return { axis: x, factor: 1 };
  if (!facts) return null;
  const factors = {
    tokens: facts.tokensPerStep,
    samples: facts.samplesPerStep,
    flops: facts.tokensPerStep * facts.flopsPerToken,
  };
  return factors[x] > 0 ? { axis: 'step', factor: factors[x] } : null;
}

/** One window per run, in the requested order; unknown runs are left out, runs without points have an empty window. */
export function readSeries(db: Database, query: SeriesQuery): readonly SeriesWindow[] {
  const windows: SeriesWindow[] = [];
  for (const id of query.runs) {
    const found = one(db, 'SELECT key, facts FROM runs WHERE id = ?', id);
    if (!found) continue;
    const series = one(
      db,
      'SELECT id FROM metric_series WHERE run = ? AND metric = ?',
      numberOf(found, 'key'),
      query.metric,
    );
    const axis = axisOf(query.x, jsonOrNull(found, 'facts', runFacts));
    const blocks = series && axis ? blocksOf(db, numberOf(series, 'id')) : [];
    const { from, to, columns } = query;
    const window = windowOf(blocks, {
      ...(axis ?? { axis: 'step', factor: 1 }),
      from,
      to,
      columns,
      scale: query.scale ?? 'linear',
    });
    windows.push({ run: id, metric: query.metric, ...window, complete: window.complete && axis !== null });
  }
  return windows;
}

/** Last stored point of each metric of a run. */
export function readLast(
  db: Database,
  runKey: number,
): Readonly<Record<string, { readonly step: number; readonly value: number | null }>> {
  const rows = all(db, 'SELECT metric, last_step, last_value FROM metric_series WHERE run = ?', runKey);
  return Object.fromEntries(
    rows.map((row) => [
      textOf(row, 'metric'),
      { step: numberOf(row, 'last_step'), value: numberOrNull(row, 'last_value') },
    ]),
  );
}
