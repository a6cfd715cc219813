// The kernels of the tensorflow device by kind, complete by type: a kind without one does not compile.
import { accuracyTfjs } from './accuracy/tfjs.ts';
import { adamMap } from './adam/cell.ts';
import { affineTfjs } from './affine/tfjs.ts';
import { accumulateMap } from './assign/kernel.ts';
import { assignTfjs } from './assign/tfjs.ts';
import { binaryMap } from './binary/kernel.ts';
import { broadcastTfjs } from './broadcast/tfjs.ts';
import { causalConvGradTfjs, causalConvTfjs } from './causal-conv/tfjs.ts';
import { constantTfjs } from './constant/tfjs.ts';
import { cumulativeSumTfjs } from './cumulative-sum/tfjs.ts';
import { dropoutTfjs } from './dropout/tfjs.ts';
import { elmanGradTfjs, elmanTfjs } from './elman/tfjs.ts';
import { embeddingGradTfjs, embeddingTfjs } from './embedding/tfjs.ts';
import { rowsTfjs } from '../kernel/emit/rows-devices.ts';
import { mapTfjs } from '../kernel/emit/map-devices.ts';
import { scanTfjs } from '../kernel/emit/tfjs.ts';
import { forCells } from './cells.ts';
import { globalNormTfjs } from './global-norm/tfjs.ts';
import { gruGradTfjs, gruTfjs } from './gru/tfjs.ts';
import { layerNormGradRows, layerNormRows } from './layer-norm/kernel.ts';
import { linearScanGradTfjs, linearScanTfjs } from './linear-scan/tfjs.ts';
import { logCumulativeSumExpGradTfjs, logCumulativeSumExpTfjs } from './log-cumulative-sum-exp/tfjs.ts';
import { lstmGradTfjs, lstmTfjs } from './lstm/tfjs.ts';
import { matmulTfjs } from './matmul/tfjs.ts';
import { squaredErrorGradMap } from './mean-squared-error/kernel.ts';
import { meanSquaredErrorTfjs } from './mean-squared-error/tfjs.ts';
import { minGruGradKernel, minGruKernel } from './min-gru/cell.ts';
import { minLstmGradKernel, minLstmKernel } from './min-lstm/cell.ts';
import { reduceSumTfjs } from './reduce-sum/tfjs.ts';
import { reshapeTfjs } from './reshape/tfjs.ts';
import { rmsNormGradRows, rmsNormRows } from './rms-norm/kernel.ts';
import { sgdMap } from './sgd/cell.ts';
import { padTfjs, sliceTfjs } from './slice/tfjs.ts';
import { softmaxCrossEntropyGradTfjs, softmaxCrossEntropyTfjs } from './softmax-cross-entropy/tfjs.ts';
import { concatTfjs, splitTfjs } from './split/tfjs.ts';
import { unaryGradMap, unaryMap } from './unary/kernel.ts';
import type { OpAttrs, OpKind } from './kinds.ts';
import type { TfKernel } from './tfjs-kernel.ts';

export const tfjsKernels = {
  constant: constantTfjs,
  binary: mapTfjs(binaryMap),
  unary: mapTfjs(unaryMap),
  unaryGrad: mapTfjs(unaryGradMap),
  affine: affineTfjs,
  reshape: reshapeTfjs,
  slice: sliceTfjs,
  pad: padTfjs,
  split: splitTfjs,
  concat: concatTfjs,
  matmul: matmulTfjs,
  reduceSum: reduceSumTfjs,
  broadcast: broadcastTfjs,
  embedding: embeddingTfjs,
  embeddingGrad: embeddingGradTfjs,
  rmsNorm: rowsTfjs(rmsNormRows),
  rmsNormGrad: rowsTfjs(rmsNormGradRows),
  layerNorm: rowsTfjs(layerNormRows),
  layerNormGrad: rowsTfjs(layerNormGradRows),
  causalConv: causalConvTfjs,
  causalConvGrad: causalConvGradTfjs,
  softmaxCrossEntropy: softmaxCrossEntropyTfjs,
  softmaxCrossEntropyGrad: softmaxCrossEntropyGradTfjs,
  accuracy: accuracyTfjs,
  meanSquaredError: meanSquaredErrorTfjs,
  meanSquaredErrorGrad: mapTfjs(squaredErrorGradMap),
  dropout: dropoutTfjs,
  linearScan: linearScanTfjs,
  linearScanGrad: linearScanGradTfjs,
  cumulativeSum: cumulativeSumTfjs,
  logCumulativeSumExp: logCumulativeSumExpTfjs,
  logCumulativeSumExpGrad: logCumulativeSumExpGradTfjs,
  minGru: scanTfjs(minGruKernel),
  minGruGrad: scanTfjs(minGruGradKernel),
  minLstm: scanTfjs(minLstmKernel),
  minLstmGrad: scanTfjs(minLstmGradKernel),
  gru: gruTfjs,
  gruGrad: gruGradTfjs,
  lstm: lstmTfjs,
  lstmGrad: lstmGradTfjs,
  elman: elmanTfjs,
  elmanGrad: elmanGradTfjs,
  assign: assignTfjs,
  accumulate: mapTfjs(accumulateMap),
  globalNorm: globalNormTfjs,
  adam: mapTfjs(adamMap),
  sgd: mapTfjs(sgdMap),
  ...forCells(({ kernel }) => scanTfjs(() => kernel)),
} satisfies { [K in OpKind]: TfKernel<OpAttrs[K]> };
