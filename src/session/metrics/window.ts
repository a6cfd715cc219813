// A window over one series: every point while there are few, else the extremes of groups of consecutive points that are at most
// one pixel column wide. Works over summaries and reads points only at the edges of the window. Independent of tables.
import { itemAt } from '../../engine/core/item.ts';
import { say } from '../../engine/core/say.ts';
import { failure } from '../failures.ts';
import { countOf } from './codec.ts';
import type { SeriesColumns } from './codec.ts';
import { axes, fineBlock, mergeSummaries, rangeAt, slotAt, slots, summarise, summaryLength } from './summary.ts';

/** One block of a series that can be subdivided. */
export interface Block {
  /** Index of its first point within the series. */
  readonly start: number;
  readonly summary: Float64Array;
  /** Finer summaries of the same points, or null when the points themselves come next. */
  readonly parts: (() => readonly Block[]) | null;
  readonly points: () => SeriesColumns;
}

export interface WindowQuery {
  readonly axis: keyof typeof axes;
  /** x = factor * axis; positive. */
  readonly factor: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly columns: number;
  readonly scale: 'linear' | 'log';
}

export interface WindowPoints {
  readonly step: number[];
  readonly x: number[];
  readonly value: (number | null)[];
  readonly complete: boolean;
}

/** A point within a window. `value` is NaN when it was not finite. */
interface Placed {
  readonly index: number;
  readonly step: number;
  readonly x: number;
  readonly value: number;
}

/** The window with derived values: limits in x, and the width of a pixel column on the scale of the axis. */
interface Frame {
  readonly query: WindowQuery;
  readonly low: number;
  readonly high: number;
  readonly column: number;
}

function rangeOf(frame: Pick<Frame, 'query'>, summary: Float64Array): readonly [number, number] {
  const at = rangeAt(axes[frame.query.axis]);
  return [frame.query.factor * itemAt(summary, at), frame.query.factor * itemAt(summary, at + 1)];
}

/** Position on the axis; logarithmic axes start right of zero, and everything up to zero has the same position. */
const placeOn = (scale: 'linear' | 'log', x: number): number => {
  if (scale === 'linear') return x;
  return x > 0 ? Math.log(x) : -Infinity;
};

const widthOf = (frame: Frame, from: number, to: number): number =>
  from === to ? 0 : placeOn(frame.query.scale, to) - placeOn(frame.query.scale, from);

function frameOf(query: WindowQuery, blocks: readonly Block[]): Frame {
  const total = mergeSummaries(blocks.map((block) => block.summary));
  const [first, last] = rangeOf({ query }, total);
  const low = query.from ?? first;
  const high = query.to ?? last;
  const origin = query.scale === 'log' && low <= 0 ? smallestPositive(query, first) : low;
  const extent = placeOn(query.scale, high) - placeOn(query.scale, origin);
  return { query, low, high, column: (extent > 0 ? extent : 0) / query.columns };
}

/** A logarithmic axis from zero on shows from one unit of x (one step, one second) or from where the data begin. */
const smallestPositive = (query: WindowQuery, first: number): number => (first > 0 ? first : query.factor);

/** Where block summaries may replace their points: inside the window and at most a third of a column wide. */
function fits(frame: Frame, from: number, to: number): boolean {
  return from >= frame.low && to <= frame.high && widthOf(frame, from, to) <= frame.column / 3;
}

function slotPoint(frame: Frame, summary: Float64Array, slot: number): Placed {
  const at = slotAt(slot);
  return {
    index: itemAt(summary, at),
    step: itemAt(summary, at + 1),
    x: frame.query.factor * itemAt(summary, at + 1 + axes[frame.query.axis]),
    value: itemAt(summary, at + 4),
  };
}

