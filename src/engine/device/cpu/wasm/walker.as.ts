// Walks a range of the op table: one thread's share of every entry, a barrier where the entry asks for one. No kernel lives here;
// an op is one line of the switch.
import * as op from '../../../plan/opcodes.shared.ts';
import { firstUnit, intArg, placeArg } from './entry.as';
import { recurrentWeightGrad } from './recurrent.as';
import { barrier, countEntry } from './sync.as';
import { accuracy, accuracyFinish } from '../../../ops/accuracy/cpu.as';
import { elman, elmanGrad } from '../../../ops/elman/cpu.as';
import { embedding, embeddingGrad } from '../../../ops/embedding/cpu.as';
import { normFinish, normPartial } from '../../../ops/global-norm/cpu.as';
import { gru, gruGrad } from '../../../ops/gru/cpu.as';
import { linearScan, linearScanGrad } from '../../../ops/linear-scan/cpu.as';
import { columnSum, rowSum, totalFinish, totalPartial } from '../../../ops/reduce-sum/cpu.as';
import { countTargets, crossEntropy, crossEntropyFinish, crossEntropyGrad } from '../../../ops/softmax-cross-entropy/cpu.as';
import { matmul, matmulDot, matmulOuter, pack } from '../../../ops/matmul/cpu.as';
import { copy, fill } from '../../../ops/elementwise/cpu.as';
import { causalConv, causalConvFinish, causalConvGrad, causalConvWeightGrad } from '../../../ops/causal-conv/cpu.as';
import { cumulativeSum } from '../../../ops/cumulative-sum/cpu.as';
import { dropout } from '../../../ops/dropout/cpu.as';
import { lstm, lstmGrad } from '../../../ops/lstm/cpu.as';
import { logCumulativeSumExp, logCumulativeSumExpGrad } from '../../../ops/log-cumulative-sum-exp/cpu.as';
import { squaredError, squaredErrorFinish } from '../../../ops/mean-squared-error/cpu.as';
// Made by scripts/build-wasm.mjs from descriptions (ops/cells.ts).
import { performMade } from '../../../../../out/kernels/made.as';

/** Runs the entries [from, to) as `thread` of `threads` and meets the others at the end. False when the run was aborted. */
export function walk(from: usize, to: usize, thread: i32, threads: i32): bool {
  for (let entry = from; entry < to; entry += op.ENTRY_BYTES) {
    if (threads > 1 && (i32.load(entry, 8) & op.FLAG_BARRIER) != 0 && !barrier(thread, threads)) return false;
    const units = i32.load(entry, 4);
    const lo = firstUnit(units, thread, threads);
    const hi = firstUnit(units, thread + 1, threads);
    if (lo < hi) perform(i32.load(entry), entry, lo, hi, thread);
    countEntry(thread);
  }
  return threads == 1 || barrier(thread, threads);
}

