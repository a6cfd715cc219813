// Lowerings of causalConv and causalConvGrad.
import { operand, pieces, whole, type Lowering, type Operand, type TableWriter } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

interface Sizes {
  readonly rows: number;
  readonly T: number;
  readonly C: number;
  readonly K: number;
}

function sizesOf(x: Operand, weight: Operand): Sizes {
  const [batch = 1, T = 1, C = 1] = x.type.shape;
  const [, K = 1] = weight.type.shape;
  return { rows: batch * T, T, C, K };
}

export const causalConvCpu: Lowering<OpAttrs['causalConv']> = (table, attrs) => {
  const [x, weight, bias] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const context = attrs.context ? operand(table.inputs, 3) : null;
  const y = operand(table.outputs, 0);
  const { rows, T, C, K } = sizesOf(x, weight);
  table.scratch(K * C * 4);
  table.emit({
    kernel: 'causalConv',
    units: rows,
    args: [x, weight, bias, context, y, T, C, K],
    reads: [whole(x), whole(weight), whole(bias), ...(context ? [whole(context)] : [])],
    writes: [pieces(y, C * 4)],
  });
};

/** Gradient of the inputs at times [first, first + span) of each sample. */
function emitInputGrad(table: TableWriter, out: Operand, { T, C, K }: Sizes, first: number, span: number): void {
  const weight = operand(table.inputs, 1);
  const dy = operand(table.inputs, 2);
  table.emit({
    kernel: 'causalConvGrad',
    units: out.bytes / (4 * C),
    args: [weight, dy, out, T, C, K, first, span],
    reads: [whole(weight), whole(dy)],
    writes: [pieces(out, C * 4)],
  });
}

function emitWeightGrad(table: TableWriter, context: Operand | null, { rows, T, C, K }: Sizes): void {
  const x = operand(table.inputs, 0);
  const dy = operand(table.inputs, 2);
  const [dweight, dbias] = [1, 2].map((i) => operand(table.outputs, i));
  const chunk = Math.max(64, Math.ceil(rows / 32));
  const count = Math.ceil(rows / chunk);
  const stride = (K + 1) * C * 4;
  const partials = table.workspace(count * stride);
  table.emit({
    kernel: 'causalConvWeightGrad',
    units: count,
    args: [x, dy, context, partials, rows, T, C, K, chunk],
    reads: [whole(x), pieces(dy, chunk * C * 4), ...(context ? [whole(context)] : [])],
    writes: [{ place: partials, bytes: count * stride, stride }],
  });
  table.emit({
    kernel: 'causalConvFinish',
    units: C,
    args: [partials, count, dweight, dbias, C, K],
    reads: [{ place: partials, bytes: count * stride }],
    writes: [pieces(dweight, K * 4), pieces(dbias, 4)],
  });
}

export const causalConvGradCpu: Lowering<OpAttrs['causalConvGrad']> = (table, attrs) => {
  const sizes = sizesOf(operand(table.inputs, 0), operand(table.inputs, 1));
  table.scratch(sizes.K * sizes.C * 4);
  emitInputGrad(table, operand(table.outputs, 0), sizes, 0, sizes.T);
  if (attrs.context) emitInputGrad(table, operand(table.outputs, 3), sizes, 1 - sizes.K, sizes.K - 1);
  emitWeightGrad(table, attrs.context ? operand(table.inputs, 3) : null, sizes);
};
