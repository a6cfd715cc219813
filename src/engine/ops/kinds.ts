// The catalogue of ops: the meaning, inputs, outputs and attributes of each. A device supports all of them; the compiler finds a missing one.
// Letters: B batch, T time, D input width, H hidden width, V classes, N any width, R rows (all extents but the last, flattened).
// "x?" = optional input, present when the attribute says so. Matrices follow the [out, in] order of torch.nn.Linear: y = W x + b.

import type { CellOpAttrs } from './cells.ts';

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

/** Candidate of minGRU and minLSTM: identity (vanilla) or g (positive state, log-space compatible). */
export type Candidate = 'identity' | 'g';

/** With the ops of cells.ts, which are told in their folders. */
export interface OpAttrs extends CellOpAttrs {
  /** () -> shape filled with value. */
  constant: { readonly shape: readonly number[]; readonly value: number };
  /** (a, b) -> a fn b, shape of a. b has the shape of a or a suffix of it (a row, a scalar). */
  binary: { readonly fn: BinaryFn };
  /** (x) -> fn(x). */
  unary: { readonly fn: UnaryFn };
  /** (x, dy) -> dx of unary; recomputes from x. */
  unaryGrad: { readonly fn: UnaryFn };
  /** (x) -> scale x + shift. */
  affine: { readonly scale: number; readonly shift: number };
  /** (x) -> same data, other shape. A view: no copy. */
  reshape: { readonly shape: readonly number[] };
  /** (x) -> x[start, start + length) along axis. */
  slice: { readonly axis: number; readonly start: number; readonly length: number };
  /** (dy) -> zeros of extent `size` along axis with dy at start: the gradient of slice. */
  pad: { readonly axis: number; readonly start: number; readonly size: number };
  /** (x) -> parts along axis with the given sizes, in order. One output a part. */
  split: { readonly axis: number; readonly sizes: readonly number[] };
  /** (x1, x2, …) -> joined along axis. */
  concat: { readonly axis: number };
  /**
   * (a, b, bias?) -> op(a) op(b) (+ bias). Operands are read as matrices (leading extents flattened to rows).
   * Result: leading extents of a (when !transA) or [columns of a], then columns of op(b). bias [columns].
   */
  matmul: { readonly transA: boolean; readonly transB: boolean; readonly bias: boolean };
  /** (x) -> sum over all extents but the last [N] ('rows'), over the last [leading extents] ('last'), or all []; mean divides. */
  reduceSum: { readonly over: 'rows' | 'last' | 'all'; readonly mean: boolean };
  /** (x) -> x repeated in front: shape [...leading, ...x.shape]. Gradient of suffix reductions. */
  broadcast: { readonly leading: readonly number[] };
  /** (ids i32 […], table [V, D]) -> […, D]. */
  embedding: Record<never, never>;
  /** (ids i32 […], dy […, D]) -> [V, D]; rows added in order of position. */
  embeddingGrad: { readonly rows: number };
  /** (x […, N], weight [N]) -> y, rstd [R]: x rsqrt(mean x^2 + eps) weight. */
  rmsNorm: { readonly eps: number };
  /** (x, weight, rstd, dy) -> dx, dweight. */
  rmsNormGrad: { readonly eps: number };
  /** (x […, N], weight [N], bias [N]) -> y, mean [R], rstd [R]; biased variance. */
  layerNorm: { readonly eps: number };
  /** (x, weight, mean, rstd, dy) -> dx, dweight, dbias. */
  layerNormGrad: { readonly eps: number };
  /**
   * (x [B, T, C], weight [C, K], bias [C], context? [B, K-1, C]) -> y [B, T, C]. Depthwise, causal, tap K-1 = current step:
   * y[t] = bias + sum_k weight[k] x[t - (K-1) + k]; x before 0 comes from context (oldest first) or is 0.
   */
  causalConv: { readonly context: boolean };
  /** (x, weight, dy, context?) -> dx, dweight, dbias (, dcontext). */
  causalConvGrad: { readonly context: boolean };
  /**
   * (logits […, V], targets i32 […]) -> loss [], lse [R], count []. Mean (or sum) over rows whose target is not -1; count = those rows.
   * Label smoothing spreads over all classes, the target included (torch). No valid row: loss 0.
   */
  softmaxCrossEntropy: { readonly labelSmoothing: number; readonly reduction: 'mean' | 'sum' };
  /** (logits, targets, lse, count, dloss []) -> dlogits; may be in place of logits. */
  softmaxCrossEntropyGrad: { readonly labelSmoothing: number; readonly reduction: 'mean' | 'sum' };
  /** (logits […, V], targets i32 […]) -> [2]: rows whose first largest logit is the target, rows with target >= 0. */
  accuracy: Record<never, never>;
  /** (prediction […], target […], mask […]) -> loss [], count []: mean of squared differences where mask is 1. */
  meanSquaredError: Record<never, never>;
  /** (prediction, target, mask, count, dloss []) -> dprediction. */
  meanSquaredErrorGrad: Record<never, never>;
  /** (x, counter i32 [4] = seed low, seed high, step low, step high) -> x mask / (1 - rate); mask from Philox(stream, counter, element). Its own gradient. */
  dropout: { readonly rate: number; readonly stream: number };
  /** (a [B, T, H], b [B, T, H], h0? [B, H]) -> h: h_t = a_t h_{t-1} + b_t. */
  linearScan: { readonly initial: boolean };
  /** (a, h, dh, h0?) -> da, db (, dh0). */
  linearScanGrad: { readonly initial: boolean };
  /** (x [B, T, H]) -> running sum over T; reverse = from the end. */
  cumulativeSum: { readonly reverse: boolean };
  /** (x [B, T, H]) -> y_t = log sum_{s <= t} exp x_s, numerically safe. */
  logCumulativeSumExp: Record<never, never>;
  /** (x, y, dy) -> dx, by the stable reverse recurrence s_t = dy_t + s_{t+1} exp(y_t - y_{t+1}), dx_t = s_t exp(x_t - y_t). */
  logCumulativeSumExpGrad: Record<never, never>;
  /** (u [B, T, 2H] = [z | candidate] pre-activations, h0? [B, H]) -> h [B, T, H]: h = (1 - z) h + z cand. Paper eq. of minGRU. */
  minGru: { readonly candidate: Candidate; readonly initial: boolean };
  /** (u, h, dh, h0?) -> du (, dh0); recomputes gates from u. */
  minGruGrad: { readonly candidate: Candidate; readonly initial: boolean };
  /** (u [B, T, 3H] = [f | i | candidate], h0?) -> h: h = f h + i cand; normalised: f/(f+i), i/(f+i). */
  minLstm: { readonly candidate: Candidate; readonly normalised: boolean; readonly initial: boolean };
  /** (u, h, dh, h0?) -> du (, dh0). */
  minLstmGrad: { readonly candidate: Candidate; readonly normalised: boolean; readonly initial: boolean };
  /**
   * (gx [B, T, 3H] = W_ih x + b_ih in order r | z | n, weight [3H, H], bias [3H], h0? [B, H]) -> h [B, T, H], gates [B, T, 4H] = r, z, n, W_hn h + b_hn.
   * n = tanh(gx_n + r (W_hn h + b_hn)); h = (1 - z) n + z h: torch's GRU (reset after the product).
   */
  gru: { readonly initial: boolean };
  /** (weight, h, gates, dh, h0?) -> dgx, dweight, dbias (, dh0). */
  gruGrad: { readonly initial: boolean };
  /**
   * (gx [B, T, 4H] in order i | f | g | o with both biases added, weight [4H, H], h0? [B, H], c0? [B, H]) -> h, c [B, T, H], gates [B, T, 4H].
   * `layer`: (x [B, T, D], weight, weightIh [4H, D], bias [4H], h0?, c0?), gx = W_ih x + bias made inside, as a library's whole layer does.
   * Only devices with kernels for a whole layer compute that form; the others refuse it.
   */
  lstm: { readonly initial: boolean; readonly layer?: boolean };
  /**
   * (weight, h, c, gates, dh, dc, h0?, c0?) -> dgx, dweight (, dh0, dc0). dc = gradient arriving at every c_t (zeros but for the last, usually).
   * `layer`: (weight, h, c, gates, dh, dc, x, weightIh, h0?, c0?) -> dx, dweight, dweightIh, dbias (, dh0, dc0).
   * `through`: (weight, h, c, gates, dh, x, weightIh, h0?, c0?) -> dgx and the same, where nothing arrives at the cells: the cpu device makes this form of a
   * graph (device/cpu/fuse-layers.ts), others refuse it.
   */
  lstmGrad: { readonly initial: boolean; readonly layer?: boolean; readonly through?: boolean };
  /** (gx [B, T, H] with both biases added, weight [H, H], h0?) -> h: h = tanh(gx + W h). */
  elman: { readonly initial: boolean };
  /** (weight, h, dh, h0?) -> dgx, dweight (, dh0). */
  elmanGrad: { readonly initial: boolean };
  /** (variable, value) -> (); copies the value into the variable. Mutates 0. */
  assign: Record<never, never>;
  /** (variable, value, factor []) -> (); variable += factor value. Gradient accumulation. Mutates 0. */
  accumulate: Record<never, never>;
  /** (g1, g2, …) -> norm [], factor []: L2 norm over all and min(1, max / (norm + 1e-6)) as torch clips; max 0 = factor 1; a norm that is not finite = factor NaN. */
  globalNorm: { readonly max: number };
  /**
   * (p, m, v, g, factor [], hyper [4] = learning rate, 1 - beta1^t, 1 - beta2^t, unused) -> (). Mutates 0, 1, 2.
   * A factor that is not finite leaves p, m, v as they are, so that a broken step can be looked at and taken back.
   * decoupled: p *= 1 - lr wd first (AdamW), else g += wd p (Adam). p -= lr (m / c1) / (sqrt(v / c2) + eps). g is read times factor.
   */
  adam: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
    readonly decoupled: boolean;
  };
  /** (p, momentum, g, factor [], hyper [4]) -> (). buf = momentum buf + g + wd p; p -= lr buf. First step as torch: buf = g. Factor not finite: nothing changes. Mutates 0, 1. */
  sgd: { readonly momentum: number; readonly weightDecay: number };
}

export type OpKind = keyof OpAttrs;
