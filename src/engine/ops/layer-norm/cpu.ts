// Lowerings of layerNorm and layerNormGrad.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import { at, operand, pieces, real, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_LAYER_NORM, OP_LAYER_NORM_GRAD } from '../../plan/opcodes.shared.ts';
import type { OpAttrs } from '../kinds.ts';
import { emitColumnSum } from '../reduce-sum/cpu.ts';

export const layerNormCpu: Lowering<OpAttrs['layerNorm']> = (table, { eps }) => {
  const [x, weight, bias] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const [y, mean, rstd] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const N = lastOf(x.type.shape);
  table.emit({
    opcode: OP_LAYER_NORM,
    units: rowsOf(x.type.shape),
    args: [x, weight, bias, y, mean, rstd, N, real(eps)],
    reads: [pieces(x, N * 4), whole(weight), whole(bias)],
    writes: [pieces(y, N * 4), pieces(mean, 4), pieces(rstd, 4)],
  });
};

export const layerNormGradCpu: Lowering<OpAttrs['layerNormGrad']> = (table) => {
  const [x, weight, mean, rstd, dy] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const [dx, dweight, dbias] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const N = lastOf(x.type.shape);
  const rows = rowsOf(x.type.shape);
  const chunk = Math.max(16, Math.ceil(rows / 32));
  const count = Math.ceil(rows / chunk);
  const bytes = count * 2 * N * 4;
  const partials = table.workspace(bytes);
  const ofRows = chunk * N * 4;
  table.emit({
    opcode: OP_LAYER_NORM_GRAD,
    units: count,
    args: [x, weight, mean, rstd, dy, dx, partials, rows, N, chunk],
    reads: [pieces(x, ofRows), whole(weight), pieces(mean, chunk * 4), pieces(rstd, chunk * 4), pieces(dy, ofRows)],
    writes: [pieces(dx, ofRows), { place: partials, bytes, stride: 2 * N * 4 }],
  });
  const sum = { stride: 2 * N, rows: count, columns: N, scale: 1 };
  emitColumnSum(table, { ...sum, x: partials, bytes }, dweight);
  emitColumnSum(table, { ...sum, x: at(partials, N * 4), bytes: bytes - N * 4 }, dbias);
};
