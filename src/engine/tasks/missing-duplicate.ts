// Missing duplicate: a list is repeated but stops early; which token is next? Tests exact recall by position.
// Input: n tokens 0..8, the first p of them again, a blank. Target at the blank: token p. p is shared by a training batch.
// Example: 3 1 2 3 1 _ -> 2. Loss: cross-entropy at the blank. Solved: 99 % on longer lists. Versions: v1 = official generator
// (10 input symbols; 11 outputs as its configuration has, the last two never wanted).
import { answerAtEnd, anyOf, drawMany, formalTask } from './formal.ts';

const tokens = 9;

export const missingDuplicate = formalTask({
  id: 'missing-duplicate-v1',
  title: 'Missing duplicate',
  summary: 'A list is repeated and stops early: name the token that is missing.',
  symbols: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '_'],
  classes: 11,
  length: (n) => 2 * n,
  alphabet: tokens,
  // The list, the part repeated (0 to n - 1 symbols) and the blank.
  meanLength: (n) => n + (n - 1) / 2 + 1,
  ways: (n) => n,
  example: (n, random, shared) => {
    const list = drawMany(random, n, tokens);
    const p = Math.min(n - 1, Math.floor(shared * n));
    return answerAtEnd([...list, ...list.slice(0, p)], tokens, list[p] ?? 0);
  },
  answers: anyOf(tokens),
});
