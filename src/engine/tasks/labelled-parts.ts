// What follows from a labelled set alone: where its sequences lie, which are learned from, held out and tested, the scale of the training part, and what the
// best constant answer reaches. Pure.
import { itemAt } from '../core/item.ts';
import type { LabelledSet } from '../data/labelled.ts';
import type { Guess } from './chance.ts';

/** Indexes of sequences. */
export interface Split {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
  readonly test: readonly number[];
}

export interface ScaleOfValues {
  readonly mean: number;
  readonly deviation: number;
}

/** First number of each sequence. */
export function startsOf({ lengths, width }: LabelledSet): readonly number[] {
  let at = 0;
  return Array.from(lengths, (length) => (at += length * width) - length * width);
}

/** The last shares of each class are held out and tested, at least one is held out if it has two. */
export function splitOf(
  { classes, names }: LabelledSet,
  shares: { readonly heldOut: number; readonly test: number },
): Split {
  const left = names.map((_, i) => classes.reduce((sum, one) => sum + Number(one === i), 0));
  const tested = left.map((count) => (count < 3 ? 0 : Math.floor(count * shares.test)));
  const held = left.map((count, i) =>
    count < 2 ? 0 : itemAt(tested, i) + Math.max(1, Math.floor(count * shares.heldOut)),
  );
  const [training, heldOut, test]: [number[], number[], number[]] = [[], [], []];
  classes.forEach((one, index) => {
    const after = itemAt(left, one);
    const part = after > itemAt(held, one) ? training : after > itemAt(tested, one) ? heldOut : test;
    part.push(index);
    left[one] = after - 1;
  });
  return { training, heldOut, test };
}

/** Of all numbers of the training part. */
export function scaleOf(set: LabelledSet, starts: readonly number[], training: readonly number[]): ScaleOfValues {
  let [count, sum, squares] = [0, 0, 0];
  for (const index of training) {
    const start = itemAt(starts, index);
    const end = start + itemAt(set.lengths, index) * set.width;
    for (let i = start; i < end; i++) {
      const value = itemAt(set.values, i);
      count++;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { mean, deviation: deviation > 0 && Number.isFinite(deviation) ? deviation : 1 };
}

/** The frequencies of the training part as the answer to everything, on the sequences that are evaluated. */
export function chanceOf(set: LabelledSet, training: readonly number[], chosen: readonly number[]): Guess {
  const counts = new Float64Array(set.names.length).fill(1);
  for (const index of training) counts[itemAt(set.classes, index)] = itemAt(counts, itemAt(set.classes, index)) + 1;
  const total = training.length + counts.length;
  const best = counts.indexOf(Math.max(...counts));
  let [loss, hits] = [0, 0];
  for (const index of chosen) {
    const wanted = itemAt(set.classes, index);
    loss -= Math.log(itemAt(counts, wanted) / total);
    hits += Number(wanted === best);
  }
  return { loss: loss / chosen.length, accuracy: hits / chosen.length };
}