/** Units [lo, hi) of one entry. */
function perform(opcode: i32, entry: usize, lo: i32, hi: i32, thread: i32): void {
  switch (opcode) {
    case op.OP_FILL: { fill(entry, lo, hi); return; }
    case op.OP_COPY: { copy(entry, lo, hi); return; }
    case op.OP_MATMUL: { matmul(entry, lo, hi, thread); return; }
    case op.OP_MATMUL_DOT: { matmulDot(entry, lo, hi); return; }
    case op.OP_MATMUL_OUTER: { matmulOuter(entry, lo, hi); return; }
    case op.OP_PACK: { pack(entry, lo, hi); return; }
    case op.OP_COLUMN_SUM: { columnSum(entry, lo, hi); return; }
    case op.OP_ROW_SUM: { rowSum(entry, lo, hi); return; }
    case op.OP_TOTAL_PARTIAL: { totalPartial(entry, lo, hi); return; }
    case op.OP_TOTAL_FINISH: { totalFinish(entry); return; }
    case op.OP_EMBEDDING: { embedding(entry, lo, hi); return; }
    case op.OP_EMBEDDING_GRAD: { embeddingGrad(entry, lo, hi); return; }
    case op.OP_CROSS_ENTROPY: { crossEntropy(entry, lo, hi); return; }
    case op.OP_CROSS_ENTROPY_FINISH: { crossEntropyFinish(entry); return; }
    case op.OP_CROSS_ENTROPY_GRAD: { crossEntropyGrad(entry, lo, hi); return; }
    case op.OP_COUNT_TARGETS: { countTargets(entry); return; }
    case op.OP_ACCURACY: { accuracy(entry, lo, hi); return; }
    case op.OP_ACCURACY_FINISH: { accuracyFinish(entry); return; }
    case op.OP_LINEAR_SCAN: { linearScan(entry, lo, hi); return; }
    case op.OP_LINEAR_SCAN_GRAD: { linearScanGrad(entry, lo, hi); return; }
    case op.OP_NORM_PARTIAL: { normPartial(entry, lo, hi); return; }
    case op.OP_NORM_FINISH: { normFinish(entry); return; }
    case op.OP_CAUSAL_CONV: { causalConv(entry, lo, hi, thread); return; }
    case op.OP_CAUSAL_CONV_GRAD: { causalConvGrad(entry, lo, hi, thread); return; }
    case op.OP_CAUSAL_CONV_WEIGHT_GRAD: { causalConvWeightGrad(entry, lo, hi); return; }
    case op.OP_CAUSAL_CONV_FINISH: { causalConvFinish(entry, lo, hi); return; }
    case op.OP_SQUARED_ERROR: { squaredError(entry, lo, hi); return; }
    case op.OP_SQUARED_ERROR_FINISH: { squaredErrorFinish(entry); return; }
    case op.OP_DROPOUT: { dropout(entry, lo, hi); return; }
    case op.OP_CUMULATIVE_SUM: { cumulativeSum(entry, lo, hi); return; }
    case op.OP_LOG_CUMULATIVE_SUM_EXP: { logCumulativeSumExp(entry, lo, hi); return; }
    case op.OP_LOG_CUMULATIVE_SUM_EXP_GRAD: { logCumulativeSumExpGrad(entry, lo, hi); return; }
    case op.OP_GRU: { gru(entry, lo, hi, thread); return; }
    case op.OP_GRU_GRAD: { gruGrad(entry, lo, hi, thread); return; }
    case op.OP_RECURRENT_WEIGHT_GRAD: { recurrentWeightGrad(entry, lo, hi, thread); return; }
    case op.OP_LSTM: { lstm(entry, lo, hi, thread); return; }
    case op.OP_LSTM_GRAD: { lstmGrad(entry, lo, hi, thread); return; }
    case op.OP_ELMAN: { elman(entry, lo, hi, thread); return; }
    case op.OP_ELMAN_GRAD: { elmanGrad(entry, lo, hi, thread); return; }
    case op.OP_SLAB: { slab(entry, lo, hi, thread); return; }
    default: if (!performMade(opcode, entry, lo, hi)) unreachable();
  }
}

/**
 * (tables, bytes of a table, patches, number of patches, pieces, partials, sums, bytes of a set of sums): the slab schedule. Each thread has a
 * table of its own that takes one piece of the batch through all layers, alone and without a barrier; patches move it from piece to piece.
 * What a piece adds up goes to the partial sums of its unit, in the order of the pieces. Unit = one set of partial sums.
 */
function slab(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const pieces = intArg(entry, 4), partials = intArg(entry, 5), bytes = intArg(entry, 7);
  const from = placeArg(entry, 0) + <usize>thread * <usize>intArg(entry, 1);
  const to = from + <usize>intArg(entry, 1);
  for (let partial = lo; partial < hi; partial++) {
    memory.fill(placeArg(entry, 6) + <usize>partial * <usize>bytes, 0, <usize>bytes);
    const end = firstUnit(pieces, partial + 1, partials);
    for (let piece = firstUnit(pieces, partial, partials); piece < end; piece++) {
      moveTo(entry, from, piece, partial);
      for (let inner = from; inner < to; inner += op.ENTRY_BYTES) {
        perform(i32.load(inner), inner, 0, i32.load(inner, 4), thread);
        countEntry(thread);
      }
    }
  }
}

/** Writes the words of the table at `from` that differ from piece to piece or from partial to partial: base + piece a + partial b. */
function moveTo(entry: usize, from: usize, piece: i32, partial: i32): void {
  const end = placeArg(entry, 2) + <usize>(intArg(entry, 3) * op.PATCH_BYTES);
  for (let patch = placeArg(entry, 2); patch < end; patch += op.PATCH_BYTES) {
    const word = from + load<usize>(patch);
    i32.store(word, i32.load(patch, 4) + piece * i32.load(patch, 8) + partial * i32.load(patch, 12));
  }
}
