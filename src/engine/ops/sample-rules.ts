// How each op is done for a part of the batch, by kind; complete by type. Read by the planner of the slab schedule; knows no device.
import { rowsOf, type TensorType } from '../core/tensor.ts';
import type { Fate, Role, SampleRule, Split, SplitQuestion } from '../plan/slab/sample-rule.ts';
import { COUNT_TARGETS } from '../plan/slab/slab-ops.ts';
import { isPresent, type ScanAttrs } from '../kernel/cell.ts';
import { inputOperands, type ScanKernel } from '../kernel/scan.ts';
import { forCells } from './cells.ts';
import type { OpAttrs, OpKind } from './kinds.ts';

const [P, W]: readonly Role[] = ['samples', 'shared'];
const S: Fate = 'samples';
const D: Fate = 'sum';

/** The same roles whatever the attributes. Inputs beyond the list are optional starting states: pieces, like the gradients they get. */
const always =
  (inputs: readonly Role[], outputs: readonly Fate[]): SampleRule<object> =>
  (question) => ({
    inputs: question.inputs.map((_, i) => inputs[i] ?? P),
    outputs: question.outputs.map((_, i) => outputs[i] ?? S),
  });

const piecewise = always([], []);

/** As `always`, for cells that multiply by a matrix each time step: one sample at a time, the matrix would be read again for each. */
const recurrent =
  (inputs: readonly Role[], outputs: readonly Fate[]): SampleRule<object> =>
  (question) => {
    const split = always(inputs, outputs)(question, {});
    return split && { ...split, together: true };
  };

/** An op on an axis behind the first: pieces stay pieces. */
const along =
  <A extends { readonly axis: number }>(): SampleRule<A> =>
  (question, { axis }) =>
    axis > 0 ? piecewise(question, {}) : null;

/** Extents [first, …] for a piece, where `first` counts whole samples of the batch. */
function pieceOf(shape: readonly number[], { batch, part }: SplitQuestion): readonly number[] | null {
  const [first = 0, ...rest] = shape;
  return first % batch === 0 && first > 0 ? [(first / batch) * part, ...rest] : null;
}

const constantRule: SampleRule<OpAttrs['constant']> = (question, { shape, value }) => {
  const piece = pieceOf(shape, question);
  return piece && { inputs: [], outputs: [S], attrs: { shape: piece, value } };
};

const reshapeRule: SampleRule<OpAttrs['reshape']> = (question, { shape }) => {
  if (question.sums[0] === true) return { inputs: [], outputs: [D] };
  const piece = pieceOf(shape, question);
  return piece && { inputs: [P], outputs: [S], attrs: { shape: piece } };
};

const broadcastRule: SampleRule<OpAttrs['broadcast']> = (question, { leading }) => {
  const piece = pieceOf(leading, question);
  return piece && { inputs: [W], outputs: [S], attrs: { leading: piece } };
};

/** A product of fewer rows does not pay for packing the matrix. */
const FEW_ROWS = 16;

const rank = (type: TensorType | undefined): number => type?.shape.length ?? 0;

/** Sums of two sums add up; a suffix b is the same for all pieces. */
const binaryRule: SampleRule<OpAttrs['binary']> = ({ inputs, sums }, { fn }) => {
  const [a, b] = inputs;
  if (sums[0] === true && sums[1] === true && rank(a) === rank(b)) {
    return fn === 'add' || fn === 'sub' ? { inputs: [], outputs: [D] } : null;
  }
  return { inputs: [P, rank(a) === rank(b) ? P : W], outputs: [S] };
};

/** x W for rows of samples; x^T dy is a sum over them, so both have a row for each. */
const matmulRule: SampleRule<OpAttrs['matmul']> = ({ inputs, samples, batch }, { transA, transB, bias }) => {
  const [a = { shape: [], dtype: 'f32' }] = inputs;
  const together = rowsOf(a.shape) / batch < FEW_ROWS;
  if (transA && !transB && !bias) return { inputs: [P, P], outputs: [D], together };
  if (transA || samples[1] === true || a.shape.length < 2) return null;
  return { inputs: bias ? [P, W, W] : [P, W], outputs: [S], together };
};

