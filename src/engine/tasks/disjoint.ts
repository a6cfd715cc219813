// Which problems belong to the held-out set when training and held-out problems are to have none in common, and how many of the fixed held-out
// problems training shows when they are not kept apart.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';

/** One in so many problems is held out. */
const share = 4;
/** Draws after which another size or shared draw is tried. */
const mostTries = 400;

/** 32-bit FNV-1a of the tokens, its bits mixed once more (Murmur3's finish): the side of a problem depends on its symbols alone. */
export function isHeldOut(tokens: ArrayLike<number>): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < tokens.length; i++) hash = Math.imul(hash ^ itemAt(tokens, i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % share === 0;
}

/** Draws until a problem is on the wanted side; null if none of some hundred is, which happens if a size has few problems. */
export function drawFrom<E extends { readonly x: readonly number[] }>(draw: () => E, heldOut: boolean): E | null {
  for (let i = 0; i < mostTries; i++) {
    const one = draw();
    if (isHeldOut(one.x) === heldOut) return one;
  }
  return null;
}

/**
 * Sizes from `low` to `high` that have problems on the side. Sizes with many problems have some on both sides; for the others a fixed draw decides.
 */
export function sizesOn(
  heldOut: boolean,
  [low, high]: readonly [number, number],
  draw: (n: number, random: RandomStream) => { readonly x: readonly number[] },
  streamOf: (n: number) => RandomStream,
  many: (n: number) => boolean,
): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((n) => {
    if (many(n)) return true;
    const random = streamOf(n);
    return drawFrom(() => draw(n, random), heldOut) !== null;
  });
}

/**
 * Probability that a problem is drawn at least once in `steps` batches of `batch` problems, each batch being of its kind (size, shared draw) with
 * probability `kind` and then drawing it with probability 1 / `problems`.
 */
export function shownOnce(steps: number, batch: number, kind: number, problems: number): number {
  const inBatch = -Math.expm1(batch * Math.log1p(-1 / problems));
  if (problems <= 1) return -Math.expm1(steps * Math.log1p(-kind));
  return -Math.expm1(steps * Math.log1p(-kind * inBatch));
}
