// Even pairs: is the number of places where neighbours differ odd? Equal to comparing the first bit with the last.
// Input: n bits and a blank. Target at the blank: unequal neighbours mod 2. Example: 0 1 1 0 _ -> 0.
// Loss: cross-entropy at the blank. Solved: 99 % on longer strings. Versions: v1 = official generator.
import { uniform } from './chance.ts';
import { answerAtEnd, drawMany, formalTask } from './formal.ts';

export const evenPairs = formalTask({
  id: 'even-pairs-v1',
  title: 'Even pairs',
  summary: 'Count the places where neighbouring bits differ, modulo two; train on short strings, test on longer ones.',
  symbols: ['0', '1', '_'],
  classes: 2,
  length: (n) => n + 1,
  alphabet: 2,
  example: (n, random) => {
    const bits = drawMany(random, n, 2);
    const changes = bits.filter((bit, i) => i > 0 && bit !== bits[i - 1]).length;
    return answerAtEnd(bits, 2, changes % 2);
  },
  // One bit has no neighbour to differ from.
  answers: (sizes) => sizes.map((n) => (n === 1 ? [1, 0] : uniform(2))),
});