const reduceSumRule: SampleRule<OpAttrs['reduceSum']> = ({ inputs }, { over, mean }) => {
  if (over === 'last') return rank(inputs[0]) > 1 ? { inputs: [P], outputs: [S] } : null;
  return mean ? null : { inputs: [P], outputs: [D] };
};

/** The mask is drawn by the number of the element in the batch, which a piece knows. */
const dropoutRule: SampleRule<OpAttrs['dropout']> = () => ({ inputs: [P, W], outputs: [S] });

const crossEntropyRule: SampleRule<OpAttrs['softmaxCrossEntropy']> = (_, { reduction }): Split => ({
  inputs: [P, P],
  outputs: [reduction === 'mean' ? 'mean' : D, S, 'count'],
  count: { op: COUNT_TARGETS, input: 1, attrs: {} },
});

const squaredErrorRule: SampleRule<OpAttrs['meanSquaredError']> = (): Split => ({
  inputs: [P, P, P],
  outputs: ['mean', 'count'],
  count: { op: 'reduceSum', input: 2, attrs: { over: 'all', mean: false } },
});

/** Changes variables: only after everything is added up. */
const never: SampleRule<object> = () => null;

/** Numbers of a channel are the same for all samples. */
const cellRule =
  (kernel: ScanKernel): SampleRule<ScanAttrs> =>
  (question, attrs) => {
    const present = inputOperands(kernel).filter(isPresent(attrs));
    return always(
      present.map(({ extent }) => (extent === 'channel' ? W : P)),
      [],
    )(question, {});
  };

export const sampleRules = {
  constant: constantRule,
  binary: binaryRule,
  unary: piecewise,
  unaryGrad: piecewise,
  affine: piecewise,
  reshape: reshapeRule,
  slice: along(),
  pad: along(),
  split: along(),
  concat: along(),
  matmul: matmulRule,
  reduceSum: reduceSumRule,
  broadcast: broadcastRule,
  embedding: always([P, W], [S]),
  embeddingGrad: always([P, P], [D]),
  rmsNorm: always([P, W], [S, S]),
  rmsNormGrad: always([P, W, P, P], [S, D]),
  layerNorm: always([P, W, W], [S, S, S]),
  layerNormGrad: always([P, W, P, P, P], [S, D, D]),
  causalConv: always([P, W, W], [S]),
  causalConvGrad: always([P, W, P], [S, D, D]),
  softmaxCrossEntropy: crossEntropyRule,
  softmaxCrossEntropyGrad: always([P, P, P, W, W], [S]),
  accuracy: always([P, P], [D]),
  meanSquaredError: squaredErrorRule,
  meanSquaredErrorGrad: always([P, P, P, W, W], [S]),
  dropout: dropoutRule,
  linearScan: piecewise,
  linearScanGrad: piecewise,
  cumulativeSum: piecewise,
  logCumulativeSumExp: piecewise,
  logCumulativeSumExpGrad: piecewise,
  minGru: piecewise,
  minGruGrad: piecewise,
  minLstm: piecewise,
  minLstmGrad: piecewise,
  gru: recurrent([P, W, W], [S, S]),
  gruGrad: recurrent([W, P, P, P], [S, D, D]),
  lstm: recurrent([P, W], [S, S, S]),
  lstmGrad: recurrent([W], [S, D]),
  elman: recurrent([P, W], [S]),
  elmanGrad: recurrent([W], [S, D]),
  assign: never,
  accumulate: never,
  globalNorm: never,
  adam: never,
  sgd: never,
  ...forCells(({ kernel }) => cellRule(kernel)),
} satisfies { [K in OpKind]: SampleRule<OpAttrs[K]> };
