// Lowerings of rmsNorm and rmsNormGrad.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import { operand, pieces, real, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_RMS_NORM, OP_RMS_NORM_GRAD } from '../../plan/opcodes.shared.ts';
import type { OpAttrs } from '../kinds.ts';
import { emitColumnSum } from '../reduce-sum/cpu.ts';

export const rmsNormCpu: Lowering<OpAttrs['rmsNorm']> = (table, { eps }) => {
  const x = operand(table.inputs, 0);
  const weight = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const rstd = operand(table.outputs, 1);
  const N = lastOf(x.type.shape);
  table.emit({
    opcode: OP_RMS_NORM,
    units: rowsOf(x.type.shape),
    args: [x, weight, y, rstd, N, real(eps)],
    reads: [pieces(x, N * 4), whole(weight)],
    writes: [pieces(y, N * 4), pieces(rstd, 4)],
  });
};

export const rmsNormGradCpu: Lowering<OpAttrs['rmsNormGrad']> = (table, { eps }) => {
  const [x, weight, rstd, dy] = [0, 1, 2, 3].map((i) => operand(table.inputs, i));
  const dx = operand(table.outputs, 0);
  const N = lastOf(x.type.shape);
  const rows = rowsOf(x.type.shape);
  const chunk = Math.max(16, Math.ceil(rows / 32));
  const count = Math.ceil(rows / chunk);
  const partials = table.workspace(count * N * 4);
  table.emit({
    opcode: OP_RMS_NORM_GRAD,
    units: count,
    args: [x, weight, rstd, dy, dx, partials, rows, N, chunk, real(eps)],
    reads: [pieces(x, chunk * N * 4), whole(weight), pieces(rstd, chunk * 4), pieces(dy, chunk * N * 4)],
    writes: [pieces(dx, chunk * N * 4), { place: partials, bytes: count * N * 4, stride: N * 4 }],
  });
  const sum = { x: partials, bytes: count * N * 4, stride: N, rows: count, columns: N, scale: 1 };
  emitColumnSum(table, sum, operand(table.outputs, 1));
};
