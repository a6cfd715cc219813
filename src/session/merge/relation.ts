// How two copies of one run stand to each other: the same, one further on than the other, or two different histories under one id. Only reads.
import type { Row } from '../sqlite.ts';
import { all, blobOf, numberOf, scalar, textOf } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { countOf, joinPoints, slicePoints, verifiedPoints, type SeriesColumns } from '../metrics/codec.ts';
import type { StoredRun } from '../store.ts';

export interface Copy {
  readonly db: Database;
  readonly run: StoredRun;
  /** The row of the run as it is in the file. */
  readonly row: Row;
}

export type Relation = 'same' | 'earlier' | 'later' | 'conflict';

const keyOf = ({ row }: Copy): number => numberOf(row, 'key');

const pointsOf = (db: Database, series: number): SeriesColumns =>
  joinPoints(
    [
      ...all(
        db,
        'SELECT c.start, p.crc, p.data FROM metric_chunks c JOIN metric_points p ON p.chunk = c.id WHERE c.series = ?',
        series,
      ),
      ...all(db, 'SELECT start, crc, data FROM metric_tail WHERE series = ?', series),
    ]
      .toSorted((a, b) => numberOf(a, 'start') - numberOf(b, 'start'))
      .map((row) => verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'))),
  );

/** The points of each metric, by its name. */
const curvesOf = (copy: Copy): ReadonlyMap<string, SeriesColumns> =>
  new Map(
    all(copy.db, 'SELECT id, metric FROM metric_series WHERE run = ? ORDER BY metric', keyOf(copy)).map((row) => [
      textOf(row, 'metric'),
      pointsOf(copy.db, numberOf(row, 'id')),
    ]),
  );

const columns = ['step', 'active', 'wall', 'value'] as const;

const equal = (a: SeriesColumns, b: SeriesColumns): boolean =>
  columns.every(
    (column) => a[column].length === b[column].length && a[column].every((x, at) => Object.is(x, b[column][at])),
  );

function sameCurves(a: Copy, b: Copy): boolean {
  const [one, other] = [curvesOf(a), curvesOf(b)];
  if (one.size !== other.size) return false;
  return [...one].every(([metric, points]) => {
    const found = other.get(metric);
    return found !== undefined && equal(points, found);
  });
}

const checkpointsOf = (copy: Copy): string =>
  JSON.stringify(
    all(copy.db, 'SELECT kind, step, sha256 FROM checkpoints WHERE run = ? ORDER BY step, kind', keyOf(copy)),
  );

/** What was computed and where; a person's words about a run are not part of it. */
const stateOf = ({ row }: Copy): string =>
  JSON.stringify(
    ['intent', 'cursor', 'facts', 'environment', 'problem', 'step_seconds', 'texts'].map((name) => row[name] ?? null),
  );

/** Nothing goes on from a run that has ended. */
const ranks: Readonly<Record<StoredRun['intent'], number>> = {
  queued: 0,
  active: 1,
  paused: 2,
  stopped: 2,
  failed: 2,
  diverged: 3,
  finished: 3,
};

const furtherBy = (a: Copy, b: Copy): number =>
  a.run.cursor.step - b.run.cursor.step || ranks[a.run.intent] - ranks[b.run.intent];

/**
 * Whether `late` went on from a checkpoint of `early`: all that `early` had up to its newest checkpoint is in `late` with every time. What it
 * had after that checkpoint was computed again.
 */
function wentOn(early: Copy, late: Copy): boolean {
  const newest = scalar(early.db, 'SELECT coalesce(max(step), -1) FROM checkpoints WHERE run = ?', keyOf(early));
  if (late.run.cursor.step < newest) return false;
  const after = curvesOf(late);
  return [...curvesOf(early)].every(([metric, points]) => {
    const count = points.step.findLastIndex((step) => step <= newest) + 1;
    const found = after.get(metric);
    if (found === undefined || countOf(found) < count) return count === 0;
    return equal(slicePoints(points, 0, count), slicePoints(found, 0, count));
  });
}

/** How `a` stands to `b`, two runs of one id. */
export function relationOf(a: Copy, b: Copy): Relation {
  const frozen = ['spec', 'forked_from'].every((name) => (a.row[name] ?? null) === (b.row[name] ?? null));
  if (!frozen) return 'conflict';
  if (stateOf(a) === stateOf(b) && checkpointsOf(a) === checkpointsOf(b) && sameCurves(a, b)) return 'same';
  const further = furtherBy(a, b);
  if (further === 0) return 'conflict';
  const [early, late] = further < 0 ? [a, b] : [b, a];
  if (!wentOn(early, late)) return 'conflict';
  return further < 0 ? 'earlier' : 'later';
}
