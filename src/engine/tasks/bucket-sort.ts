// Bucket sort: write the digits seen in ascending order. Tests ten counters.
// Input: n digits, then n blanks. Target at the blanks: the digits sorted. Example: 3 1 2 _ _ _ -> 1 2 3.
// Loss: cross-entropy at the blanks. Solved: 99 % of digits on longer inputs. Versions: v1 = official generator.
import { drawMany, formalTask, uniformChance } from './formal.ts';

const blank = 10;

export const bucketSort = formalTask({
  id: 'bucket-sort-v1',
  title: 'Bucket sort',
  summary: 'Read digits, then write them in ascending order; train on short lists, test on longer ones.',
  symbols: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_'],
  classes: 10,
  length: (n) => 2 * n,
  example: (n, random) => {
    const digits = drawMany(random, n, 10);
    const sorted = digits.toSorted((a, b) => a - b);
    return { x: [...digits, ...digits.map(() => blank)], y: [...digits.map(() => -1), ...sorted] };
  },
  chance: () => uniformChance(10),
});
