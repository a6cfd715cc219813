// Summary of a block of consecutive points: its ranges on each axis and its first, lowest, highest,
// last and first not finite point, each with its exact position. Blocks are merged into larger ones. Independent of tables.
import { itemAt } from '../../engine/core/item.ts';
import { countOf } from './codec.ts';
import type { SeriesColumns } from './codec.ts';

/** Points summarised by one entry of the finest level. */
export const fineBlock = 64;
/** Points summarised by one entry of the coarse level. */
export const coarseBlock = 256;
/** Points of a sealed chunk. */
export const chunkPoints = 4096;

/**
 * Layout of one summary, in float64: count; low and high of step, active and wall; then five points of
 * (index, step, active, wall, value): first, lowest, highest, last, first not finite. A missing point is all NaN.
 */
export const summaryLength = 32;
const pointsAt = 7;
const pointLength = 5;
export const slots = { first: 0, low: 1, high: 2, last: 3, bad: 4 } as const;
const slotCount = 5;

/** Offset of a slot's point within a summary. */
export const slotAt = (slot: number): number => pointsAt + slot * pointLength;

export const axes = { step: 0, active: 1, wall: 2 } as const;
/** Offset of an axis' low end within a summary; the high end follows it. */
export const rangeAt = (axis: number): number => 1 + 2 * axis;

function putPoint(out: Float64Array, slot: number, points: SeriesColumns, i: number, start: number): void {
  const { step, active, wall, value } = points;
  out.set([start + i, itemAt(step, i), itemAt(active, i), itemAt(wall, i), itemAt(value, i)], slotAt(slot));
}

function rangeOf(column: Float64Array, from: number, to: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i++) {
    const x = itemAt(column, i);
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/** Summary of points `from` up to `to`; `start` is the index of the first of all points within its series. */
export function summarise(points: SeriesColumns, from: number, to: number, start: number): Float64Array {
  const out = new Float64Array(summaryLength).fill(NaN);
  out[0] = to - from;
  out.set(
    [...rangeOf(points.step, from, to), ...rangeOf(points.active, from, to), ...rangeOf(points.wall, from, to)],
    1,
  );
  let low = -1;
  let high = -1;
  let bad = -1;
  for (let i = from; i < to; i++) {
    const value = itemAt(points.value, i);
    if (Number.isNaN(value)) {
      if (bad < 0) bad = i;
      continue;
    }
    if (low < 0 || value < itemAt(points.value, low)) low = i;
    if (high < 0 || value > itemAt(points.value, high)) high = i;
  }
  putPoint(out, slots.first, points, from, start);
  putPoint(out, slots.last, points, to - 1, start);
  if (low >= 0) putPoint(out, slots.low, points, low, start);
  if (high >= 0) putPoint(out, slots.high, points, high, start);
  if (bad >= 0) putPoint(out, slots.bad, points, bad, start);
  return out;
}

/** Summaries of consecutive blocks as one: the law summarise(a ++ b) = merge(summarise(a), summarise(b)) holds exactly. */
export function mergeSummaries(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(summaryLength).fill(NaN);
  out[0] = 0;
  for (const part of parts) mergeInto(out, part);
  return out;
}

function mergeInto(out: Float64Array, part: Float64Array): void {
  const empty = out[0] === 0;
  out[0] = itemAt(out, 0) + itemAt(part, 0);
  for (let axis = 0; axis < 3; axis++) {
    const at = rangeAt(axis);
    out[at] = empty ? itemAt(part, at) : Math.min(itemAt(out, at), itemAt(part, at));
    out[at + 1] = empty ? itemAt(part, at + 1) : Math.max(itemAt(out, at + 1), itemAt(part, at + 1));
  }
  for (let slot = 0; slot < slotCount; slot++) {
    if (takes(slot, out, part)) out.set(part.subarray(slotAt(slot), slotAt(slot) + pointLength), slotAt(slot));
  }
}

function takes(slot: number, out: Float64Array, part: Float64Array): boolean {
  const value = slotAt(slot) + pointLength - 1;
  const known = !Number.isNaN(out[slotAt(slot)]);
  const offered = !Number.isNaN(part[slotAt(slot)]);
  if (!offered) return false;
  if (!known || slot === slots.last) return true;
  if (slot === slots.low) return itemAt(part, value) < itemAt(out, value);
  if (slot === slots.high) return itemAt(part, value) > itemAt(out, value);
  return false;
}

/** The three levels over a sealed chunk. */
export interface Pyramid {
  readonly summary: Float64Array; // [32]
  readonly coarse: Float64Array; // [16, 32]
  readonly fine: Float64Array; // [64, 32]
}

export function buildPyramid(points: SeriesColumns, start: number): Pyramid {
  const n = countOf(points);
  const fine: Float64Array[] = [];
  for (let from = 0; from < n; from += fineBlock)
    fine.push(summarise(points, from, Math.min(n, from + fineBlock), start));
  const per = coarseBlock / fineBlock;
  const coarse: Float64Array[] = [];
  for (let i = 0; i < fine.length; i += per) coarse.push(mergeSummaries(fine.slice(i, i + per)));
  return { summary: mergeSummaries(coarse), coarse: flatten(coarse), fine: flatten(fine) };
}

function flatten(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.length * summaryLength);
  parts.forEach((part, index) => out.set(part, index * summaryLength));
  return out;
}
