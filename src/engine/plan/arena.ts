// Places storages with lifetimes into one block of memory. Pure arithmetic; knows neither graphs nor devices.
import { placeByTime } from './arena-by-time.ts';

/** Every placed thing starts on a cache line. */
export const ALIGNMENT = 64;

export const alignUp = (bytes: number, to: number = ALIGNMENT): number => Math.ceil(bytes / to) * to;

/** Something that needs `bytes` from time `first` to time `last`, both inclusive. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Arena {
  /** Byte offset of each lifetime, in the order given. */
  readonly offsets: readonly number[];
  /** Size of the block. */
  readonly bytes: number;
}

/** Above this many lifetimes (a loop over a long sequence) the quadratic search would take minutes. */
export const MANY_LIFETIMES = 2000;

interface Placed {
  readonly offset: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Offsets such that no two lifetimes that overlap in time overlap in bytes. Greedy by size: the largest first, each at the lowest
 * offset where it fits between what is placed already. Ties go to the earlier one, so that a plan is the same on every machine.
 * More than `many` are placed in order of time instead.
 */
export function placeInArena(lifetimes: readonly Lifetime[], many = MANY_LIFETIMES): Arena {
  if (lifetimes.length > many) return placeByTime(lifetimes, ({ bytes }) => alignUp(bytes));
  const order = lifetimes.map((_, i) => i);
  const get = (i: number): Lifetime => lifetimes[i] ?? { bytes: 0, first: 0, last: 0 };
  order.sort((a, b) => get(b).bytes - get(a).bytes || get(a).first - get(b).first || a - b);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const placed: Placed[] = [];
  let bytes = 0;
  for (const index of order) {
    const { first, last, bytes: exact } = get(index);
    const size = alignUp(exact);
    const offset = lowestFit(placed, first, last, size);
    offsets[index] = offset;
    insert(placed, { offset, end: offset + size, first, last });
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets, bytes };
}

/** `placed` is sorted by offset. */
function lowestFit(placed: readonly Placed[], first: number, last: number, size: number): number {
  let candidate = 0;
  for (const other of placed) {
    if (other.first > last || other.last < first) continue;
    if (other.offset - candidate >= size) break;
    if (other.end > candidate) candidate = other.end;
  }
  return candidate;
}

function insert(placed: Placed[], item: Placed): void {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.offset ?? 0) <= item.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, item);
}
