// Ops as functions for authors of models: builder first, values in, values out. Adds nodes only; independent of devices.
import type { Shape } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { byRows, byRowsOfAll, eachByRows, isLast, isLookedUp, isRow } from './by-table.ts';
import { call, callOne } from './call.ts';
import type { BinaryFn, Candidate, GateFn, OpAttrs, UnaryFn } from './kinds.ts';

export { adam, sgd } from './updates.ts';

type B = GraphBuilder;
type V = ValueId;

const some = (value: V | null | undefined): readonly V[] => (value === null || value === undefined ? [] : [value]);

/** shape filled with value. */
export const constant = (b: B, shape: Shape, value: number): V => callOne(b, 'constant', [], { shape, value });

/** x fn y, elementwise; y may be the end of x's shape (a row, a scalar). */
export const binary = (b: B, fn: BinaryFn, x: V, y: V): V => {
  const make = (one: V): V => callOne(b, 'binary', [one, y], { fn });
  return isRow(b, x, y) ? byRows(b, x, make) : make(x);
};
export const add = (b: B, x: V, y: V): V => binary(b, 'add', x, y);
export const sub = (b: B, x: V, y: V): V => binary(b, 'sub', x, y);
export const mul = (b: B, x: V, y: V): V => binary(b, 'mul', x, y);
export const div = (b: B, x: V, y: V): V => binary(b, 'div', x, y);
export const max = (b: B, x: V, y: V): V => binary(b, 'max', x, y);

/** fn(x), elementwise. */
export const unary = (b: B, fn: UnaryFn, x: V): V => byRows(b, x, (one) => callOne(b, 'unary', [one], { fn }));
export const neg = (b: B, x: V): V => unary(b, 'neg', x);
export const exp = (b: B, x: V): V => unary(b, 'exp', x);
export const log = (b: B, x: V): V => unary(b, 'log', x);
export const sigmoid = (b: B, x: V): V => unary(b, 'sigmoid', x);
export const tanh = (b: B, x: V): V => unary(b, 'tanh', x);
export const relu = (b: B, x: V): V => unary(b, 'relu', x);
export const silu = (b: B, x: V): V => unary(b, 'silu', x);
export const gelu = (b: B, x: V): V => unary(b, 'gelu', x);
export const geluErf = (b: B, x: V): V => unary(b, 'geluErf', x);
export const softplus = (b: B, x: V): V => unary(b, 'softplus', x);
export const square = (b: B, x: V): V => unary(b, 'square', x);
export const sqrt = (b: B, x: V): V => unary(b, 'sqrt', x);
export const reciprocal = (b: B, x: V): V => unary(b, 'reciprocal', x);
export const oneMinus = (b: B, x: V): V => unary(b, 'oneMinus', x);
/** The positive candidate of minGRU and minLSTM: x + 0.5 for x >= 0, else sigmoid(x). */
export const g = (b: B, x: V): V => unary(b, 'g', x);
/** log g(x), without computing g. */
export const logG = (b: B, x: V): V => unary(b, 'logG', x);
export const elu = (b: B, x: V): V => unary(b, 'elu', x);
export const leakyRelu = (b: B, x: V): V => unary(b, 'leakyRelu', x);

/** x fn(gate), of one shape: one pass over both, unless the gate's rows were looked up, where the function is computed on their table. */
export const gatedBy = (b: B, fn: GateFn, x: V, opening: V): V =>
  b.program.asWritten || isLookedUp(b, opening)
    ? mul(b, x, unary(b, fn, opening))
    : callOne(b, 'gate', [x, opening], { fn });

/** scale x + shift. */
export const affine = (b: B, x: V, scale: number, shift = 0): V => callOne(b, 'affine', [x], { scale, shift });

/** Same data in another shape. */
export const reshape = (b: B, x: V, shape: Shape): V => callOne(b, 'reshape', [x], { shape });

/** x [B, T, H] -> the same from its last position to its first. */
export const reverse = (b: B, x: V): V => callOne(b, 'reverse', [x], {});

/** x[start, start + length) along axis. */
export const slice = (b: B, x: V, axis: number, start: number, length: number): V =>
  callOne(b, 'slice', [x], { axis, start, length });

/** Zeros of extent `size` along axis with x from `start` on. */
export const pad = (b: B, x: V, axis: number, start: number, size: number): V =>
  callOne(b, 'pad', [x], { axis, start, size });

