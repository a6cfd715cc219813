// The kinds of ops, their attributes, and which are gradients of others: types that follow from the registry. The meaning, inputs and
// outputs of an op are in its record (index.ts or cell.ts of its folder) and, all together, in OPS.md. Letters: B batch, T time, D input
// width, H hidden width, V classes, N any width, R rows (all extents but the last, flattened). "x?" = optional input, present when the
// attribute says so. Matrices follow the [out, in] order of torch.nn.Linear: y = W x + b.
import type { GradientOp, Op } from './op.ts';
import type { ops } from './registry.ts';

export type BinaryFn = 'add' | 'sub' | 'mul' | 'div' | 'max';

/** gelu = tanh form, geluErf = exact; g(x) = x + 0.5 for x >= 0 else sigmoid(x), g'(0) = 1; logG = log g, its derivative at 0 is 0 as in the paper's listing. */
export type UnaryFn =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'silu'
  | 'gelu'
  | 'geluErf'
  | 'softplus'
  | 'square'
  | 'sqrt'
  | 'reciprocal'
  | 'oneMinus'
  | 'g'
  | 'logG'
  | 'elu'
  | 'leakyRelu'
  | 'sin'
  | 'cos'
  | 'erf'
  | 'expm1'
  | 'log1p';

/** What opens a gate. */
export type GateFn = 'sigmoid' | 'tanh' | 'relu' | 'silu' | 'gelu' | 'geluErf';

/** Candidate of minGRU and minLSTM: identity (vanilla) or g (positive state, log-space compatible). */
export type Candidate = 'identity' | 'g';

type Records = typeof ops;

export type OpKind = keyof Records;

/** Attributes by kind. */
export type OpAttrs = {
  readonly [K in OpKind]: Records[K] extends Op<string, infer A>
    ? A
    : Records[K] extends GradientOp<string, infer A>
      ? A
      : never;
};

/** Ops that exist only as the gradient of another one: they have no cases of their own. */
export type GradientKind = { [K in OpKind]: Records[K] extends { readonly cases: unknown } ? never : K }[OpKind];
