// matmul: the product of two matrices, each as it is or transposed, with an optional bias row: y = op(a) op(b) + bias.
import { lastOf, rowsOf, showShape, sizeOf, type TensorType } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import type { GradientContext, OpDef } from '../../graph/op-def.ts';
import { callOne, shaped } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';

type Attrs = OpAttrs['matmul'];

/** M x K times K x N. */
export interface MatmulSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** The three extents of the product; throws when the inner ones differ. */
export function matmulSizes(a: TensorType, b: TensorType, { transA, transB }: Attrs): MatmulSizes {
  const [rows, inner] = transA ? [lastOf(a.shape), rowsOf(a.shape)] : [rowsOf(a.shape), lastOf(a.shape)];
  const [innerB, columns] = transB ? [lastOf(b.shape), rowsOf(b.shape)] : [rowsOf(b.shape), lastOf(b.shape)];
  if (inner !== innerB) {
    throw new Error(
      `matmul: inner extents must agree, got ${inner} of a ${showShape(a.shape)}${transA ? ' transposed' : ''} ` +
        `and ${innerB} of b ${showShape(b.shape)}${transB ? ' transposed' : ''}`,
    );
  }
  return { rows, inner, columns };
}

const product = (builder: GraphBuilder, a: ValueId, b: ValueId, transA: boolean, transB: boolean): ValueId =>
  callOne(builder, 'matmul', [a, b], { transA, transB, bias: false });

/** d/da of op(a) op(b), read as a matrix: dy op(b)^T, transposed when a was. */
function gradientOfA({ builder, inputs: [, b] }: GradientContext, dy: ValueId, { transA, transB }: Attrs): ValueId {
  return transA ? product(builder, b, dy, transB, true) : product(builder, dy, b, false, !transB);
}

/** d/db of op(a) op(b), read as a matrix: op(a)^T dy, transposed when b was. */
function gradientOfB({ builder, inputs: [a] }: GradientContext, dy: ValueId, { transA, transB }: Attrs): ValueId {
  return transB ? product(builder, dy, a, true, transA) : product(builder, a, dy, !transA, false);
}

/** (a, b, bias?) -> op(a) op(b) (+ bias); leading extents are flattened to rows. */
export const matmul: OpDef<Attrs> = {
  infer(inputs, attrs) {
    expectCount('matmul', inputs, attrs.bias ? ['a', 'b', 'bias'] : ['a', 'b']);
    const [a, b, bias] = inputs;
    for (const [name, type] of Object.entries({ a, b })) {
      expectDType('matmul', name, type, 'f32');
      if (type.shape.length === 0) throw new Error(`matmul: ${name} must have at least one extent, got []`);
    }
    const { columns } = matmulSizes(a, b, attrs);
    if (attrs.bias && showShape(bias.shape) !== showShape([columns])) {
      throw new Error(`matmul: bias must be ${showShape([columns])}, got ${showShape(bias.shape)}`);
    }
    const leading = attrs.transA ? [lastOf(a.shape)] : a.shape.slice(0, -1);
    return [{ shape: [...leading, columns], dtype: 'f32' }];
  },
  gradient(context, attrs) {
    const { builder, inputs, dOutputs, wanted } = context;
    const [dy] = dOutputs;
    if (dy === null) return inputs.map(() => null);
    const [a, b] = inputs;
    const da = wanted[0] ? shaped(builder, gradientOfA(context, dy, attrs), builder.shape(a)) : null;
    const db = wanted[1] ? shaped(builder, gradientOfB(context, dy, attrs), builder.shape(b)) : null;
    if (!attrs.bias) return [da, db];
    return [da, db, wanted[2] ? callOne(builder, 'reduceSum', [dy], { over: 'rows', mean: false }) : null];
  },
  flops([a, b], [y], attrs) {
    const { rows, inner, columns } = matmulSizes(a, b, attrs);
    return 2 * rows * inner * columns + (attrs.bias ? sizeOf(y.shape) : 0);
  },
};
