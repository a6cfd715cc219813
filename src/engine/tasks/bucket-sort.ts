// Bucket sort: write the digits seen in ascending order. Tests ten counters.
// Input: n digits, then n blanks. Target at the blanks: the digits sorted. Example: 3 1 2 _ _ _ -> 1 2 3.
// Loss: cross-entropy at the blanks. Solved: 99 % of digits on longer inputs. Versions: v1 = official generator.
import { logFactorial, perSize, type AnswerDistribution } from './chance.ts';
import { drawMany, formalTask } from './formal.ts';

const digits = 10;
const blank = digits;

export const bucketSort = formalTask({
  id: 'bucket-sort-v1',
  title: 'Bucket sort',
  summary: 'Read digits, then write them in ascending order; train on short lists, test on longer ones.',
  symbols: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '_'],
  classes: 10,
  length: (n) => 2 * n,
  alphabet: digits,
  example: (n, random) => {
    const drawn = drawMany(random, n, digits);
    const sorted = drawn.toSorted((a, b) => a - b);
    return { x: [...drawn, ...drawn.map(() => blank)], y: [...drawn.map(() => -1), ...sorted] };
  },
  answers: (sizes) => perSize(sizes, 64, sortedDigits).flat(),
});

/** The digit at each position of n sorted digits: position i is at most v when more than i of the digits are, a binomial count. */
function sortedDigits(n: number): readonly AnswerDistribution[] {
  const positions = Array.from({ length: n }, () => new Float64Array(digits));
  let before = new Float64Array(n);
  for (let v = 0; v < digits; v++) {
    const upTo = new Float64Array(n);
    const p = (v + 1) / digits;
    let more = 0;
    for (let count = n; count > 0; count--) {
      const ways = logFactorial(n) - logFactorial(count) - logFactorial(n - count);
      more += p === 1 ? Number(count === n) : Math.exp(ways + count * Math.log(p) + (n - count) * Math.log(1 - p));
      upTo[count - 1] = more;
    }
    positions.forEach((shares, i) => (shares[v] = Math.max(0, (upTo[i] ?? 0) - (before[i] ?? 0))));
    before = upTo;
  }
  return positions;
}
