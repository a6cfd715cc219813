// Small loss curves for a list of sessions: at most 8 runs, 40 points each, all on one range of steps.
import { itemAt } from '../../engine/core/item.ts';
import type { RecentSession } from '../../protocol/state.ts';
import { keyOf } from '../runs.ts';
import { numberOf, one } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import type { StoredRun } from '../store.ts';
import { blocksOf } from './read.ts';
import { windowOf } from './window.ts';

const curves = 8;
const width = 40;

interface Candidate {
  readonly identity: number;
  readonly series: number;
  /** Best loss if known; the order in which runs are chosen. */
  readonly best: number;
}

function seriesOf(db: Database, run: StoredRun): Candidate | null {
  const sql = `SELECT id, last_value FROM metric_series WHERE run = ? AND metric IN ('val/loss', 'train/loss')
    ORDER BY metric = 'val/loss' DESC LIMIT 1`;
  const row = one(db, sql, keyOf(db, run.id));
  if (!row) return null;
  const last = row['last_value'];
  const best = run.cursor.best?.loss ?? (typeof last === 'number' ? last : Infinity);
  return { identity: run.identity, series: numberOf(row, 'id'), best };
}

/** Value k = the last point at or before step (k + 1) / 40 * lastStep; null before the first, after the end, or not finite. */
function curve(db: Database, series: number, lastStep: number): readonly (number | null)[] {
  const query = { axis: 'step', factor: 1, from: 0, to: lastStep, columns: width, scale: 'linear' } as const;
  const { step, value } = windowOf(blocksOf(db, series), query);
  const bin = (at: number): number => Math.min(width - 1, Math.max(0, Math.ceil((at / (lastStep || 1)) * width) - 1));
  const values = new Array<number | null>(width).fill(null);
  const end = bin(step.at(-1) ?? 0);
  let next = 0;
  let held: number | null = null;
  for (let k = 0; k <= end && step.length > 0; k++) {
    for (; next < step.length && bin(itemAt(step, next)) <= k; next++) held = itemAt(value, next);
    values[k] = held;
  }
  return values;
}

/** Best validation (else training) losses first chosen, then in the order of the runs; hidden runs only when all are hidden. */
export function thumbnailOf(db: Database, runs: readonly StoredRun[], lastStep: number): RecentSession['thumbnail'] {
  const shown = runs.some((run) => !run.hidden) ? runs.filter((run) => !run.hidden) : runs;
  const found = shown.map((run) => seriesOf(db, run)).filter((candidate) => candidate !== null);
  const chosen = new Set([...found].sort((a, b) => a.best - b.best).slice(0, curves));
  return found
    .filter((candidate) => chosen.has(candidate))
    .map(({ identity, series }) => ({ identity, values: curve(db, series, lastStep) }));
}
