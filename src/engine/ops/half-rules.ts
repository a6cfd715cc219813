// Which results of an op bear 16-bit storage (11 significant bits, at most 65504), by kind; complete by type. Read by the plan of a device
// that stores activations so; gradients never are. Knows no device.
import { forCells } from './cells.ts';
import type { OpAttrs, OpKind } from './kinds.ts';

/**
 * `half`: rounding a result costs 2^-11 of it and no more. `single`: it must stay float32. `as-inputs`: moved or added up, so float32 as soon
 * as one of the inputs must be.
 */
export type Keeping = 'half' | 'single' | 'as-inputs';

export interface HalfRule {
  /** One for all outputs, or one for each. */
  readonly outputs: Keeping | readonly Keeping[];
  /** Inputs that must not have been rounded either. */
  readonly needs?: readonly number[];
  /** Why something must stay float32; absent when nothing must. */
  readonly reason?: string;
}

type RuleOf<A> = HalfRule | ((attrs: A) => HalfRule);

const half: HalfRule = { outputs: 'half' };
const moved: HalfRule = { outputs: 'as-inputs' };
const gradient: HalfRule = {
  outputs: 'single',
  reason: 'a gradient: without loss scaling most would be too small for 16 bits',
};
const small: HalfRule = { outputs: 'single', reason: 'few numbers, each of weight for many others' };
const changed: HalfRule = { outputs: 'single', reason: 'changes a variable, and variables are float32' };
const logarithm: HalfRule = {
  outputs: 'single',
  reason: 'a logarithm: what is rounded off as an absolute error comes back from exp as a relative one',
};
const runningSum = (reason: string): HalfRule => ({ outputs: 'single', needs: [0], reason });
const scores: HalfRule = {
  outputs: 'single',
  needs: [0],
  reason: 'scores of a loss: they decide it directly, and their gradient takes their place in memory',
};
const statistics = (count: number): HalfRule => ({
  outputs: ['half', ...Array.from({ length: count }, (): Keeping => 'single')],
  reason: 'mean and deviation of a row scale all of it',
});

const unaryRule = ({ fn }: OpAttrs['unary']): HalfRule => {
  if (fn === 'log' || fn === 'logG' || fn === 'softplus') return logarithm;
  return fn === 'neg' || fn === 'oneMinus' ? moved : half;
};

/** The rule of each op. */
export const halfRules: { readonly [K in OpKind]: RuleOf<OpAttrs[K]> } = {
  constant: half,
  binary: moved,
  unary: unaryRule,
  unaryGrad: gradient,
  affine: moved,
  reshape: moved,
  slice: moved,
  pad: moved,
  split: moved,
  concat: moved,
  matmul: half,
  reduceSum: small,
  broadcast: moved,
  embedding: half,
  embeddingGrad: gradient,
  rmsNorm: statistics(1),
  rmsNormGrad: gradient,
  layerNorm: statistics(2),
  layerNormGrad: gradient,
  causalConv: half,
  causalConvGrad: gradient,
  softmaxCrossEntropy: scores,
  softmaxCrossEntropyGrad: gradient,
  accuracy: small,
  meanSquaredError: scores,
  meanSquaredErrorGrad: gradient,
  dropout: moved,
  linearScan: half,
  linearScanGrad: gradient,
  cumulativeSum: runningSum('grows with time while what matters is the difference of neighbours'),
  logCumulativeSumExp: runningSum('the logarithm of a sum that grows with time'),
  logCumulativeSumExpGrad: gradient,
  minGru: half,
  minGruGrad: gradient,
  minLstm: half,
  minLstmGrad: gradient,
  gru: half,
  gruGrad: gradient,
  lstm: {
    outputs: ['half', 'single', 'half'],
    reason: 'the cell is carried from step to step by adding to it: rounding it would add up as well',
  },
  lstmGrad: gradient,
  elman: half,
  elmanGrad: gradient,
  assign: changed,
  accumulate: changed,
  globalNorm: small,
  adam: changed,
  sgd: changed,
  ...forCells((_op, isGradient) => (isGradient ? gradient : half)),
};

const isKind = (op: string): op is OpKind => op in halfRules;

/** The rule of a node; an op without one keeps everything in float32. */
export function halfRuleOf(op: string, attrs: object): HalfRule {
  if (!isKind(op)) return { outputs: 'single' };
  const rule = halfRules[op];
  return typeof rule === 'function' ? rule(attrs as never) : rule;
}
