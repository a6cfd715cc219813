// Golden verdicts: claims as the file writes them, judged by spec/statistics, and their figures under the names of the file.
import { itemAt } from '../core/item.ts';
import type { Claim, Figures, Values, Verdict } from '../spec/statistics/claims.ts';
import { judge, judgeLooking } from '../spec/statistics/verdicts.ts';
import type { GoldenStatisticsCase } from './golden-statistics.ts';

/** A claim as written: one record of all fields. */
interface Written {
  readonly kind: Claim['kind'];
  readonly data?: Readonly<Record<string, Values>>;
  readonly models?: readonly string[];
  readonly published?: number;
}

const armsOf = ({ data = {}, models = Object.keys(data).toSorted() }: Written): readonly Values[] =>
  models.map((name) => {
    const values = data[name];
    if (values === undefined) throw new Error(`golden verdict: model ${name} must have values, got none`);
    return values;
  });

/** Fields have the same names in the program, apart from the runs. */
function claimOf(written: Written): Claim {
  const arms = armsOf(written);
  const [a, b] = arms;
  const { published, ...rest } = written;
  return { ...rest, arms, a, b: published === undefined ? b : { published } } as unknown as Claim;
}

const reversedNames = ({ reversed }: Figures, names: readonly string[]): readonly string[] | undefined =>
  reversed?.map(([first, second]) => `${names[first]}<${names[second]}`);

function outputsOf(
  { verdict, reason, figures }: Verdict,
  { data = {}, models = Object.keys(data).toSorted() }: Written,
): object {
  return {
    verdict,
    reason,
    ...figures,
    diff: figures.difference,
    rate_interval: figures.rateInterval,
    solved_interval: figures.solvedInterval,
    range_of_means: figures.rangeOfMeans,
    max_residual: figures.maxResidual,
    reversed: reversedNames(figures, models),
  };
}

export const verdict = ({ inputs }: GoldenStatisticsCase): object => {
  const written = inputs as Written;
  return outputsOf(judge(claimOf(written)), written);
};

export function sequential({ config, inputs }: GoldenStatisticsCase): object {
  const { looks, alphas } = config as { readonly looks: readonly number[]; readonly alphas: readonly number[] };
  const planned = looks.map((seeds, at) => ({ seeds, alpha: itemAt(alphas, at) }));
  const looked = judgeLooking(claimOf(inputs as Written), planned);
  return {
    looks: looked.looks.map((look) => [look.seeds, look.alpha, look.verdict.verdict]),
    verdict: looked.verdict,
    seeds_used: looked.seedsUsed,
  };
}
