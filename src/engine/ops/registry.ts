// Every op by kind, complete by type: a kind without a definition does not compile.
import type { OpDef, OpTable } from '../graph/op-def.ts';
import { accuracy } from './accuracy/index.ts';
import { adam } from './adam/index.ts';
import { affine } from './affine/index.ts';
import { accumulate, assign } from './assign/index.ts';
import { binary } from './binary/index.ts';
import { broadcast } from './broadcast/index.ts';
import { forCells } from './cells.ts';
import { causalConv, causalConvGrad } from './causal-conv/index.ts';
import { constant } from './constant/index.ts';
import { cumulativeSum } from './cumulative-sum/index.ts';
import { dropout } from './dropout/index.ts';
import { elman, elmanGrad } from './elman/index.ts';
import { embedding, embeddingGrad } from './embedding/index.ts';
import { globalNorm } from './global-norm/index.ts';
import { gru, gruGrad } from './gru/index.ts';
import type { OpAttrs, OpKind } from './kinds.ts';
import { layerNorm, layerNormGrad } from './layer-norm/index.ts';
import { linearScan, linearScanGrad } from './linear-scan/index.ts';
import { logCumulativeSumExp, logCumulativeSumExpGrad } from './log-cumulative-sum-exp/index.ts';
import { lstm, lstmGrad } from './lstm/index.ts';
import { matmul } from './matmul/index.ts';
import { meanSquaredError, meanSquaredErrorGrad } from './mean-squared-error/index.ts';
import { minGru, minGruGrad } from './min-gru/index.ts';
import { minLstm, minLstmGrad } from './min-lstm/index.ts';
import { reduceSum } from './reduce-sum/index.ts';
import { reshape } from './reshape/index.ts';
import { rmsNorm, rmsNormGrad } from './rms-norm/index.ts';
import { sgd } from './sgd/index.ts';
import { pad, slice } from './slice/index.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGrad } from './softmax-cross-entropy/index.ts';
import { concat, split } from './split/index.ts';
import { unary, unaryGrad } from './unary/index.ts';

export const ops = {
  constant,
  binary,
  unary,
  unaryGrad,
  affine,
  reshape,
  slice,
  pad,
  split,
  concat,
  matmul,
  reduceSum,
  broadcast,
  embedding,
  embeddingGrad,
  rmsNorm,
  rmsNormGrad,
  layerNorm,
  layerNormGrad,
  causalConv,
  causalConvGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
  accuracy,
  meanSquaredError,
  meanSquaredErrorGrad,
  dropout,
  linearScan,
  linearScanGrad,
  cumulativeSum,
  logCumulativeSumExp,
  logCumulativeSumExpGrad,
  minGru,
  minGruGrad,
  minLstm,
  minLstmGrad,
  gru,
  gruGrad,
  lstm,
  lstmGrad,
  elman,
  elmanGrad,
  assign,
  accumulate,
  globalNorm,
  adam,
  sgd,
  ...forCells(({ def }) => def),
} satisfies { [K in OpKind]: OpDef<OpAttrs[K]> };

/** The registry as the graph sees it: definitions by name. */
export const opTable: OpTable = { ...ops };
