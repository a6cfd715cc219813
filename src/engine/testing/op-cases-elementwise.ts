// Cases of ops that work on elements or move them.
import type { Shape } from '../core/tensor.ts';
import type { BinaryFn, UnaryFn } from '../ops/kinds.ts';
import { given, normal, offZero, positive, wide, type OpCase } from './cases.ts';

const shapes: readonly Shape[] = [[], [1], [7], [3, 5], [2, 65, 3], [130]];

const unaryInputs: Readonly<Record<UnaryFn, typeof normal>> = {
  neg: normal,
  exp: normal,
  log: positive,
  sigmoid: normal,
  tanh: normal,
  relu: offZero,
  silu: normal,
  gelu: normal,
  geluErf: normal,
  softplus: normal,
  square: normal,
  sqrt: positive,
  reciprocal: positive,
  oneMinus: normal,
  g: offZero,
  logG: offZero,
  elu: offZero,
  leakyRelu: offZero,
  sin: wide,
  cos: wide,
  erf: normal,
  expm1: normal,
  log1p: positive,
};

function unaryCases(): OpCase<'unary'>[] {
  const functions = Object.entries(unaryInputs) as [UnaryFn, typeof normal][];
  return functions.flatMap(([fn, make]) =>
    shapes.map((shape) => ({ name: `unary ${fn} [${shape.join(', ')}]`, attrs: { fn }, inputs: [make(...shape)] })),
  );
}

function binaryCases(): OpCase<'binary'>[] {
  const functions: readonly BinaryFn[] = ['add', 'sub', 'mul', 'div', 'max'];
  const pairs: readonly (readonly [Shape, Shape])[] = [
    [[], []],
    [[7], [7]],
    [
      [3, 5],
      [3, 5],
    ],
    [[3, 5], [5]],
    [[3, 5], []],
    [
      [2, 65, 3],
      [65, 3],
    ],
    [[4, 1], [1]],
    [[130], []],
  ];
  return functions.flatMap((fn) =>
    pairs.map(([a, b]) => ({
      name: `binary ${fn} [${a.join(', ')}] [${b.join(', ')}]`,
      attrs: { fn },
      inputs: [normal(...a), fn === 'div' ? positive(...b) : normal(...b)],
    })),
  );
}

const affineCases: OpCase<'affine'>[] = [
  ...shapes.map((shape) => ({
    name: `affine [${shape.join(', ')}]`,
    attrs: { scale: -1.5, shift: 0.25 },
    inputs: [normal(...shape)],
  })),
  // The search for the first broken tensor and the mark of a broken step rest on this.
  {
    name: 'affine by 0 of numbers that are not finite',
    attrs: { scale: 0, shift: 0.25 },
    inputs: [given([1, Infinity, -Infinity, NaN, 0])],
    wanted: [],
  },
];

const constantCases: OpCase<'constant'>[] = shapes.map((shape) => ({
  name: `constant [${shape.join(', ')}]`,
  attrs: { shape, value: -1.5 },
  inputs: [],
}));

const axes = [0, 1, 2];

export const elementwiseCases = {
  constant: constantCases,
  unary: unaryCases(),
  binary: binaryCases(),
  affine: affineCases,
  reshape: [
    { name: 'reshape to matrix', attrs: { shape: [6, 5] }, inputs: [normal(2, 3, 5)] },
    { name: 'reshape to scalar', attrs: { shape: [] }, inputs: [normal(1, 1)] },
  ] satisfies OpCase<'reshape'>[],
  slice: axes.map((axis): OpCase<'slice'> => ({
    name: `slice axis ${axis}`,
    attrs: { axis, start: 1, length: 2 },
    inputs: [normal(3, 5, 7)],
  })),
  pad: axes.map((axis): OpCase<'pad'> => ({
    name: `pad axis ${axis}`,
    attrs: { axis, start: 2, size: 9 },
    inputs: [normal(3, 5, 7)],
  })),
  split: [
    { name: 'split axis 2', attrs: { axis: 2, sizes: [1, 4, 2] }, inputs: [normal(3, 5, 7)] },
    { name: 'split axis 0', attrs: { axis: 0, sizes: [2, 1] }, inputs: [normal(3, 5, 7)] },
    {
      name: 'split axis 1, one loss',
      attrs: { axis: 1, sizes: [2, 3] },
      inputs: [normal(3, 5, 7)],
      differentiable: [1],
    },
    { name: 'split whole', attrs: { axis: 0, sizes: [4] }, inputs: [normal(4)] },
  ] satisfies OpCase<'split'>[],
  concat: [
    { name: 'concat axis 1', attrs: { axis: 1 }, inputs: [normal(2, 3), normal(2, 1), normal(2, 65)] },
    { name: 'concat axis 0', attrs: { axis: 0 }, inputs: [normal(1, 5), normal(3, 5)] },
    { name: 'concat of one', attrs: { axis: 0 }, inputs: [normal(5)] },
  ] satisfies OpCase<'concat'>[],
  broadcast: [
    { name: 'broadcast row', attrs: { leading: [3, 2] }, inputs: [normal(7)] },
    { name: 'broadcast scalar', attrs: { leading: [9] }, inputs: [normal()] },
    { name: 'broadcast matrix', attrs: { leading: [65] }, inputs: [normal(2, 3)] },
    { name: 'broadcast nothing', attrs: { leading: [] }, inputs: [normal(5)] },
  ] satisfies OpCase<'broadcast'>[],
};