/** Parts of x along axis, one per size: as many as are written down. */
export const split = <const S extends readonly number[]>(b: B, x: V, axis: number, sizes: S): Parts<S> => {
  const make = (one: V): readonly V[] => call(b, 'split', [one], { axis: one === x ? axis : 1, sizes });
  return (isLast(b, x, axis) ? eachByRows(b, x, make) : make(x)) as Parts<S>;
};
type Parts<S extends readonly number[]> = { readonly [K in keyof S]: V };

/** Values joined along axis. */
export const concat = (b: B, values: readonly V[], axis: number): V => {
  const make = (all: readonly V[]): V => callOne(b, 'concat', all, { axis: all === values ? axis : 1 });
  return isLast(b, values[0], axis) ? byRowsOfAll(b, values, make) : make(values);
};

/** op(x) op(w) (+ bias), leading extents flattened to rows. `transB` for weights in [out, in] order. */
export const matmul = (
  b: B,
  x: V,
  w: V,
  options: { readonly transA?: boolean; readonly transB?: boolean; readonly bias?: V | null } = {},
): V => {
  const bias = some(options.bias);
  const attrs = { transA: options.transA ?? false, transB: options.transB ?? false, bias: bias.length > 0 };
  const make = (one: V): V => callOne(b, 'matmul', [one, w, ...bias], attrs);
  return attrs.transA ? make(x) : byRows(b, x, make);
};

/** y = W x + bias, W [out, in] as in torch.nn.Linear. */
export const linear = (b: B, x: V, weight: V, bias?: V | null): V => matmul(b, x, weight, { transB: true, bias });

/** The same with blocks [G, out, in] on the diagonal of the matrix: [..., G in] -> [..., G out]. */
export const blockLinear = (b: B, x: V, weight: V): V =>
  byRows(b, x, (one) => callOne(b, 'blockLinear', [one, weight], {}));

/** Sum over all extents but the last ('rows'), the last ('last') or all. */
export const reduceSum = (b: B, x: V, over: OpAttrs['reduceSum']['over']): V =>
  callOne(b, 'reduceSum', [x], { over, mean: false });

/** As reduceSum, divided by the number of elements summed. */
export const reduceMean = (b: B, x: V, over: OpAttrs['reduceSum']['over']): V =>
  callOne(b, 'reduceSum', [x], { over, mean: true });

/** x repeated in front: [...leading, ...shape of x]. */
export const broadcast = (b: B, x: V, leading: Shape): V => callOne(b, 'broadcast', [x], { leading });

/** Rows of table [V, D] by ids: […, D]. */
export const embedding = (b: B, ids: V, table: V): V => callOne(b, 'embedding', [ids, table], {});

/** x / rms(x) weight, by rows. */
export const rmsNorm = (b: B, x: V, weight: V, eps = 1e-6): V =>
  byRows(b, x, (one) => callOne(b, 'rmsNorm', [one, weight], { eps }));

/** Rows rounded at a scale of their own: to 256 levels, or to -1, 0 and 1. The gradient passes straight through. */
export const quantise = (b: B, x: V, to: OpAttrs['quantise']['to']): V =>
  byRows(b, x, (one) => callOne(b, 'quantise', [one], { to }));

/** (x - mean) / deviation weight + bias, by rows. */
export const layerNorm = (b: B, x: V, weight: V, bias: V, eps = 1e-5): V =>
  byRows(b, x, (one) => callOne(b, 'layerNorm', [one, weight, bias], { eps }));

/** Depthwise causal filter over time; weight [C, K], context [B, K-1, C] = the inputs before x, oldest first. */
export const causalConv = (b: B, x: V, weight: V, bias: V, context?: V | null): V => {
  const carried = some(context);
  return callOne(b, 'causalConv', [x, weight, bias, ...carried], { context: carried.length > 0 });
};

/** Classification loss; targets of -1 are ignored. Count is the number of rows that are not. */
export const softmaxCrossEntropy = (
  b: B,
  logits: V,
  targets: V,
  options: Partial<OpAttrs['softmaxCrossEntropy']> = {},
): { readonly loss: V; readonly lse: V; readonly count: V } => {
  const attrs = { labelSmoothing: options.labelSmoothing ?? 0, reduction: options.reduction ?? 'mean' };
  const [loss, lse, count] = call(b, 'softmaxCrossEntropy', [logits, targets], attrs);
  return { loss, lse, count };
};

