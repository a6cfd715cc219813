// The float64 definition of every op by kind, complete by type: a kind without one does not compile.
import { accuracyReference } from './accuracy/reference.ts';
import { adamReference } from './adam/reference.ts';
import { affineReference } from './affine/reference.ts';
import { accumulateReference, assignReference } from './assign/reference.ts';
import { binaryReference } from './binary/reference.ts';
import { broadcastReference } from './broadcast/reference.ts';
import { causalConvGradReference, causalConvReference } from './causal-conv/reference.ts';
import { forCells } from './cells.ts';
import { constantReference } from './constant/reference.ts';
import { cumulativeSumReference } from './cumulative-sum/reference.ts';
import { dropoutReference } from './dropout/reference.ts';
import { elmanGradReference, elmanReference } from './elman/reference.ts';
import { embeddingGradReference, embeddingReference } from './embedding/reference.ts';
import { globalNormReference } from './global-norm/reference.ts';
import { gruGradReference, gruReference } from './gru/reference.ts';
import { layerNormGradReference, layerNormReference } from './layer-norm/reference.ts';
import { linearScanGradReference, linearScanReference } from './linear-scan/reference.ts';
import { logCumulativeSumExpGradReference, logCumulativeSumExpReference } from './log-cumulative-sum-exp/reference.ts';
import { lstmGradReference, lstmReference } from './lstm/reference.ts';
import { matmulReference } from './matmul/reference.ts';
import { meanSquaredErrorGradReference, meanSquaredErrorReference } from './mean-squared-error/reference.ts';
import { minGruGradReference, minGruReference } from './min-gru/reference.ts';
import { minLstmGradReference, minLstmReference } from './min-lstm/reference.ts';
import { reduceSumReference } from './reduce-sum/reference.ts';
import { reshapeReference } from './reshape/reference.ts';
import { rmsNormGradReference, rmsNormReference } from './rms-norm/reference.ts';
import { sgdReference } from './sgd/reference.ts';
import { padReference, sliceReference } from './slice/reference.ts';
import { softmaxCrossEntropyGradReference, softmaxCrossEntropyReference } from './softmax-cross-entropy/reference.ts';
import { concatReference, splitReference } from './split/reference.ts';
import { unaryGradReference, unaryReference } from './unary/reference.ts';
import type { OpAttrs, OpKind } from './kinds.ts';
import type { ReferenceKernel } from './reference-kernel.ts';

export const referenceKernels = {
  constant: constantReference,
  binary: binaryReference,
  unary: unaryReference,
  unaryGrad: unaryGradReference,
  affine: affineReference,
  reshape: reshapeReference,
  slice: sliceReference,
  pad: padReference,
  split: splitReference,
  concat: concatReference,
  matmul: matmulReference,
  reduceSum: reduceSumReference,
  broadcast: broadcastReference,
  embedding: embeddingReference,
  embeddingGrad: embeddingGradReference,
  rmsNorm: rmsNormReference,
  rmsNormGrad: rmsNormGradReference,
  layerNorm: layerNormReference,
  layerNormGrad: layerNormGradReference,
  causalConv: causalConvReference,
  causalConvGrad: causalConvGradReference,
  softmaxCrossEntropy: softmaxCrossEntropyReference,
  softmaxCrossEntropyGrad: softmaxCrossEntropyGradReference,
  accuracy: accuracyReference,
  meanSquaredError: meanSquaredErrorReference,
  meanSquaredErrorGrad: meanSquaredErrorGradReference,
  dropout: dropoutReference,
  linearScan: linearScanReference,
  linearScanGrad: linearScanGradReference,
  cumulativeSum: cumulativeSumReference,
  logCumulativeSumExp: logCumulativeSumExpReference,
  logCumulativeSumExpGrad: logCumulativeSumExpGradReference,
  minGru: minGruReference,
  minGruGrad: minGruGradReference,
  minLstm: minLstmReference,
  minLstmGrad: minLstmGradReference,
  gru: gruReference,
  gruGrad: gruGradReference,
  lstm: lstmReference,
  lstmGrad: lstmGradReference,
  elman: elmanReference,
  elmanGrad: elmanGradReference,
  assign: assignReference,
  accumulate: accumulateReference,
  globalNorm: globalNormReference,
  adam: adamReference,
  sgd: sgdReference,
  ...forCells(({ reference }) => reference),
} satisfies { [K in OpKind]: ReferenceKernel<OpAttrs[K]> };
