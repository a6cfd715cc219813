// WGSL of what a score of attention becomes, by softmax or squared relu, forward and backward. Independent of who goes through which rows.
import type { AttentionAttrs } from './sizes.ts';

type Shares = AttentionAttrs['shares'];

/** A loop over `n` columns d. */
export const over = (n: number, body: string): string => `for (var d = 0u; d < ${n}u; d++) { ${body} }`;

/** Logarithm of how full a row is. */
export const logOf = (full: string): string => (full === '1f' ? '0f' : `log_of(${full})`);

const relu = 'select(score, 0f, score < 0f)';

/** `share` of `score`, added up in `total`; by softmax, what was added up before it is scaled to a new maximum. */
export const share = (shares: Shares, full: string, dv: number): string =>
  shares === 'softmax'
    ? `score += ${logOf(full)};
        if (score > most) {
          let fade = exp_of(most - score);
          total *= fade;
          ${over(dv, 'sum[d] *= fade;')}
          most = score;
        }
        let share = exp_of(score - most);
        total += share;`
    : `let above = ${relu};
        let share = above * above * ${full};
        total += ${full};`;

/**
 * `share`, and `dscore` from the gradient of the share, `slope`. `bias` = log of `full`, `kept` = lse or 1 / n, `along` = the product of a result
 * and its gradient.
 */
export const backShare = (shares: Shares, bias: string, full: string, kept: string, along: string): string =>
  shares === 'softmax'
    ? `let share = exp_of(score + ${bias} - ${kept});
        let dscore = share * (slope - ${along});`
    : `let above = ${relu};
        let part = above * ${full} * ${kept};
        let share = part * above;
        let dscore = 2f * part * slope;`;
