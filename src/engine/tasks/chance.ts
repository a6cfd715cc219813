// How good a guess can be that never looks at the symbols of a problem: the best constant answer, and the best that knows size and position
// alone. From the distribution of the answer at each position, given the size. Exact, except where a rule states that it estimates.
import { classLevels, type ChanceLevels } from '../spec/task-metrics.ts';

export interface Guess {
  /** Nats. */
  readonly loss: number;
  readonly accuracy: number;
}

export interface Chance extends Guess {
  /** Best by size and position if that is better than a constant; null = no better. */
  readonly blind: Guess | null;
}

/** As levels of the metrics of classes. */
export const classChance = ({
  blind = null,
  ...constant
}: Guess & { readonly blind?: Guess | null }): ChanceLevels => ({
  constant: classLevels(constant),
  blind: blind && classLevels(blind),
});

/** Probability of each class as the answer at one position of problems of one size. */
export type AnswerDistribution = ArrayLike<number>;

const entropy = (p: AnswerDistribution): number =>
  Array.from(p).reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);

const best = (p: AnswerDistribution): number => Math.max(...Array.from(p));

/** All positions count the same, as they do in the loss. */
export function chanceOf(distributions: readonly AnswerDistribution[]): Chance {
  const classes = Math.max(...distributions.map(({ length }) => length));
  const mixed = new Float64Array(classes);
  for (const p of distributions)
    for (let i = 0; i < p.length; i++) mixed[i] = (mixed[i] ?? 0) + (p[i] ?? 0) / distributions.length;
  const mean = (of: (p: AnswerDistribution) => number): number =>
    distributions.reduce((sum, p) => sum + of(p), 0) / distributions.length;
  const constant = { loss: entropy(mixed), accuracy: best(mixed) };
  const blind = { loss: mean(entropy), accuracy: mean(best) };
  const better = blind.loss < constant.loss - 1e-3 || blind.accuracy > constant.accuracy + 1e-3;
  return { ...constant, blind: better ? blind : null };
}

export const uniform = (classes: number): AnswerDistribution => new Float64Array(classes).fill(1 / classes);

const logs: number[] = [0];

/** log n!, from a table that grows on demand. */
export function logFactorial(n: number): number {
  while (logs.length <= n) logs.push((logs.at(-1) ?? 0) + Math.log(logs.length));
  return logs[n] ?? NaN;
}

/** Values of `of` for at most `most` of the sizes: the middles of equal parts of the list, so that each counts equally. */
export function perSize<T>(sizes: readonly number[], most: number, of: (n: number) => T): readonly T[] {
  const count = Math.min(most, sizes.length);
  const known = new Map<number, T>();
  return Array.from({ length: count }, (_, i) => {
    const n = sizes[Math.floor(((i + 0.5) * sizes.length) / count)] ?? 1;
    const answer = known.get(n) ?? of(n);
    known.set(n, answer);
    return answer;
  });
}
