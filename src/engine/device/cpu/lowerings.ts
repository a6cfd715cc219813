// How the cpu device computes each op, by kind. Complete by type: an op without a lowering does not compile.
import { rowsCpu } from '../../kernel/emit/rows-devices.ts';
import { mapCpu } from '../../kernel/emit/map-devices.ts';
import { scanCpu } from '../../kernel/emit/cpu.ts';
import { forCells } from '../../ops/cells.ts';
import { accuracyCpu } from '../../ops/accuracy/cpu.ts';
import { adamMap } from '../../ops/adam/cell.ts';
import { embeddingCpu, embeddingGradCpu } from '../../ops/embedding/cpu.ts';
import { globalNormCpu } from '../../ops/global-norm/cpu.ts';
import { linearScanCpu, linearScanGradCpu } from '../../ops/linear-scan/cpu.ts';
import { minGruGradKernel, minGruKernel } from '../../ops/min-gru/cell.ts';
import { minLstmGradKernel, minLstmKernel } from '../../ops/min-lstm/cell.ts';
import { reduceSumCpu } from '../../ops/reduce-sum/cpu.ts';
import { rmsNormGradRows, rmsNormRows } from '../../ops/rms-norm/kernel.ts';
import { softmaxCrossEntropyCpu, softmaxCrossEntropyGradCpu } from '../../ops/softmax-cross-entropy/cpu.ts';
import { unaryGradMap, unaryMap } from '../../ops/unary/kernel.ts';
import { affineMap } from '../../ops/affine/kernel.ts';
import { assignCpu } from '../../ops/assign/cpu.ts';
import { accumulateMap } from '../../ops/assign/kernel.ts';
import { binaryMap } from '../../ops/binary/kernel.ts';
import { broadcastCpu } from '../../ops/broadcast/cpu.ts';
import { constantCpu } from '../../ops/constant/cpu.ts';
import { gruCpu, gruGradCpu } from '../../ops/gru/cpu.ts';
import type { OpAttrs, OpKind } from '../../ops/kinds.ts';
import { matmulCpu } from '../../ops/matmul/cpu.ts';
import { reshapeCpu } from '../../ops/reshape/cpu.ts';
import { padCpu, sliceCpu } from '../../ops/slice/cpu.ts';
import { concatCpu, splitCpu } from '../../ops/split/cpu.ts';
import { causalConvCpu, causalConvGradCpu } from '../../ops/causal-conv/cpu.ts';
import { cumulativeSumCpu } from '../../ops/cumulative-sum/cpu.ts';
import { dropoutCpu } from '../../ops/dropout/cpu.ts';
import { layerNormGradRows, layerNormRows } from '../../ops/layer-norm/kernel.ts';
import { logCumulativeSumExpCpu, logCumulativeSumExpGradCpu } from '../../ops/log-cumulative-sum-exp/cpu.ts';
import { meanSquaredErrorCpu } from '../../ops/mean-squared-error/cpu.ts';
import { squaredErrorGradMap } from '../../ops/mean-squared-error/kernel.ts';
import { sgdMap } from '../../ops/sgd/cell.ts';
import { elmanCpu, elmanGradCpu } from '../../ops/elman/cpu.ts';
import { lstmCpu, lstmGradCpu } from '../../ops/lstm/cpu.ts';
import type { Lowering } from '../../plan/lowering.ts';

export const cpuLowerings = {
  constant: constantCpu,
  binary: mapCpu(binaryMap),
  affine: mapCpu(affineMap),
  matmul: matmulCpu,
  assign: assignCpu,
  accumulate: mapCpu(accumulateMap),
  reshape: reshapeCpu,
  broadcast: broadcastCpu,
  slice: sliceCpu,
  pad: padCpu,
  split: splitCpu,
  concat: concatCpu,
  accuracy: accuracyCpu,
  adam: mapCpu(adamMap),
  embedding: embeddingCpu,
  embeddingGrad: embeddingGradCpu,
  globalNorm: globalNormCpu,
  linearScan: linearScanCpu,
  linearScanGrad: linearScanGradCpu,
  minGru: scanCpu(minGruKernel),
  minGruGrad: scanCpu(minGruGradKernel),
  minLstm: scanCpu(minLstmKernel),
  minLstmGrad: scanCpu(minLstmGradKernel),
  reduceSum: reduceSumCpu,
  rmsNorm: rowsCpu(rmsNormRows),
  rmsNormGrad: rowsCpu(rmsNormGradRows),
  softmaxCrossEntropy: softmaxCrossEntropyCpu,
  softmaxCrossEntropyGrad: softmaxCrossEntropyGradCpu,
  unary: mapCpu(unaryMap),
  unaryGrad: mapCpu(unaryGradMap),
  layerNorm: rowsCpu(layerNormRows),
  layerNormGrad: rowsCpu(layerNormGradRows),
  causalConv: causalConvCpu,
  causalConvGrad: causalConvGradCpu,
  meanSquaredError: meanSquaredErrorCpu,
  meanSquaredErrorGrad: mapCpu(squaredErrorGradMap),
  dropout: dropoutCpu,
  cumulativeSum: cumulativeSumCpu,
  logCumulativeSumExp: logCumulativeSumExpCpu,
  logCumulativeSumExpGrad: logCumulativeSumExpGradCpu,
  sgd: mapCpu(sgdMap),
  gru: gruCpu,
  gruGrad: gruGradCpu,
  lstm: lstmCpu,
  lstmGrad: lstmGradCpu,
  elman: elmanCpu,
  elmanGrad: elmanGradCpu,
  ...forCells(({ kernel }) => scanCpu(() => kernel)),
} satisfies { [K in OpKind]: Lowering<OpAttrs[K]> };
