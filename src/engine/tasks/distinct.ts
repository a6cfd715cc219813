// Draws of different numbers without allocating: all equally likely, or one after the other by their shares. Knows no task.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';

/** Draws up to `most` different numbers of 0 .. size - 1, every order equally likely. */
export class DistinctDraws {
  readonly #items: Int32Array;
  readonly #swaps: Int32Array;

  constructor(size: number, most: number) {
    this.#items = Int32Array.from({ length: size }, (_, i) => i);
    this.#swaps = new Int32Array(most);
  }

  /** Fills `into` (Fisher-Yates), then takes every swap back, so that equal streams give equal draws. */
  fill(random: RandomStream, into: Int32Array): void {
    const [items, swaps, count] = [this.#items, this.#swaps, into.length];
    for (let i = 0; i < count; i++) {
      const j = i + random.below(items.length - i);
      into[i] = itemAt(items, j);
      items[j] = itemAt(items, i);
      swaps[i] = j;
    }
    for (let i = count - 1; i >= 0; i--) {
      const j = itemAt(swaps, i);
      items[j] = itemAt(into, i);
    }
  }
}

/** Draws different numbers one after the other, each by its share among those that are left. */
export class WeightedDraws {
  readonly #shares: Float64Array;
  /** Sum of the shares up to each number. */
  readonly #sums: Float64Array;
  /** Number of the draw in which each was taken last. */
  readonly #taken: Float64Array;
  #draw = 0;

  constructor(weights: Float64Array) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#shares = weights.map((weight) => weight / total);
    let sum = 0;
    this.#sums = this.#shares.map((share) => (sum += share));
    this.#sums[weights.length - 1] = 1;
    this.#taken = new Float64Array(weights.length);
  }

  /** Numbers drawn again are passed over, which is the same as drawing among the others. */
  fill(random: RandomStream, into: Int32Array): void {
    this.#draw++;
    for (let count = 0; count < into.length;) {
      const found = this.#find(random.uniform());
      if (this.#taken[found] === this.#draw) continue;
      this.#taken[found] = this.#draw;
      into[count++] = found;
    }
  }

  /** Logarithm of the probability that these are drawn in this order. */
  logChance(drawn: ArrayLike<number>): number {
    let [left, chance] = [1, 0];
    for (let i = 0; i < drawn.length; i++) {
      const share = itemAt(this.#shares, itemAt(drawn, i));
      chance += Math.log(share / left);
      left -= share;
    }
    return chance;
  }

  #find(point: number): number {
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (itemAt(this.#sums, middle) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** log of n (n - 1) ... of `count` factors: the ways to draw so many different ones in order. */
export function logWays(n: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.log(n - i);
  return sum;
}
