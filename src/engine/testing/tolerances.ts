// How far a float32 device may be from the float64 reference, by op, each with its reason. Never loosened to make a test pass.
import { forCells } from '../ops/cells.ts';
import type { OpKind } from '../ops/kinds.ts';

export interface Tolerance {
  /** Relative to the larger of the element and the largest element of its tensor. */
  readonly relative: number;
  readonly reason: string;
}

const exact: Tolerance = { relative: 0, reason: 'moves or counts numbers, computes none' };
const rounding: Tolerance = { relative: 3e-7, reason: 'one or two roundings of 6e-8' };
const transcendental: Tolerance = {
  relative: 1e-6,
  reason: 'polynomials of a few ulp (1.2e-7), cancellation within gelu and g',
};
const sums: Tolerance = { relative: 3e-6, reason: 'sums of up to a few hundred products in float32' };
const scans: Tolerance = {
  relative: 3e-6,
  reason: 'rounding carried through a contracting recurrence, gates of a few ulp',
};
const deepRecurrence: Tolerance = {
  relative: 1e-5,
  reason: 'a matrix product at every step: rounding grows with the norm of the recurrent matrix over T',
};
const logSpace: Tolerance = {
  relative: 1e-5,
  reason:
    'a running logarithm kept to half an ulp at each of up to 1,000 steps, errors of earlier ones fading as it grows: 6e-8 x sqrt(1000) x 5',
};

/** Holds for the op and for its gradient op alike. */
export const tolerances = {
  constant: exact,
  binary: rounding,
  unary: transcendental,
  unaryGrad: transcendental,
  affine: rounding,
  reshape: exact,
  slice: exact,
  pad: exact,
  split: exact,
  concat: exact,
  matmul: sums,
  reduceSum: sums,
  broadcast: exact,
  embedding: exact,
  embeddingGrad: sums,
  rmsNorm: sums,
  rmsNormGrad: sums,
  layerNorm: sums,
  layerNormGrad: sums,
  causalConv: sums,
  causalConvGrad: sums,
  softmaxCrossEntropy: sums,
  softmaxCrossEntropyGrad: sums,
  accuracy: exact,
  meanSquaredError: sums,
  meanSquaredErrorGrad: rounding,
  dropout: rounding,
  linearScan: scans,
  linearScanGrad: scans,
  cumulativeSum: sums,
  logCumulativeSumExp: logSpace,
  logCumulativeSumExpGrad: logSpace,
  minGru: scans,
  minGruGrad: scans,
  minLstm: scans,
  minLstmGrad: scans,
  gru: deepRecurrence,
  gruGrad: deepRecurrence,
  lstm: deepRecurrence,
  lstmGrad: deepRecurrence,
  elman: deepRecurrence,
  elmanGrad: deepRecurrence,
  assign: exact,
  accumulate: rounding,
  globalNorm: sums,
  adam: transcendental,
  sgd: transcendental,
  ...forCells(() => scans),
} satisfies Record<OpKind, Tolerance>;

const stored: Tolerance = {
  relative: 1e-3,
  reason: 'one rounding to 11 bits, whichever way the adapter rounds (2^-10)',
};
const quotients: Tolerance = {
  relative: 5e-3,
  reason: 'the gradient of a divisor adds up quotients with 11 bits, which may cancel',
};
const storedSteps: Tolerance = {
  relative: 5e-3,
  reason: 'states and gates with 11 bits, read back at every step: errors of all steps that have not decayed add up',
};

/**
 * With activations stored in 16 bits, for inputs that 16 bits hold. What is not named keeps its float32 tolerance: it moves numbers, stores
 * none of its results so, or computes a gradient, which stays float32.
 */
const halfOnly: Partial<Record<OpKind, Tolerance>> = {
  constant: stored,
  binary: quotients,
  unary: stored,
  affine: stored,
  matmul: stored,
  rmsNorm: stored,
  layerNorm: stored,
  causalConv: stored,
  dropout: stored,
  linearScan: storedSteps,
  minGru: storedSteps,
  minLstm: storedSteps,
  gru: storedSteps,
  lstm: storedSteps,
  elman: storedSteps,
  ...forCells((_op, isGradient) => (isGradient ? scans : storedSteps)),
};

/** The tolerance of an op where activations are stored in 16 bits. */
export const halfToleranceOf = (kind: OpKind): Tolerance => halfOnly[kind] ?? tolerances[kind];

/** The same for whole models over up to 65 steps, relative to the largest element: several roundings to 11 bits one after the other. */
export const halfModelTolerance = 4e-3;

/**
 * Float64 gradients against central differences of step 1e-5: truncation (1e-10 times the third derivative) plus
 * cancellation (1e-16 / 1e-5), with room for strongly curved functions.
 */
export const centralDifferenceTolerance = 2e-7;

/**
 * Golden vectors hold 9 significant digits: up to 5e-9 of an element is their own rounding. The log-space scan in float32 is held to what its
 * logarithms allow instead (log-scan-error.ts); cells with a recurrent matrix get what rounding their inputs changes (sensitivity.ts).
 */
export const goldenTolerance = { f64: 1e-8, f32: 1e-5 } as const;

/**
 * Golden runs of ten steps. A float64 device only has the nine digits of the file to answer for. In float32 a gradient passes some 60 roundings
 * of 6e-8 on its way, 4e-6 of what flowed back; ten steps add that up. What flowed back is as large as the largest gradient of the network, not
 * as the sum that is left in a small tensor after terms cancelled: errors of weights, and of each slot of the optimiser, are measured by
 * the largest of that kind.
 */
export const goldenRunTolerance = { f64: 1e-8, f32: 5e-5 } as const;