/** [hits, rows counted], shape [2]. */
export const accuracy = (b: B, logits: V, targets: V): V => callOne(b, 'accuracy', [logits, targets], {});

/** Regression loss over elements whose mask is 1, and their count. */
export const meanSquaredError = (b: B, prediction: V, target: V, mask: V): { readonly loss: V; readonly count: V } => {
  const [loss, count] = call(b, 'meanSquaredError', [prediction, target, mask], {});
  return { loss, count };
};

/** x with elements dropped at `rate`; counter i32 [4] = seed low, seed high, step low, step high. */
export const dropout = (b: B, x: V, counter: V, rate: number, stream: number): V =>
  callOne(b, 'dropout', [x, counter], { rate, stream });

/** What a recurrence over time gives: a result for each step, and the states after the last one, as the next part of the sequence starts from. */
export interface ScanResult {
  readonly y: V;
  readonly final: readonly [V, ...V[]];
}

/** The states before the first step, as `final` gives them; none = zeros. */
export type ScanStart = readonly V[] | null;

/** Row `place` of a sequence [B, T, N]: [B, N]. */
export function rowOf(b: B, x: V, place: number): V {
  const [batch = 1, time = 1, width = 1] = b.shape(x);
  return reshape(b, time === 1 ? x : slice(b, x, 1, place, 1), [batch, width]);
}

/** A recurrence whose states [B, T, N] are kept for every step: the final ones are their last row, a node that costs nothing where nobody reads it. */
export function scanOf(b: B, y: V, first: V = y, ...others: readonly V[]): ScanResult {
  const last = (states: V): V => rowOf(b, states, (b.shape(states)[1] ?? 1) - 1);
  return { y, final: [last(first), ...others.map(last)] };
}
/** The first columns of x [B, T, N] turned by their positions. */
export const rotary = (b: B, x: V, attrs: Omit<OpAttrs['rotary'], 'inverse'>): V =>
  callOne(b, 'rotary', [x], { ...attrs, inverse: false });

/** One step of it that writes its row into a cache variable: o [B, values] from qkv [B, N], cache [B, P, keys | values], position [B, 1]. */
export const attentionStep = (b: B, [qkv, cache, position]: readonly [V, V, V], attrs: OpAttrs['attentionStep']): V =>
  callOne(b, 'attentionStep', [qkv, cache, position], attrs);

/** Attention that looks back: o [B, T, values] from queries | keys | values [B, T, N] of all heads, with rows before them. */
export const attention = (
  b: B,
  qkv: V,
  attrs: Omit<OpAttrs['attention'], 'past' | 'shares'> & Partial<Pick<OpAttrs['attention'], 'shares'>>,
  past: { readonly rows: V; readonly filled: V } | null,
): V =>
  callOne(b, 'attention', [qkv, ...(past === null ? [] : [past.rows, past.filled])], {
    shares: 'softmax',
    ...attrs,
    past: past !== null,
  });

/** Each channel of x [B, S, C] filtered by as many taps as `kernel` [K, C] has: its last `rows` rows, or backwards its first ones. */
export const longConvolution = (b: B, x: V, kernel: V, attrs: OpAttrs['longConvolution']): V =>
  callOne(b, 'longConvolution', [x, kernel], attrs);

/** Re(sum over modes of c a^l) for l < rows, from a and c [C, N]: [rows, C]. */
export const modalKernel = (
  b: B,
  a: { readonly re: V; readonly im: V },
  c: { readonly re: V; readonly im: V },
  rows: number,
): V => callOne(b, 'modalKernel', [a.re, a.im, c.re, c.im], { rows });

/** A matrix a head that keys write, queries read and decays fade: o [B, T, heads dv], q n [B, T, heads] if sums are asked for, the last matrices. */
export const matrixState = (
  b: B,
  [q, k, v]: readonly [q: V, k: V, v: V],
  decay: V | null,
  start: V | null,
  attrs: Omit<OpAttrs['matrixState'], 'initial'>,
): { readonly o: V; readonly weight: V | null; readonly final: V } => {
  const found = call(b, 'matrixState', [q, k, v, ...some(decay), ...some(start)], {
    ...attrs,
    initial: start !== null,
  });
  const [o, second, third] = found;
  return attrs.sums ? { o, weight: second, final: third } : { o, weight: null, final: second };
};

