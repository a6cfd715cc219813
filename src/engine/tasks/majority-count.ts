// Majority count: how often did the most frequent token come? Tests many counters and their maximum.
// Input: n tokens 0..62 and a blank. Target at the blank: the largest count (62 at most: the official head has 63 classes).
// Example: 4 7 4 _ -> 2. Loss: cross-entropy at the blank. Solved: 99 % on longer inputs. Versions: v1 = official generator.
import { RandomStream } from '../core/philox.ts';
import { answerAtEnd, drawMany, formalTask } from './formal.ts';
import { majoritySymbols, majorityTokens, mostFrequent } from './majority.ts';

/** Accuracy and entropy of the best constant answer at test sizes 40..256, from 2,000 fixed draws. */
function constantAnswer(): { readonly loss: number; readonly accuracy: number } {
  const counts = new Map<number, number>();
  const draws = 2000;
  for (let i = 0; i < draws; i++) {
    const random = new RandomStream(0, 'majority-count/chance', i);
    const { count } = mostFrequent(drawMany(random, 40 + random.below(217), majorityTokens));
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  const shares = [...counts.values()].map((n) => n / draws);
  return { accuracy: Math.max(...shares), loss: -shares.reduce((sum, p) => sum + p * Math.log(p), 0) };
}

export const majorityCount = formalTask({
  id: 'majority-count-v1',
  title: 'Majority count',
  summary: 'Say how often the most frequent of 63 tokens came; train on short lists, test on longer ones.',
  symbols: majoritySymbols,
  classes: majorityTokens,
  length: (n) => n + 1,
  example: (n, random) => {
    const tokens = drawMany(random, n, majorityTokens);
    return answerAtEnd(tokens, majorityTokens, Math.min(mostFrequent(tokens).count, majorityTokens - 1));
  },
  chance: constantAnswer,
});
