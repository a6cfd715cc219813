// Cases of ops on rows and matrices: products, sums, norms, losses, embeddings.
import { sizeOf } from '../core/tensor.ts';
import { given, givenIntegers, ids, mask, normal, positive, targets, wide, type OpCase } from './cases.ts';

const sizes: readonly (readonly [rows: number, inner: number, columns: number])[] = [
  [1, 1, 1],
  [1, 7, 3],
  [5, 8, 8],
  [6, 9, 17],
  [65, 33, 10],
  [12, 1, 5],
  [130, 64, 40],
];

function matmulCases(): OpCase<'matmul'>[] {
  const flags = [false, true];
  const made: OpCase<'matmul'>[] = [];
  for (const [rows, inner, columns] of sizes) {
    for (const transA of flags) {
      for (const transB of flags) {
        const bias = (rows + Number(transA) + Number(transB)) % 2 === 0;
        const a = transA ? normal(inner, rows) : normal(rows, inner);
        const b = transB ? normal(columns, inner) : normal(inner, columns);
        made.push({
          name: `matmul ${rows}x${inner}x${columns}${transA ? ' TA' : ''}${transB ? ' TB' : ''}${bias ? ' bias' : ''}`,
          attrs: { transA, transB, bias },
          inputs: bias ? [a, b, normal(columns)] : [a, b],
        });
      }
    }
  }
  return made;
}

const rankCases: OpCase<'matmul'>[] = [
  {
    name: 'matmul of a sequence with bias',
    attrs: { transA: false, transB: true, bias: true },
    inputs: [normal(2, 5, 7), normal(9, 7), normal(9)],
  },
  {
    name: 'matmul of two sequences, transposed',
    attrs: { transA: true, transB: false, bias: false },
    inputs: [normal(2, 5, 7), normal(2, 5, 3)],
  },
  {
    name: 'matmul of one row',
    attrs: { transA: false, transB: false, bias: false },
    inputs: [normal(7), normal(7, 3)],
  },
  {
    name: 'matmul, both transposed, rank 3',
    attrs: { transA: true, transB: true, bias: false },
    inputs: [normal(2, 3, 4), normal(5, 6)],
  },
];

function reduceSumCases(): OpCase<'reduceSum'>[] {
  const overs = ['rows', 'last', 'all'] as const;
  const shapes = [[1], [7], [3, 5], [2, 65, 3], [257, 4]];
  return overs.flatMap((over) =>
    shapes.flatMap((shape) =>
      [false, true].map((mean) => ({
        name: `reduceSum ${over}${mean ? ' mean' : ''} [${shape.join(', ')}]`,
        attrs: { over, mean },
        inputs: [normal(...shape)],
      })),
    ),
  );
}

const rowShapes = [[1, 1], [3, 5], [2, 5, 33], [65, 4], [7]];

/** With a width of one, y is little more than the sign of x, and its gradient is what eps leaves of it. */
const rmsNormCases: OpCase<'rmsNorm'>[] = rowShapes.map((shape) => ({
  name: `rmsNorm [${shape.join(', ')}]`,
  attrs: { eps: 1e-6 },
  inputs: [normal(...shape), normal(shape[shape.length - 1])],
  differentiable: [0],
}));

const layerNormCases: OpCase<'layerNorm'>[] = rowShapes.map((shape) => ({
  name: `layerNorm [${shape.join(', ')}]`,
  attrs: { eps: 1e-5 },
  inputs: [normal(...shape), normal(shape[shape.length - 1]), normal(shape[shape.length - 1])],
  differentiable: [0],
}));

function crossEntropyCases(): OpCase<'softmaxCrossEntropy'>[] {
  const shapes = [
    [1, 2],
    [6, 5],
    [2, 65, 17],
    [9, 65],
  ];
  const settings = [
    { labelSmoothing: 0, reduction: 'mean' },
    { labelSmoothing: 0.1, reduction: 'mean' },
    { labelSmoothing: 0, reduction: 'sum' },
  ] as const;
  const regular = shapes.flatMap((shape) =>
    settings.map((attrs) => ({
      name: `softmaxCrossEntropy [${shape.join(', ')}] ${attrs.reduction} ${attrs.labelSmoothing}`,
      attrs,
      inputs: [normal(...shape), targets(shape[shape.length - 1], ...shape.slice(0, -1))],
      differentiable: [0],
    })),
  );
  const large = {
    name: 'softmaxCrossEntropy of large logits',
    attrs: settings[0],
    inputs: [given([300, -300, 0, 80, 90, -1e4], [2, 3]), givenIntegers(0, 1)],
    differentiable: [0],
  };
  const none = {
    name: 'softmaxCrossEntropy without a valid row',
    attrs: settings[0],
    inputs: [normal(2, 3), givenIntegers(-1, -1)],
    differentiable: [0],
  };
  return [...regular, large, none];
}

export const matrixCases = {
  matmul: [...matmulCases(), ...rankCases],
  reduceSum: reduceSumCases(),
  embedding: [
    { name: 'embedding of a sequence', attrs: {}, inputs: [ids(6, 2, 65), normal(6, 5)] },
    { name: 'embedding of one', attrs: {}, inputs: [ids(3, 1), normal(3, 1)] },
    { name: 'embedding wide', attrs: {}, inputs: [ids(65, 130), normal(65, 33)] },
  ] satisfies OpCase<'embedding'>[],
  rmsNorm: rmsNormCases,
  layerNorm: layerNormCases,
  softmaxCrossEntropy: crossEntropyCases(),
  accuracy: [
    { name: 'accuracy', attrs: {}, inputs: [normal(2, 65, 5), targets(5, 2, 65)] },
    {
      name: 'accuracy with ties',
      attrs: {},
      inputs: [given([1, 1, 0, 2, 3, 3, 5, 5, 5], [3, 3]), givenIntegers(0, 2, 0)],
    },
    { name: 'accuracy of one row', attrs: {}, inputs: [normal(1, 33), ids(33, 1)] },
  ] satisfies OpCase<'accuracy'>[],
  meanSquaredError: [[1], [7], [2, 65, 3]].map((shape): OpCase<'meanSquaredError'> => ({
    name: `meanSquaredError [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape), sizeOf(shape) === 1 ? positive(1) : mask(...shape)],
    differentiable: [0],
    wanted: [0],
  })),
  dropout: [
    { name: 'dropout', attrs: { rate: 0.3, stream: 77 }, inputs: [wide(3, 65), givenIntegers(1, 0, 5, 0, 0)] },
    { name: 'dropout off', attrs: { rate: 0, stream: 1 }, inputs: [normal(7), givenIntegers(-9, 3, -1, 2, 0)] },
    {
      name: 'dropout of a later step',
      attrs: { rate: 0.75, stream: 0xffffffff },
      inputs: [normal(2, 5, 33), givenIntegers(-2, 7, 100000, 1, 0)],
    },
    ...[1, 2, 3].map((first): OpCase<'dropout'> => ({
      name: `dropout of a part that begins with sample ${first}, within a block`,
      attrs: { rate: 0.4, stream: 5 },
      inputs: [wide(3, 5, 333), givenIntegers(3, 0, 9, 0, first)],
    })),
    {
      name: 'dropout of a sample far into a batch',
      attrs: { rate: 0.4, stream: 5 },
      inputs: [wide(2, 65), givenIntegers(3, 0, 9, 0, 2_100_000_001)],
    },
    { name: 'dropout of one', attrs: { rate: 0.5, stream: 3 }, inputs: [normal(1), givenIntegers(0, 0, 0, 0, 0)] },
  ] satisfies OpCase<'dropout'>[],
};
