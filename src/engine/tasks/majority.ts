// Majority: which token came most often? Tests many counters and a comparison at the end.
// Input: n tokens 0..62 and a blank. Target at the blank: the most frequent token, ties to the larger. Example: 4 7 4 _ -> 4.
// Loss: cross-entropy at the blank. Solved: 99 % on longer inputs. Versions: v1 = official generator.
import { answerAtEnd, drawMany, formalTask, uniformChance } from './formal.ts';

export const majorityTokens = 63;
export const majoritySymbols = [...Array.from({ length: majorityTokens }, (_, i) => String(i)), '_'];

/** The most frequent token (ties: the larger one) and how often it came. */
export function mostFrequent(tokens: readonly number[]): { readonly token: number; readonly count: number } {
  const counts = new Array<number>(majorityTokens).fill(0);
  for (const token of tokens) counts[token] = (counts[token] ?? 0) + 1;
  const count = Math.max(...counts);
  return { token: counts.lastIndexOf(count), count };
}

export const majority = formalTask({
  id: 'majority-v1',
  title: 'Majority',
  summary: 'Name the most frequent of 63 tokens; train on short lists, test on longer ones.',
  symbols: majoritySymbols,
  classes: majorityTokens,
  length: (n) => n + 1,
  example: (n, random) => {
    const tokens = drawMany(random, n, majorityTokens);
    return answerAtEnd(tokens, majorityTokens, mostFrequent(tokens).token);
  },
  chance: () => uniformChance(majorityTokens),
});
