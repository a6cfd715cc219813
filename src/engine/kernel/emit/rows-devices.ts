// How a kernel on rows becomes entries of the op table, and operations of TensorFlow.js on all rows at once.
import { lastOf, rowsOf as countRows, sizeOf } from '../../core/tensor.ts';
import { emitColumnSum } from '../../ops/reduce-sum/cpu.ts';
import type { TfContext, TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import { at, operand, pieces, real, whole, type Access, type Lowering, type Operand } from '../../plan/lowering.ts';
import type { Expr } from '../expr.ts';
import { attributeOf } from '../map.ts';
import { valueOfTerm, width, type RowKernel, type RowsOf } from '../rows.ts';
import { compute } from './tfjs.ts';

/** Outputs of the op that are computed row by row; sums over rows come after them. */
const madeByRow = ({ results, values }: RowKernel): readonly string[] => [
  ...Object.keys(results),
  ...Object.keys(values),
];

/** Rows of one partial sum: at most 32 of them, fixed by the shape. */
const chunkOf = (rows: number): number => Math.max(16, Math.ceil(rows / 32));

export const rowsCpu =
  <A extends object>(rowsOf: RowsOf<A>): Lowering<A> =>
  (table, attrs) => {
    const { shape } = operand(table.inputs, 0).type;
    const [N, rows] = [lastOf(shape), countRows(shape)];
    const { kernel, values = {} } = rowsOf(attrs, N);
    const totals = Object.keys(kernel.totals);
    const made = madeByRow(kernel).map((_, i) => operand(table.outputs, i));
    const chunk = totals.length > 0 ? chunkOf(rows) : 1;
    const units = Math.ceil(rows / chunk);
    const bytes = units * totals.length * N * 4;
    const partials = totals.length > 0 ? table.workspace(bytes) : null;
    const along = (place: Operand, extent: string): Access =>
      extent === 'column' ? whole(place) : pieces(place, chunk * (extent === 'row' ? N : 1) * 4);
    table.emit({
      kernel: kernel.name,
      units,
      args: [
        ...table.inputs,
        ...made,
        ...(partials ? [partials, rows, N, chunk] : [N]),
        ...kernel.attributes.map((name) => real(attributeOf(values, name))),
      ],
      reads: kernel.inputs.map(({ extent }, i) => along(operand(table.inputs, i), extent)),
      writes: [
        ...made.map((place, i) => along(place, i < Object.keys(kernel.results).length ? 'row' : 'number')),
        ...(partials ? [{ place: partials, bytes, stride: totals.length * N * 4 }] : []),
      ],
    });
    totals.forEach((_, i) => {
      if (!partials) return;
      const offset = i * N * 4;
      const sum = { stride: totals.length * N, rows: units, columns: N, scale: 1, bytes: bytes - offset };
      emitColumnSum(table, { ...sum, x: at(partials, offset) }, operand(table.outputs, made.length + i));
    });
  };

/** Inputs as matrices [R, N], columns [N] and numbers [R, 1], by name, with everything that is the same for all rows. */
function given(
  c: TfContext,
  kernel: RowKernel,
  inputs: readonly TfTensor[],
  values: Readonly<Record<string, number>>,
): Map<string, TfTensor> {
  const N = lastOf(inputs[0]?.shape ?? []);
  const shaped = (x: TfTensor, extent: string): TfTensor =>
    extent === 'column' ? x : c.tf.reshape(x, [-1, extent === 'row' ? N : 1]);
  const tensors = kernel.inputs.flatMap(({ name, extent }, i) => {
    const x = inputs[i];
    return x ? [[name, shaped(x, extent)] as const] : [];
  });
  const numbers = kernel.attributes.map((name) => [name, c.scalar(attributeOf(values, name))] as const);
  return new Map([...tensors, ...numbers, [width.name, c.scalar(N)]]);
}

export const rowsTfjs =
  <A extends object>(rowsOf: RowsOf<A>): TfKernel<A> =>
  (c, inputs, attrs, types) => {
    const { tf } = c;
    const { kernel, values = {} } = rowsOf(attrs, lastOf(inputs[0]?.shape ?? []));
    const names = given(c, kernel, inputs, values);
    const known = new Map<Expr, TfTensor>();
    const valueOf = (x: Expr): TfTensor =>
      compute(c, x, known, (name) => {
        const found = names.get(name);
        if (!found) throw new Error(`kernel: a tensor of ${name} is required on the tensorflow device`);
        return found;
      });
    for (const { name, reduce, of } of kernel.folds) names.set(name, tf[reduce](valueOf(valueOfTerm(of)), 1, true));
    const all = [
      ...Object.values(kernel.results).map(valueOf),
      ...Object.values(kernel.values).map(valueOf),
      ...Object.values(kernel.totals).map((term) => tf.sum(valueOf(valueOfTerm(term)), 0)),
    ];
    return all.map((x, i) => {
      const shape = types[i]?.shape ?? x.shape;
      return x.size === sizeOf(shape) ? tf.reshape(x, shape) : tf.broadcastTo(x, shape);
    });
  };
