// Copies on every device: strided copies of the op table, WGSL that moves words as they are, operations of TensorFlow.js.
import { itemAt } from '../../core/item.ts';
import { copyPieces } from '../../ops/elementwise/cpu.ts';
import type { TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import { bind, flat, operand as gpuOperand, type GpuLowering, type GpuWriter } from '../../plan/gpu/lowering.ts';
import { fillCommand } from '../../plan/lower-graph.ts';
import { operand, type Lowering } from '../../plan/lowering.ts';
import { sizeOf } from '../../core/tensor.ts';
import { covers, type CopiesOf, type Copy, type Spacing } from '../copy.ts';

const typesOf = <T>(operands: readonly { readonly type: T }[]): readonly T[] => operands.map(({ type }) => type);

export const copiesCpu =
  <A extends object>(copiesOf: CopiesOf<A>): Lowering<A> =>
  (table, attrs) => {
    const copies = copiesOf(attrs, typesOf(table.inputs), typesOf(table.outputs));
    table.outputs.forEach((output, i) => {
      if (!covers(copies, i, output.type)) table.emit(fillCommand(output, output.bytes, 0));
    });
    for (const { count, length, from, to } of copies) {
      const [source, target] = [
        { operand: operand(table.inputs, from.tensor), offset: 4 * from.offset, stride: 4 * from.stride },
        { operand: operand(table.outputs, to.tensor), offset: 4 * to.offset, stride: 4 * to.stride },
      ];
      table.emit(copyPieces(count, 4 * length, source, target));
    }
  };

/** WGSL of an element's place, from its number among all that are copied. */
function placeOf({ offset, stride }: Spacing, length: number): string {
  const piece = stride === 0 ? '' : `(index / ${length}u) * ${stride}u + `;
  const place = stride === length ? 'index' : `${piece}index % ${length}u`;
  return offset === 0 ? place : `${place} + ${offset}u`;
}

/** Statements of one invocation, for each element that is copied, or for each of a result between zeros. */
function moves({ from, to, length }: Copy, isCovered: boolean, zero: string): string {
  if (isCovered) return `  y[${placeOf(to, length)}] = x[${placeOf(from, length)}];`;
  const read = placeOf({ ...from, offset: 0 }, length).replaceAll('index', 'number');
  return `  let within = index % ${to.stride}u;
  var moved = ${zero};
  if (within >= ${to.offset}u && within < ${to.offset + length}u) {
    let number = (index / ${to.stride}u) * ${length}u + within - ${to.offset}u;
    moved = x[${read} + ${from.offset}u];
  }
  y[index] = moved;`;
}

/** The copy by fours, where everything begins and ends at a multiple of four. */
function byFours({ count, length, from, to }: Copy): Copy | null {
  const quarter = (one: Spacing): Spacing => ({ ...one, offset: one.offset / 4, stride: one.stride / 4 });
  const all = [length, from.offset, from.stride, to.offset, to.stride];
  return all.every((n) => n % 4 === 0) ? { count, length: length / 4, from: quarter(from), to: quarter(to) } : null;
}

function dispatch(gpu: GpuWriter, copy: Copy, isCovered: boolean, label: string): void {
  const [x, y] = [gpuOperand(gpu.inputs, copy.from.tensor), gpuOperand(gpu.outputs, copy.to.tensor)];
  const wide = x.type.dtype === 'f32' ? byFours(copy) : null;
  const dtype = wide ? 'vec4' : 'u32';
  const { declarations, buffers } = bind({ x: { ...x, dtype }, y: { ...y, dtype } });
  const { count, length } = wide ?? copy;
  const items = isCovered ? count * length : sizeOf(y.type.shape) / (wide ? 4 : 1);
  const { groups, head } = flat(items, gpu.traits);
  const body = moves(wide ?? copy, isCovered, wide ? 'vec4<f32>()' : '0u');
  gpu.dispatch({ label, code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
}

/** One dispatch a copy. A result with zeros has one copy. */
export const copiesWebgpu =
  <A extends object>(copiesOf: CopiesOf<A>): GpuLowering<A> =>
  (gpu, attrs) => {
    const outputs = typesOf(gpu.outputs);
    const copies = copiesOf(attrs, typesOf(gpu.inputs), outputs);
    copies.forEach((copy, i) => {
      const { tensor } = copy.to;
      const isCovered = outputs[tensor] !== undefined && covers(copies, tensor, outputs[tensor]);
      dispatch(gpu, copy, isCovered, copies.length === 1 ? '' : `part ${i}`);
    });
  };

/** The outputs as rows of pieces: each made of its copies side by side, between zeros where they do not reach. */
export const copiesTfjs =
  <A extends object>(copiesOf: CopiesOf<A>): TfKernel<A> =>
  ({ tf }, inputs, attrs, types) => {
    const given = inputs.map(({ shape, dtype }): { shape: number[]; dtype: 'f32' | 'i32' } => ({
      shape,
      dtype: dtype === 'int32' ? 'i32' : 'f32',
    }));
    const copies = copiesOf(attrs, given, types);
    const piecesOf = ({ count, length, from }: Copy): TfTensor => {
      const x = itemAt(inputs, from.tensor);
      if (from.stride === 0) return tf.broadcastTo(tf.reshape(x, [1, length]), [count, length]);
      const rows = tf.reshape(x, [count, from.stride]);
      return from.stride === length ? rows : tf.slice(rows, [0, from.offset], [count, length]);
    };
    return types.map((type, i) => {
      const own = copies.filter(({ to }) => to.tensor === i);
      const parts = own.map(piecesOf);
      const joined = parts.length === 1 ? itemAt(parts, 0) : tf.concat(parts, 1);
      const [{ to, length }] = own as [Copy];
      if (covers(copies, i, type)) return tf.reshape(joined, type.shape);
      const after = to.stride - to.offset - length;
      return tf.reshape(
        tf.pad(joined, [
          [0, 0],
          [to.offset, after],
        ]),
        type.shape,
      );
    });
  };
