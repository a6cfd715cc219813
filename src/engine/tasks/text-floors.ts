// What a text model must beat: the held-out loss of symbol frequencies and of pairs of symbols, both counted on the training part.
import { itemAt } from '../core/item.ts';
import { addOne } from './counts.ts';

interface Floor {
  readonly loss: number;
  readonly accuracy: number;
}

/** By the tokens, which the variants of an experiment share, and then by the border. */
const counted = new WeakMap<Int32Array, Map<number, Floor>>();

/** See `countFloor`; counted once for each text and border. */
export function unigramFloor(tokens: Int32Array, border: number, kinds: number): Floor {
  const known = counted.get(tokens) ?? new Map<number, Floor>();
  counted.set(tokens, known);
  const floor = known.get(border) ?? countFloor(tokens, border, kinds);
  known.set(border, floor);
  return floor;
}

/** Cross-entropy in nats and accuracy of predicting the frequencies (plus one) of tokens[0, border) on the rest. */
function countFloor(tokens: Int32Array, border: number, kinds: number): Floor {
  const counts = new Float64Array(kinds).fill(1);
  for (const token of tokens.subarray(0, border)) addOne(counts, token);
  const total = border + kinds;
  const likeliest = counts.indexOf(Math.max(...counts));
  let loss = 0;
  let right = 0;
  for (const token of tokens.subarray(border)) {
    loss -= Math.log(itemAt(counts, token) / total);
    if (token === likeliest) right++;
  }
  const held = Math.max(1, tokens.length - border);
  return { loss: loss / held, accuracy: right / held };
}

/** Cross-entropy in nats of predicting by the frequencies (plus one) of pairs in tokens[0, border) on the pairs of the rest. */
export function bigramFloor(tokens: Int32Array, border: number, kinds: number): number {
  const pairs = new Map<number, number>();
  const firsts = new Float64Array(kinds);
  for (let i = 0; i + 1 < border; i++) {
    const first = itemAt(tokens, i);
    const key = first * kinds + itemAt(tokens, i + 1);
    pairs.set(key, (pairs.get(key) ?? 0) + 1);
    addOne(firsts, first);
  }
  let loss = 0;
  for (let i = border; i + 1 < tokens.length; i++) {
    const first = itemAt(tokens, i);
    const count = pairs.get(first * kinds + itemAt(tokens, i + 1)) ?? 0;
    loss -= Math.log((count + 1) / (itemAt(firsts, first) + kinds));
  }
  return loss / Math.max(1, tokens.length - border - 1);
}
