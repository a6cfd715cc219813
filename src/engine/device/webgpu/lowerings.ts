// How the webgpu device computes each op, by kind.
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { mapElement, mapWebgpu, updateWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { scanWebgpu } from '../../kernel/emit/wgsl.ts';
import { forCells } from '../../ops/cells.ts';
import { affineElement, affineWebgpu } from '../../ops/affine/webgpu.ts';
import { accumulateMap } from '../../ops/assign/kernel.ts';
import { assignWebgpu } from '../../ops/assign/webgpu.ts';
import { binaryMap } from '../../ops/binary/kernel.ts';
import { broadcastWebgpu } from '../../ops/broadcast/webgpu.ts';
import { constantWebgpu } from '../../ops/constant/webgpu.ts';
import { embeddingGradWebgpu, embeddingWebgpu } from '../../ops/embedding/webgpu.ts';
import { matmulWebgpu } from '../../ops/matmul/webgpu.ts';
import { reduceSumWebgpu } from '../../ops/reduce-sum/webgpu.ts';
import { reshapeWebgpu } from '../../ops/reshape/webgpu.ts';
import { padWebgpu, sliceWebgpu } from '../../ops/slice/webgpu.ts';
import { concatWebgpu, splitWebgpu } from '../../ops/split/webgpu.ts';
import { unaryGradMap, unaryMap } from '../../ops/unary/kernel.ts';
import { cumulativeSumWebgpu } from '../../ops/cumulative-sum/webgpu.ts';
import { linearScanGradWebgpu, linearScanWebgpu } from '../../ops/linear-scan/webgpu.ts';
import { logCumulativeSumExpGradWebgpu, logCumulativeSumExpWebgpu } from '../../ops/log-cumulative-sum-exp/webgpu.ts';
import { minGruGradKernel, minGruKernel } from '../../ops/min-gru/cell.ts';
import { minLstmGradKernel, minLstmKernel } from '../../ops/min-lstm/cell.ts';
import { accuracyWebgpu } from '../../ops/accuracy/webgpu.ts';
import { adamMap } from '../../ops/adam/cell.ts';
import { causalConvWebgpu, causalConvGradWebgpu } from '../../ops/causal-conv/webgpu.ts';
import { dropoutWebgpu } from '../../ops/dropout/webgpu.ts';
import { globalNormWebgpu } from '../../ops/global-norm/webgpu.ts';
import { layerNormGradRows, layerNormRows } from '../../ops/layer-norm/kernel.ts';
import { squaredErrorGradMap } from '../../ops/mean-squared-error/kernel.ts';
import { meanSquaredErrorWebgpu } from '../../ops/mean-squared-error/webgpu.ts';
import { rmsNormGradRows, rmsNormRows } from '../../ops/rms-norm/kernel.ts';
import { sgdMap } from '../../ops/sgd/cell.ts';
import { softmaxCrossEntropyWebgpu, softmaxCrossEntropyGradWebgpu } from '../../ops/softmax-cross-entropy/webgpu.ts';
import { elmanWebgpu, elmanGradWebgpu } from '../../ops/elman/webgpu.ts';
import { gruWebgpu, gruGradWebgpu } from '../../ops/gru/webgpu.ts';
import { lstmWebgpu, lstmGradWebgpu } from '../../ops/lstm/webgpu.ts';
import type { OpAttrs, OpKind } from '../../ops/kinds.ts';
import type { ElementCode, GpuLowering, GpuRun } from './lowering.ts';

export const gpuLowerings = {
  constant: constantWebgpu,
  binary: mapWebgpu(binaryMap),
  unary: mapWebgpu(unaryMap),
  unaryGrad: mapWebgpu(unaryGradMap),
  affine: affineWebgpu,
  reshape: reshapeWebgpu,
  slice: sliceWebgpu,
  pad: padWebgpu,
  split: splitWebgpu,
  concat: concatWebgpu,
  matmul: matmulWebgpu,
  reduceSum: reduceSumWebgpu,
  broadcast: broadcastWebgpu,
  embedding: embeddingWebgpu,
  embeddingGrad: embeddingGradWebgpu,
  assign: assignWebgpu,
  accumulate: mapWebgpu(accumulateMap),
  cumulativeSum: cumulativeSumWebgpu,
  linearScan: linearScanWebgpu,
  linearScanGrad: linearScanGradWebgpu,
  logCumulativeSumExp: logCumulativeSumExpWebgpu,
  logCumulativeSumExpGrad: logCumulativeSumExpGradWebgpu,
  minGru: scanWebgpu(minGruKernel),
  minGruGrad: scanWebgpu(minGruGradKernel),
  minLstm: scanWebgpu(minLstmKernel),
  minLstmGrad: scanWebgpu(minLstmGradKernel),
  accuracy: accuracyWebgpu,
  causalConv: causalConvWebgpu,
  causalConvGrad: causalConvGradWebgpu,
  dropout: dropoutWebgpu,
  globalNorm: globalNormWebgpu,
  layerNorm: rowsWebgpu(layerNormRows),
  layerNormGrad: rowsWebgpu(layerNormGradRows),
  meanSquaredError: meanSquaredErrorWebgpu,
  meanSquaredErrorGrad: mapWebgpu(squaredErrorGradMap),
  rmsNorm: rowsWebgpu(rmsNormRows),
  rmsNormGrad: rowsWebgpu(rmsNormGradRows),
  softmaxCrossEntropy: softmaxCrossEntropyWebgpu,
  softmaxCrossEntropyGrad: softmaxCrossEntropyGradWebgpu,
  elman: elmanWebgpu,
  elmanGrad: elmanGradWebgpu,
  gru: gruWebgpu,
  gruGrad: gruGradWebgpu,
  lstm: lstmWebgpu,
  lstmGrad: lstmGradWebgpu,
  ...forCells(({ kernel }) => scanWebgpu(() => kernel)),
} satisfies { [K in Exclude<OpKind, keyof typeof gpuRuns>]: GpuLowering<OpAttrs[K]> };

/** Ops whose nodes are done together. */
export const gpuRuns = {
  adam: updateWebgpu(adamMap),
  sgd: updateWebgpu(sgdMap),
} satisfies { [K in OpKind]?: GpuRun<OpAttrs[K]> };

/** Ops that are one number a result, by what they make of one number of each input: they can be done where an input is made. */
export const gpuElements = {
  unary: mapElement(unaryMap),
  unaryGrad: mapElement(unaryGradMap),
  binary: mapElement(binaryMap),
  affine: affineElement,
} satisfies { [K in OpKind]?: (attrs: OpAttrs[K]) => ElementCode };

/** Ops whose lowering does what follows, and the results of others that it may be followed by. */
export const gpuFollowed: ReadonlySet<string> = new Set<OpKind>(['matmul']);