/** Collects consecutive blocks and points into groups of at most one column and puts out the marked points of each. */
class Groups {
  readonly out: Placed[] = [];
  readonly #frame: Frame;
  #marked: (Placed | undefined)[] = [];
  #from = NaN;
  #to = NaN;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  addPoint(point: Placed): void {
    this.#extend(point.x, point.x);
    const now = this.#marked;
    now[slots.first] ??= point;
    now[slots.last] = point;
    if (Number.isNaN(point.value)) now[slots.bad] ??= point;
    if (point.value < (now[slots.low]?.value ?? Infinity)) now[slots.low] = point;
    if (point.value > (now[slots.high]?.value ?? -Infinity)) now[slots.high] = point;
  }

  addSummary(summary: Float64Array): void {
    const [from, to] = rangeOf(this.#frame, summary);
    this.#extend(from, to);
    const now = this.#marked;
    const valueOf = (slot: number): number => itemAt(summary, slotAt(slot) + 4);
    now[slots.first] ??= this.#take(summary, slots.first);
    now[slots.last] = this.#take(summary, slots.last);
    now[slots.bad] ??= this.#take(summary, slots.bad);
    if (valueOf(slots.low) < (now[slots.low]?.value ?? Infinity)) now[slots.low] = this.#take(summary, slots.low);
    if (valueOf(slots.high) > (now[slots.high]?.value ?? -Infinity)) now[slots.high] = this.#take(summary, slots.high);
  }

  #take(summary: Float64Array, slot: number): Placed | undefined {
    return Number.isNaN(itemAt(summary, slotAt(slot))) ? undefined : slotPoint(this.#frame, summary, slot);
  }

  #extend(from: number, to: number): void {
    const low = Number.isNaN(this.#from) ? from : Math.min(this.#from, from);
    const high = Number.isNaN(this.#to) ? to : Math.max(this.#to, to);
    if (widthOf(this.#frame, low, high) > this.#frame.column) {
      this.flush();
      this.#from = from;
      this.#to = to;
      return;
    }
    this.#from = low;
    this.#to = high;
  }

  flush(): void {
    const points = this.#marked.filter((point) => point !== undefined).sort((a, b) => a.index - b.index);
    for (const point of points) if (this.out.at(-1)?.index !== point.index) this.out.push(point);
    this.#marked = [];
    this.#from = NaN;
    this.#to = NaN;
  }
}

function eachPoint(frame: Frame, block: Block, take: (point: Placed) => void): void {
  const points = block.points();
  const along = points[frame.query.axis];
  for (let i = 0; i < countOf(points); i++) {
    const x = frame.query.factor * itemAt(along, i);
    if (x < frame.low || x > frame.high) continue;
    take({ index: block.start + i, step: itemAt(points.step, i), x, value: itemAt(points.value, i) });
  }
}

/** Number of points inside the window, counted only until it exceeds `limit`. */
function countInside(frame: Frame, blocks: readonly Block[], limit: number): number {
  let count = 0;
  for (const block of blocks) {
    const [from, to] = rangeOf(frame, block.summary);
    if (to < frame.low || from > frame.high) continue;
    if (from >= frame.low && to <= frame.high) count += itemAt(block.summary, 0);
    else if (block.parts) count += countInside(frame, block.parts(), limit - count);
    else eachPoint(frame, block, () => count++);
    if (count > limit) return count;
  }
  return count;
}

function visit(frame: Frame, block: Block, groups: Groups): void {
  const [from, to] = rangeOf(frame, block.summary);
  if (to < frame.low || from > frame.high) return;
  if (fits(frame, from, to)) groups.addSummary(block.summary);
  else if (block.parts) for (const part of block.parts()) visit(frame, part, groups);
  else eachPoint(frame, block, (point) => groups.addPoint(point));
}

function allPoints(frame: Frame, blocks: readonly Block[]): Placed[] {
  const out: Placed[] = [];
  for (const block of blocks) {
    const [from, to] = rangeOf(frame, block.summary);
    if (to >= frame.low && from <= frame.high) eachPoint(frame, block, (point) => out.push(point));
  }
  return out;
}

/**
 * The points of a window. While there are at most 2 * columns of them all are returned (`complete`); otherwise consecutive points
 * are grouped, no group wider than one column, and each group gives its first, lowest, highest, last and first not finite point
 * at their exact places: at most 5 * (3/2 * columns + 2) points for x that only grows, and no spike is ever missing.
 */
export function windowOf(blocks: readonly Block[], query: WindowQuery): WindowPoints {
  if (!(query.columns >= 1) || !(query.factor > 0)) {
    throw failure(
      'bad-input',
      say`series: columns and factor must be positive, got ${query.columns} and ${query.factor}`,
    );
  }
  const frame = frameOf(query, blocks);
  const limit = 2 * query.columns;
  const complete = blocks.length === 0 || countInside(frame, blocks, limit) <= limit;
  let placed: readonly Placed[];
  if (complete) placed = allPoints(frame, blocks);
  else {
    const groups = new Groups(frame);
    for (const block of blocks) visit(frame, block, groups);
    groups.flush();
    placed = groups.out;
  }
  return {
    step: placed.map((point) => point.step),
    x: placed.map((point) => point.x),
    value: placed.map((point) => (Number.isNaN(point.value) ? null : point.value)),
    complete,
  };
}

/** Blocks over points held in memory, such as the open tail of a series. */
export function blocksOfPoints(points: SeriesColumns, start: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < countOf(points); from += fineBlock) {
    const to = Math.min(from + fineBlock, countOf(points));
    blocks.push({
      start: start + from,
      summary: summarise(points, from, to, start),
      parts: null,
      points: () => ({
        step: points.step.subarray(from, to),
        active: points.active.subarray(from, to),
        wall: points.wall.subarray(from, to),
        value: points.value.subarray(from, to),
      }),
    });
  }
  return blocks;
}

/** Entry `index` of a row of summaries. */
export const summaryIn = (summaries: Float64Array, index: number): Float64Array =>
  summaries.subarray(index * summaryLength, (index + 1) * summaryLength);
