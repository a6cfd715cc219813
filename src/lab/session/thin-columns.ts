// Limits the points of a curve sent at once: a run with 20,000 steps a second would send every page points that no screen can show.
// Independent of front ends.
import { itemAt } from '../../engine/core/item.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';

/** Parts that too many points are cut into; each gives five at most. */
const parts = 24;
const most = parts * 5;

/**
 * At most 120 points: of each of 24 equal parts the first, lowest, highest and last, and the first without a finite value. All of them if
 * there are fewer, or if steps go back (a run that returned to a checkpoint).
 */
export function thinned(columns: MetricColumns): MetricColumns {
  const { step, value } = columns;
  if (step.length <= most || !ascends(step)) return columns;
  const kept: number[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * step.length) / parts);
    const to = Math.floor(((part + 1) * step.length) / parts);
    kept.push(...extremes(value, from, to));
  }
  const at = (column: readonly number[]): number[] => kept.map((index) => itemAt(column, index));
  return {
    metric: columns.metric,
    step: at(step),
    active: at(columns.active),
    wall: at(columns.wall),
    value: kept.map((index) => itemAt(value, index)),
  };
}

const ascends = (step: readonly number[]): boolean => step.every((one, i) => i === 0 || one > itemAt(step, i - 1));

/** Indices in order, each once. */
function extremes(value: readonly (number | null)[], from: number, to: number): readonly number[] {
  let [lowest, highest, gap] = [from, from, -1];
  const isBelow = (a: number, b: number): boolean => (itemAt(value, a) ?? Infinity) < (itemAt(value, b) ?? Infinity);
  const isAbove = (a: number, b: number): boolean => (itemAt(value, a) ?? -Infinity) > (itemAt(value, b) ?? -Infinity);
  for (let i = from; i < to; i++) {
    if (gap < 0 && value[i] === null) gap = i;
    if (isBelow(i, lowest)) lowest = i;
    if (isAbove(i, highest)) highest = i;
  }
  const all = [from, lowest, highest, to - 1, ...(gap < 0 ? [] : [gap])];
  return [...new Set(all)].sort((a, b) => a - b);
}