/** h_t = a_t h_{t-1} + b_t over [B, T, H]. */
export const linearScan = (b: B, decay: V, input: V, start: ScanStart = null): ScanResult =>
  scanOf(b, callOne(b, 'linearScan', [decay, input, ...(start ?? [])], { initial: start !== null }));

/** The same over complex numbers: u [B, T, 4H] = a real | a imaginary | b real | b imaginary, h [B, T, 2H] = real | imaginary. */
export const complexScan = (b: B, u: V, start: ScanStart = null): ScanResult =>
  scanOf(b, callOne(b, 'complexScan', [u, ...(start ?? [])], { initial: start !== null }));

/** Running sum over T of [B, T, H]; `reverse` from the last position to the first, where it then ends. */
export const cumulativeSum = (b: B, x: V, reverse = false): ScanResult => {
  const y = callOne(b, 'cumulativeSum', [x], { reverse });
  return reverse ? { y, final: [rowOf(b, y, 0)] } : scanOf(b, y);
};

/** Running log-sum-exp over T of [B, T, H]. */
export const logCumulativeSumExp = (b: B, x: V): ScanResult => scanOf(b, callOne(b, 'logCumulativeSumExp', [x], {}));

/** minGRU from pre-activations u [B, T, 2H] = [z | candidate]: h [B, T, H]. */
export const minGru = (b: B, u: V, start: ScanStart, candidate: Candidate): ScanResult =>
  scanOf(b, callOne(b, 'minGru', [u, ...(start ?? [])], { candidate, initial: start !== null }));

/** minLSTM from pre-activations u [B, T, 3H] = [f | i | candidate]: h [B, T, H]. */
export const minLstm = (b: B, u: V, start: ScanStart, candidate: Candidate, normalised: boolean): ScanResult =>
  scanOf(b, callOne(b, 'minLstm', [u, ...(start ?? [])], { candidate, normalised, initial: start !== null }));

/** GRU over time; gx [B, T, 3H] = W_ih x + b_ih in order r | z | n: h [B, T, H]. */
export const gru = (b: B, gx: V, weight: V, bias: V, start: ScanStart): ScanResult =>
  scanOf(b, callOne(b, 'gru', [gx, weight, bias, ...(start ?? [])], { initial: start !== null }));

/** LSTM over time; gx [B, T, 4H] in order i | f | g | o with both biases added: h; its states are h and c. */
export const lstm = (b: B, gx: V, weight: V, start: ScanStart): ScanResult & { readonly cells: V } => {
  const [h, c] = call(b, 'lstm', [gx, weight, ...(start ?? [])], { initial: start !== null });
  return { ...scanOf(b, h, h, c), cells: c };
};

/** y_t = A_t y_{t-1} + b_t from zeros; A [B, T, H H] has no gradient. */
export const matrixScan = (b: B, matrix: V, input: V): V => callOne(b, 'matrixScan', [matrix, input], {});

/** sLSTM over time; gx [B, T, 4H] by heads, in each i | f | z | o: h; its states are h, and mean | logarithm of the weights. */
export const slstm = (b: B, gx: V, weight: V, start: ScanStart): ScanResult => {
  const [h, cells] = call(b, 'slstm', [gx, weight, ...(start ?? [])], { initial: start !== null });
  return scanOf(b, h, h, cells);
};

/** Elman RNN over time; gx [B, T, H] with both biases added: h [B, T, H]. */
export const elman = (b: B, gx: V, weight: V, start: ScanStart): ScanResult =>
  scanOf(b, callOne(b, 'elman', [gx, weight, ...(start ?? [])], { initial: start !== null }));

/** Copies value into a variable. */
export const assign = (b: B, variable: V, value: V): void => void call(b, 'assign', [variable, value], {});

/** variable += factor value. */
export const accumulate = (b: B, variable: V, value: V, factor: V): void =>
  void call(b, 'accumulate', [variable, value, factor], {});

/** [norm, factor] of all gradients together; max 0 = no clipping. */
export const globalNorm = (b: B, values: readonly V[], max: number): readonly [norm: V, factor: V] => {
  const [norm, factor] = call(b, 'globalNorm', values, { max });
  return [norm, factor];
};
