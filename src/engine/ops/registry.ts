// Every op, one line per family. Types, opcodes, the tables of all devices, test cases and OPS.md follow from it.
import type { OpTable } from '../graph/op-def.ts';
import { accuracyOps } from './accuracy/index.ts';
import { adamOps } from './adam/index.ts';
import { affineOps } from './affine/index.ts';
import { assignOps } from './assign/index.ts';
import { attentionOps } from './attention/index.ts';
import { attentionStepOps } from './attention-step/index.ts';
import { binaryOps } from './binary/index.ts';
import { blockLinearOps } from './block-linear/index.ts';
import { broadcastOps } from './broadcast/index.ts';
import { causalConvOps } from './causal-conv/index.ts';
import { complexScan } from './complex-scan/cell.ts';
import { constantOps } from './constant/index.ts';
import { cumulativeSumOps } from './cumulative-sum/index.ts';
import { diagonalScanOps } from './diagonal-scan/index.ts';
import { dropoutOps } from './dropout/index.ts';
import { elmanOps } from './elman/index.ts';
import { embeddingOps } from './embedding/index.ts';
import { fixedComplexScan } from './fixed-complex-scan/cell.ts';
import { fixedScan } from './fixed-scan/cell.ts';
import { gateOps } from './gate/index.ts';
import { gilr, gilrElu } from './gilr/cell.ts';
import { globalNormOps } from './global-norm/index.ts';
import { gruOps } from './gru/index.ts';
import { hgrn } from './hgrn/cell.ts';
import { hgrnComplex } from './hgrn-complex/cell.ts';
import { layerNormOps } from './layer-norm/index.ts';
import { linearScanOps } from './linear-scan/index.ts';
import { logCumulativeSumExpOps } from './log-cumulative-sum-exp/index.ts';
import { longConvolutionOps } from './long-convolution/index.ts';
import { modalKernelOps } from './modal-kernel/index.ts';
import { lstmOps } from './lstm/index.ts';
import { matmulOps } from './matmul/index.ts';
import { matrixStateOps } from './matrix-state/index.ts';
import { matrixScanOps } from './matrix-scan/index.ts';
import { meanSquaredErrorOps } from './mean-squared-error/index.ts';
import { minGruOps } from './min-gru/index.ts';
import { minLstmOps } from './min-lstm/index.ts';
import { qrnn } from './qrnn/cell.ts';
import { quantiseOps } from './quantise/index.ts';
import { reduceSumOps } from './reduce-sum/index.ts';
import { reshapeOps } from './reshape/index.ts';
import { reverseOps } from './reverse/index.ts';
import { rmsNormOps } from './rms-norm/index.ts';
import { rgLru } from './rg-lru/cell.ts';
import { rotaryOps } from './rotary/index.ts';
import { selectiveScanOps } from './selective-scan/index.ts';
import { sgdOps } from './sgd/index.ts';
import { sliceOps } from './slice/index.ts';
import { softmaxCrossEntropyOps } from './softmax-cross-entropy/index.ts';
import { slstmOps } from './slstm/index.ts';
import { splitOps } from './split/index.ts';
import { sru } from './sru/cell.ts';
import { stabiliser } from './stabiliser/cell.ts';
import { unaryOps } from './unary/index.ts';
import { wkv } from './wkv/cell.ts';
import type { AnyOp } from './op.ts';

export const ops = {
  ...constantOps,
  ...binaryOps,
  ...unaryOps,
  ...gateOps,
  ...affineOps,
  ...reshapeOps,
  ...sliceOps,
  ...reverseOps,
  ...splitOps,
  ...matmulOps,
  ...reduceSumOps,
  ...broadcastOps,
  ...embeddingOps,
  ...rmsNormOps,
  ...layerNormOps,
  ...causalConvOps,
  ...quantiseOps,
  ...softmaxCrossEntropyOps,
  ...accuracyOps,
  ...meanSquaredErrorOps,
  ...dropoutOps,
  ...linearScanOps,
  ...cumulativeSumOps,
  ...logCumulativeSumExpOps,
  ...minGruOps,
  ...minLstmOps,
  ...attentionOps,
  ...selectiveScanOps,
  ...attentionStepOps,
  ...diagonalScanOps,
  ...rotaryOps,
  ...matrixStateOps,
  ...blockLinearOps,
  ...longConvolutionOps,
  ...modalKernelOps,
  ...gruOps,
  ...lstmOps,
  ...matrixScanOps,
  ...slstmOps,
  ...elmanOps,
  ...assignOps,
  ...globalNormOps,
  ...adamOps,
  ...sgdOps,
  ...qrnn.ops,
  ...hgrn.ops,
  ...complexScan.ops,
  ...gilr.ops,
  ...gilrElu.ops,
  ...sru.ops,
  ...rgLru.ops,
  ...fixedScan.ops,
  ...fixedComplexScan.ops,
  ...wkv.ops,
  ...hgrnComplex.ops,
  ...stabiliser.ops,
};

/** The same as the common record type. */
export const records: Readonly<Record<string, AnyOp>> = ops;

/** The registry as the graph sees it: definitions by name. */
export const opTable: OpTable = { ...records };

/** Something of each op, by kind. */
export const ofEachOp = <T>(get: (record: AnyOp) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(records).map(([kind, record]) => [kind, get(record)]));
