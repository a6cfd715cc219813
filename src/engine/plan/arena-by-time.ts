// Places very many lifetimes: a sweep over time with a list of holes, n log n instead of n squared. Pure arithmetic.
import type { Arena, Lifetime } from './arena.ts';

interface Hole {
  offset: number;
  end: number;
}

/** `size` gives the aligned bytes of a lifetime. First fit in order of time; at one time the largest first. */
export function placeByTime(lifetimes: readonly Lifetime[], size: (lifetime: Lifetime) => number): Arena {
  const births = lifetimes.map((lifetime, index) => ({ lifetime, index, bytes: size(lifetime) }));
  births.sort((a, b) => a.lifetime.first - b.lifetime.first || b.bytes - a.bytes || a.index - b.index);
  const deaths = births.toSorted((a, b) => a.lifetime.last - b.lifetime.last || a.index - b.index);
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const holes: Hole[] = [{ offset: 0, end: Infinity }];
  let bytes = 0;
  let dead = 0;
  for (const { lifetime, index, bytes: need } of births) {
    for (let next = deaths[dead]; next && next.lifetime.last < lifetime.first; next = deaths[++dead]) {
      release(holes, offsets[next.index] ?? 0, next.bytes);
    }
    const offset = take(holes, need);
    offsets[index] = offset;
    bytes = Math.max(bytes, offset + need);
  }
  return { offsets, bytes };
}

function take(holes: Hole[], need: number): number {
  const at = holes.findIndex((hole) => hole.end - hole.offset >= need);
  const hole = holes[at];
  if (!hole) throw new Error('arena: the last hole has no end and must fit everything');
  const { offset } = hole;
  hole.offset += need;
  if (hole.offset === hole.end) holes.splice(at, 1);
  return offset;
}

function release(holes: Hole[], offset: number, bytes: number): void {
  if (bytes === 0) return;
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holes[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const before = holes[low - 1];
  const after = holes[low];
  const end = offset + bytes;
  if (before?.end === offset && after?.offset === end) {
    before.end = after.end;
    holes.splice(low, 1);
  } else if (before?.end === offset) before.end = end;
  else if (after?.offset === end) after.offset = offset;
  else holes.splice(low, 0, { offset, end });
}
