// Majority count: how often did the most frequent token come? Tests many counters and their maximum.
// Input: n tokens 0..62 and a blank. Target at the blank: the largest count (62 at most: the official head has 63 classes).
// Example: 4 7 4 _ -> 2. Loss: cross-entropy at the blank. Solved: 99 % on longer inputs. Versions: v1 = official generator.
import { perSize } from './chance.ts';
import { answerAtEnd, drawMany, formalTask } from './formal.ts';
import { majoritySymbols, majorityTokens, mostFrequent } from './majority.ts';
import { largestCounts } from './most-frequent.ts';

export const majorityCount = formalTask({
  id: 'majority-count-v1',
  title: 'Majority count',
  summary: 'Say how often the most frequent of 63 tokens came; train on short lists, test on longer ones.',
  symbols: majoritySymbols,
  classes: majorityTokens,
  length: (n) => n + 1,
  alphabet: majorityTokens,
  example: (n, random) => {
    const tokens = drawMany(random, n, majorityTokens);
    return answerAtEnd(tokens, majorityTokens, Math.min(mostFrequent(tokens).count, majorityTokens - 1));
  },
  answers: (sizes) => perSize(sizes, 128, (n) => largestCounts(n, majorityTokens, majorityTokens - 1)),
});
