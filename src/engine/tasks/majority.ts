// Majority: which token came most often? Tests many counters and a comparison at the end.
// Input: n tokens 0..62 and a blank. Target at the blank: the most frequent token, ties to the larger. Example: 4 7 4 _ -> 4.
// Loss: cross-entropy at the blank. Solved: 99 % on longer inputs. Versions: v1 = official generator.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { perSize, type AnswerDistribution } from './chance.ts';
import { answerAtEnd, drawMany, formalTask } from './formal.ts';
import { tiesFrom } from './most-frequent.ts';

export const majorityTokens = 63;
export const majoritySymbols = [...Array.from({ length: majorityTokens }, (_, i) => String(i)), '_'];

/** The most frequent token (ties: the larger one) and how often it came. */
export function mostFrequent(tokens: readonly number[]): { readonly token: number; readonly count: number } {
  const counts = new Array<number>(majorityTokens).fill(0);
  for (const token of tokens) counts[token] = itemAt(counts, token) + 1;
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
  alphabet: majorityTokens,
  example: (n, random) => {
    const tokens = drawMany(random, n, majorityTokens);
    return answerAtEnd(tokens, majorityTokens, mostFrequent(tokens).token);
  },
  answers: winners,
});

/** Tokens drawn for an estimate of ties. */
const tokensDrawn = 400_000;
const sizesDrawn = 32;

/**
 * Which token wins. With m tokens tied, any m of them are as likely, and the largest wins: token k has C(k, m - 1) of C(63, m) cases. The
 * distribution of the number of tied tokens is estimated from the generator, by 10 to 2,000 fixed draws at each of up to 32 sizes: the
 * share of a token to 0.1 %.
 */
function winners(sizes: readonly number[]): readonly AnswerDistribution[] {
  const mean = sizes.reduce((sum, n) => sum + n, 0) / sizes.length;
  const different = Math.min(sizesDrawn, new Set(sizes).size);
  const draws = Math.round(Math.min(2000, Math.max(10, tokensDrawn / (different * mean))));
  return perSize(sizes, sizesDrawn, (n) =>
    winnersOf(tiesFrom(new RandomStream(0, 'majority/chance', n), draws, n, majorityTokens)),
  );
}

function winnersOf(ties: Float64Array): AnswerDistribution {
  return Float64Array.from({ length: majorityTokens }, (_, token) => {
    let share = 0;
    // C(token, m - 1) / C(63, m), from m = 1 on.
    let cases = 1 / majorityTokens;
    for (let m = 1; m <= token + 1; m++) {
      share += itemAt(ties, m) * cases;
      cases *= ((token - m + 1) / m) * ((m + 1) / (majorityTokens - m));
    }
    return share;
  });
}
