// softmaxCrossEntropy and its gradient in the language of kernels. Sums leave out one entry that equals the largest (or the target), so that the
// small loss of a sure answer does not cancel.
import {
  add,
  constant,
  div,
  equal,
  expHeld,
  input,
  less,
  lessEqual,
  log1p,
  mul,
  reciprocal,
  select,
  sub,
  type Expr,
} from '../../kernel/expr.ts';
import { column, defineRows, rowInputs, width, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

const [logits, targets, atTarget, smoothing, mean] = ['logits', 'targets', 'atTarget', 'smoothing', 'mean'].map(input);
const [top, tops, others, plain] = ['top', 'tops', 'others', 'plain'].map(input);

const power = expHeld(sub(logits, top));
const isTop = equal(logits, top);
const logarithm = log1p(add(others, select(less(tops, 1), 0, sub(tops, 1))));
const missed = (score: Expr): Expr => add(logarithm, sub(top, score));
const isValid = lessEqual(0, targets);
/** What a sum over rows that count is divided by. */
const share = (sum: Expr, count: Expr): Expr => select(equal(mean, 0), sum, div(sum, select(less(count, 1), 1, count)));

const sharp = defineRows({
  name: 'crossEntropy',
  inputs: rowInputs({ logits: 'row', targets: 'index' }),
  attributes: ['mean'],
  picks: [{ name: 'atTarget', of: 'logits', at: 'targets' }],
  folds: [
    { name: 'top', reduce: 'max', of: [logits] },
    { name: 'others', reduce: 'sum', of: [select(isTop, 0, power)] },
    { name: 'tops', reduce: 'sum', of: [select(isTop, 1, 0)] },
  ],
  values: { lse: add(top, logarithm) },
  sums: { total: select(isValid, missed(atTarget), 0), valid: select(isValid, constant(1), 0) },
  finish: { loss: [share(input('total'), input('valid'))], count: [input('valid')] },
  outputs: ['loss', 'lse', 'count'],
});

const smoothed = defineRows({
  ...sharp,
  name: 'crossEntropySmoothed',
  attributes: ['smoothing', 'mean'],
  folds: [{ name: 'plain', reduce: 'sum', of: [logits] }, ...sharp.folds],
  sums: {
    ...sharp.sums,
    total: select(isValid, add(mul(sub(1, smoothing), missed(atTarget)), mul(smoothing, missed(div(plain, width)))), 0),
  },
});

const wrong = input('wrong');
const right = expHeld(sub(atTarget, top));
const isHit = equal(column, select(less(targets, width), targets, sub(width, 1)));
const inverse = reciprocal(add(wrong, right));
const spread = div(smoothing, width);
const factor = share(input('dloss'), input('count'));

const gradKernel = defineRows({
  name: 'crossEntropyGrad',
  inputs: rowInputs({ logits: 'row', targets: 'index', lse: 'number', count: 'single', dloss: 'single' }),
  attributes: ['smoothing', 'mean'],
  picks: sharp.picks,
  folds: [
    { name: 'top', reduce: 'max', of: [logits] },
    { name: 'wrong', reduce: 'sum', of: [select(isHit, 0, power)] },
  ],
  kept: { name: 'power', of: power, in: 'dlogits' },
  skip: less(targets, 0),
  results: {
    dlogits: select(
      isHit,
      mul(sub(sub(smoothing, spread), mul(wrong, inverse)), factor),
      mul(sub(mul(input('power'), inverse), spread), factor),
    ),
  },
});

export const crossEntropyKernels = [sharp, smoothed];
export const crossEntropyGradKernels = [gradKernel];

type Attrs = OpAttrs['softmaxCrossEntropy'];

const valuesOf = ({ labelSmoothing, reduction }: Attrs) => ({
  smoothing: labelSmoothing,
  mean: reduction === 'mean' ? 1 : 0,
});

export const crossEntropyRows: RowsOf<Attrs> = (attrs) => ({
  kernel: attrs.labelSmoothing === 0 ? sharp : smoothed,
  values: valuesOf(attrs),
});
export const crossEntropyGradRows: RowsOf<Attrs> = (attrs) => ({ kernel: gradKernel, values: valuesOf(attrs) });
