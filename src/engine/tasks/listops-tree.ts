// Expressions of ListOps (Nangia and Bowman 2018) in the form of Long Range Arena: drawn, written as tokens and evaluated in one pass, without
// allocating. Rule of google-research/long-range-arena, data/listops.py: a node above the greatest depth is an operator with probability 1/4 and
// else a digit; an operator is one of four and has 2 to `arguments` parts; the length counts operators, closing brackets and digits.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';

/** Token 0 fills up. The closing bracket is "]" here and X in published files. */
export const listOpsSymbols = ['·', '[MIN', '[MAX', '[MED', '[SM', ']', ...'0123456789'];
const [minimum, maximum, median, close, zero] = [1, 2, 3, 5, 6];

export interface ListOpsRule {
  /** Kept are expressions longer than `shortest` and shorter than `longest`. */
  readonly shortest: number;
  readonly longest: number;
  readonly depth: number;
  readonly arguments: number;
}

export class ListOpsTree {
  /** The expression; `length` tokens of it count. */
  readonly tokens: Uint8Array;
  length = 0;
  readonly #rule: ListOpsRule;
  /** Values of the parts of the operator at each depth. */
  readonly #values: readonly Uint8Array[];

  constructor(rule: ListOpsRule) {
    this.#rule = rule;
    this.tokens = new Uint8Array(rule.longest);
    this.#values = Array.from({ length: rule.depth + 1 }, () => new Uint8Array(rule.arguments));
  }

  /** Draws one expression; its value, or -1 if its length is not among those that are kept. */
  draw(random: RandomStream): number {
    this.length = 0;
    const value = this.#node(random, 1);
    return value >= 0 && this.length > this.#rule.shortest ? value : -1;
  }

  /** Stops as soon as it is too long: whatever would follow, it would not be kept. */
  #node(random: RandomStream, depth: number): number {
    const { longest, depth: deepest, arguments: most } = this.#rule;
    if (depth >= deepest || random.uniform() > 0.25) {
      const value = random.below(10);
      this.tokens[this.length++] = zero + value;
      return this.length < longest ? value : -1;
    }
    const operator = minimum + random.below(4);
    const count = 2 + random.below(most - 1);
    this.tokens[this.length++] = operator;
    const values = itemAt(this.#values, depth);
    for (let i = 0; i < count; i++) {
      if (this.length >= longest - 1) return -1;
      const value = this.#node(random, depth + 1);
      if (value < 0) return -1;
      values[i] = value;
    }
    if (this.length >= longest - 1) return -1;
    this.tokens[this.length++] = close;
    return valueOf(operator, values, count);
  }
}

/** Of the first `count` values, which are put in order. The median of an even number is the mean of the middle two, rounded down. */
function valueOf(operator: number, values: Uint8Array, count: number): number {
  sortFirst(values, count);
  if (operator === minimum) return itemAt(values, 0);
  if (operator === maximum) return itemAt(values, count - 1);
  if (operator === median) return (itemAt(values, (count - 1) >> 1) + itemAt(values, count >> 1)) >> 1;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += itemAt(values, i);
  return sum % 10;
}

function sortFirst(values: Uint8Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const value = itemAt(values, i);
    let j = i;
    for (; j > 0 && itemAt(values, j - 1) > value; j--) values[j] = itemAt(values, j - 1);
    values[j] = value;
  }
}
