// Parity: is the number of ones odd? Tests a single bit of state that every symbol may flip.
// Input: n bits and a blank. Target at the blank: sum mod 2. Example: 1 0 1 1 _ -> 1.
// Loss: cross-entropy at the blank. Solved: 99 % on longer strings. Versions: v1 = official generator.
import { answerAtEnd, anyOf, drawMany, formalTask } from './formal.ts';

export const parityCheck = formalTask({
  id: 'parity-check-v1',
  title: 'Parity',
  summary: 'Say whether the number of ones so far is odd; train on short strings, test on longer ones.',
  symbols: ['0', '1', '_'],
  classes: 2,
  length: (n) => n + 1,
  alphabet: 2,
  example: (n, random) => {
    const bits = drawMany(random, n, 2);
    return answerAtEnd(bits, 2, bits.reduce((sum, bit) => sum + bit, 0) % 2);
  },
  answers: anyOf(2),
});
