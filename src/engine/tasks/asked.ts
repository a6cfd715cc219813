// The positions at which a task with classes requires an answer, and the correct class: those that count in the loss.
import type { ExampleSequence } from '../spec/showing.ts';

export function askedOf(y: ArrayLike<number>): ExampleSequence['asked'] {
  const asked: { readonly at: number; readonly wanted: number }[] = [];
  for (let at = 0; at < y.length; at++) {
    const wanted = y[at] ?? -1;
    if (wanted >= 0) asked.push({ at, wanted });
  }
  return asked;
}
