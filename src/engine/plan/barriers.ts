// Decides before which entries of an op table all threads must synchronise. Pure: works on byte ranges, independent of ops.
import type { Access, Command, Place } from './lowering.ts';

/** Byte range [start, end) that one thread may touch; start = end when none. */
interface Range {
  readonly start: number;
  readonly end: number;
}

interface Resolved {
  readonly start: number;
  readonly end: number;
  readonly write: boolean;
  /** Range of each thread. */
  readonly ranges: readonly Range[];
}

/** First unit of `thread` when `units` are split over `threads`; kernels use the same formula. */
export const firstUnit = (units: number, thread: number, threads: number): number =>
  Math.floor((units * thread) / threads);

/**
 * For each command, whether a barrier is needed before it: yes if one thread may touch bytes that another one touched since the last barrier
 * and at least one of the two writes (read after write, write after read, write after write). Ranges of one thread never conflict with
 * themselves: a thread runs its entries in order.
 */
export function barriers(
  commands: readonly Command[],
  resolve: (place: Place) => number,
  threads: number,
): readonly boolean[] {
  let pending: Resolved[] = [];
  return commands.map((command) => {
    const accesses = [
      ...command.reads.map((access) => resolved(access, command.units, false, resolve, threads)),
      ...command.writes.map((access) => resolved(access, command.units, true, resolve, threads)),
    ];
    const barrier = threads > 1 && accesses.some((access) => pending.some((earlier) => conflict(earlier, access)));
    if (barrier) pending = [];
    pending.push(...accesses);
    return barrier;
  });
}

function resolved(
  access: Access,
  units: number,
  write: boolean,
  resolve: (place: Place) => number,
  threads: number,
): Resolved {
  const start = resolve(access.place);
  const end = start + access.bytes;
  const ranges = Array.from({ length: threads }, (_, thread): Range => {
    const from = firstUnit(units, thread, threads);
    const to = firstUnit(units, thread + 1, threads);
    if (from === to) return { start, end: start };
    if (access.stride === undefined) return { start, end };
    const group = access.group ?? 1;
    const first = Math.floor(from / group) * access.stride;
    const past = Math.ceil(to / group) * access.stride;
    return { start: Math.min(end, start + first), end: Math.min(end, start + past) };
  });
  return { start, end, write, ranges };
}

function conflict(a: Resolved, b: Resolved): boolean {
  if (!a.write && !b.write) return false;
  if (a.start >= b.end || b.start >= a.end) return false;
  return a.ranges.some((mine, i) => b.ranges.some((other, j) => i !== j && overlap(mine, other)));
}

const overlap = (a: Range, b: Range): boolean =>
  a.start < b.end && b.start < a.end && a.start < a.end && b.start < b.end;
