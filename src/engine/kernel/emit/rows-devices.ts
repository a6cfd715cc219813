// How a kernel on rows becomes entries of the op table, and operations of TensorFlow.js on all rows at once.
import { itemAt } from '../../core/item.ts';
import { lastOf, rowsOf as countRows, sizeOf } from '../../core/tensor.ts';
import { emitColumnSum } from '../../ops/reduce-sum/columns.ts';
import type { TfContext, TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import {
  at,
  operand,
  pieces,
  real,
  whole,
  type Access,
  type Argument,
  type Lowering,
  type Operand,
  type Place,
  type TableWriter,
} from '../../plan/lowering.ts';
import type { Expr } from '../expr.ts';
import { attributeOf } from '../map.ts';
import {
  column,
  finishOf,
  hasPartials,
  madeByRow,
  outputOf,
  outputsOf,
  valueOfTerm,
  width,
  withoutKept,
  type RowKernel,
  type RowOperand,
  type RowsOf,
} from '../rows.ts';
import { compute } from './tfjs.ts';

/** Rows of one partial sum: at most 32 of them, or 64 of float64, fixed by the shape. */
const chunkOf = (rows: number, most: number): number => Math.max(16, Math.ceil(rows / most));

/** Numbers of one partial sum of one long row. */
const flatChunkOf = (n: number): number => Math.max(1024, Math.ceil(n / 64));

interface Sums {
  readonly kernel: RowKernel;
  readonly attributes: readonly Argument[];
}

/** Adds up `count` partial sums in float64 and makes the tensors that follow from them. */
export function emitFinish(table: TableWriter, { kernel, attributes }: Sums, partials: Place, count: number): void {
  const made = Object.keys(kernel.finish).map((name) => outputOf(kernel, table.outputs, name));
  table.emit({
    kernel: finishOf(kernel),
    units: 1,
    args: [partials, count, ...made, ...attributes],
    reads: [{ place: partials, bytes: count * Object.keys(kernel.sums).length * 8 }],
    writes: made.map(whole),
  });
}

/** Partial sums of tensors of one size, gone through as one long row; gives how many. */
export function emitFlat(
  table: TableWriter,
  { kernel, attributes }: Sums,
  inputs: readonly Operand[],
  place: Place,
  chunk: number,
): void {
  const n = operand(inputs, 0).bytes / 4;
  const units = Math.ceil(n / chunk);
  const stride = Object.keys(kernel.sums).length * 8;
  table.emit({
    kernel: kernel.name,
    units,
    args: [...inputs, place, n, chunk, ...attributes],
    reads: inputs.map((one) => pieces(one, chunk * 4)),
    writes: [{ place, bytes: units * stride, stride }],
  });
}

function flat(table: TableWriter, sums: Sums): void {
  const n = operand(table.inputs, 0).bytes / 4;
  const chunk = flatChunkOf(n);
  const units = Math.ceil(n / chunk);
  const partials = table.workspace(units * Object.keys(sums.kernel.sums).length * 8);
  emitFlat(table, sums, table.inputs, partials, chunk);
  emitFinish(table, sums, partials, units);
}

export const rowsCpu =
  <A extends object>(rowsOf: RowsOf<A>): Lowering<A> =>
  (table, attrs) => {
    const { shape } = operand(table.inputs, 0).type;
    const [N, rows] = [lastOf(shape), countRows(shape)];
    const { kernel, values = {} } = rowsOf(attrs, N);
    const attributes = kernel.attributes.map((name) => real(attributeOf(values, name)));
    if (kernel.flat) {
      flat(table, { kernel, attributes });
      return;
    }
    const totals = Object.keys(kernel.totals);
    const sums = Object.keys(kernel.sums).length;
    const made = madeByRow(kernel).map((name) => outputOf(kernel, table.outputs, name));
    const chunk = hasPartials(kernel) ? chunkOf(rows, sums > 0 ? 64 : 32) : 1;
    const units = Math.ceil(rows / chunk);
    const stride = sums > 0 ? sums * 8 : totals.length * N * 4;
    const bytes = units * stride;
    const partials = bytes > 0 ? table.workspace(bytes) : null;
    const along = (place: Operand, extent: string): Access =>
      extent === 'column' || extent === 'single' ? whole(place) : pieces(place, chunk * (extent === 'row' ? N : 1) * 4);
    table.emit({
      kernel: kernel.name,
      units,
      args: [...table.inputs, ...made, ...(partials ? [partials, rows, N, chunk] : [N]), ...attributes],
      reads: kernel.inputs.map(({ extent }, i) => along(operand(table.inputs, i), extent)),
      writes: [
        ...made.map((place, i) => along(place, i < Object.keys(kernel.results).length ? 'row' : 'number')),
        ...(partials ? [{ place: partials, bytes, stride }] : []),
      ],
    });
    if (!partials) return;
    if (sums > 0) emitFinish(table, { kernel, attributes }, partials, units);
    totals.forEach((name, i) => {
      const sum = { stride: totals.length * N, rows: units, columns: N, scale: 1, bytes: bytes - i * N * 4 };
      emitColumnSum(table, { ...sum, x: at(partials, i * N * 4) }, outputOf(kernel, table.outputs, name));
    });
  };

/** Inputs as matrices [R, N], columns [N] and numbers [R, 1] or [], by name, with everything that is the same for all rows. */
function given(
  c: TfContext,
  kernel: RowKernel,
  inputs: readonly TfTensor[],
  values: Readonly<Record<string, number>>,
): Map<string, TfTensor> {
  const { tf, scalar } = c;
  const first = inputs[0];
  const N = kernel.flat ? (first?.size ?? 1) : lastOf(first?.shape ?? []);
  const shaped = (x: TfTensor, extent: RowOperand['extent']): TfTensor => {
    if (extent === 'column' || extent === 'single') return x;
    return tf.reshape(extent === 'index' ? tf.cast(x, 'float32') : x, [-1, extent === 'row' ? N : 1]);
  };
  const known = new Map<string, TfTensor>([[width.name, scalar(N)]]);
  kernel.inputs.forEach(({ name, extent }, i) => {
    const x = inputs[i];
    if (x) known.set(name, shaped(x, extent));
  });
  for (const name of kernel.attributes) known.set(name, scalar(attributeOf(values, name)));
  known.set(column.name, tf.cast(tf.range(0, N, 1, 'int32'), 'float32'));
  for (const { name, of, at: index } of kernel.picks) known.set(name, picked(c, known.get(of), known.get(index)));
  return known;
}

/** Elements [R, 1] of the rows of x [R, N] at indices [R, 1], held within the row. */
function picked({ tf, integer }: TfContext, x?: TfTensor, index?: TfTensor): TfTensor {
  if (!x || !index) throw new Error('kernel: a pick must name a row and an index');
  const [rows = 1, N = 1] = x.shape;
  const within = tf.minimum(tf.maximum(tf.cast(index, 'int32'), integer(0)), integer(N - 1));
  const starts = tf.mul(tf.range(0, rows, 1, 'int32'), integer(N));
  const found = tf.gather(tf.reshape(x, [-1]), tf.add(starts, tf.reshape(within, [-1])));
  return tf.reshape(found, [-1, 1]);
}

export const rowsTfjs =
  <A extends object>(rowsOf: RowsOf<A>): TfKernel<A> =>
  (c, inputs, attrs, types) => {
    const { tf, scalar } = c;
    const { kernel: described, values = {} } = rowsOf(attrs, lastOf(inputs[0]?.shape ?? []));
    const kernel = withoutKept(described);
    const names = given(c, kernel, inputs, values);
    const known = new Map<Expr, TfTensor>();
    const valueOf = (x: Expr): TfTensor =>
      compute(c, x, known, (name) => {
        const found = names.get(name);
        if (!found) throw new Error(`kernel: a tensor of ${name} is required on the tensorflow device`);
        return found;
      });
    const { skip } = kernel;
    for (const { name, reduce, of } of kernel.folds) names.set(name, tf[reduce](valueOf(valueOfTerm(of)), 1, true));
    for (const [name, value] of Object.entries(kernel.sums)) names.set(name, tf.sum(valueOf(value)));
    const made = new Map<string, TfTensor>();
    for (const [name, value] of Object.entries(kernel.results))
      made.set(name, skip ? tf.where(valueOf(skip), scalar(0), valueOf(value)) : valueOf(value));
    for (const [name, value] of Object.entries(kernel.values)) made.set(name, valueOf(value));
    for (const [name, term] of Object.entries(kernel.totals)) made.set(name, tf.sum(valueOf(valueOfTerm(term)), 0));
    for (const [name, values] of Object.entries(kernel.finish)) {
      const all = values.map(valueOf);
      const first = itemAt(all, 0);
      names.set(name, first);
      made.set(name, all.length === 1 ? first : tf.stack(all, 0));
    }
    return outputsOf(kernel).map((name, i) => {
      const x = made.get(name);
      if (!x) throw new Error(`kernel: ${kernel.name} must make ${name}`);
      const shape = types[i]?.shape ?? x.shape;
      return x.size === sizeOf(shape) ? tf.reshape(x, shape) : tf.broadcastTo(x, shape);
    });
  };
