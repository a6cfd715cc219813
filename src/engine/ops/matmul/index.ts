// matmul: the product of two matrices, each as it is or transposed, with an optional bias row: y = op(a) op(b) + bias.
import { lastOf, showShape, sizeOf, rowsOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import type { GradientContext } from '../../graph/op-def.ts';
import { callOne, shaped } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { D, P, S, W } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { matmulCases } from './cases.ts';
import { matmulCpu } from './cpu.ts';
import { matmulReference } from './reference.ts';
import { matmulSizes } from './sizes.ts';
import { matmulTfjs } from './tfjs.ts';
import { matmulWebgpu } from './webgpu.ts';

type Attrs = OpAttrs['matmul'];

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

/** With fewer rows packing the matrix does not pay off. */
const FEW_ROWS = 16;

/** x W for rows of samples; x^T dy is a sum over them, so both have a row for each. */
const matmulRule: SampleRule<OpAttrs['matmul']> = ({ inputs, samples, batch }, { transA, transB, bias }) => {
  const [a = { shape: [], dtype: 'f32' }] = inputs;
  const together = rowsOf(a.shape) / batch < FEW_ROWS;
  if (transA && !transB && !bias) return { inputs: [P, P], outputs: [D], together };
  if (transA || samples[1] === true || a.shape.length < 2) return null;
  return { inputs: bias ? [P, W, W] : [P, W], outputs: [S], together };
};

const matmul: Op<'matmul', { readonly transA: boolean; readonly transB: boolean; readonly bias: boolean }> = defineOp({
  kind: 'matmul',
  meaning:
    '(a, b, bias?) -> op(a) op(b) (+ bias). Operands are read as matrices (leading extents flattened to rows). Result: leading extents of a (when !transA) or [columns of a], then columns of op(b). bias [columns].',
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
  split: matmulRule,
  half,
  tolerance: sums,
  halfTolerance: stored,
  cases: matmulCases,
  reference: matmulReference,
  kernels: {
    cpu: { lower: matmulCpu, entries: ['matmul', 'matmulDot', 'matmulOuter', 'pack'] },
    webgpu: { lower: matmulWebgpu, follows: true },
    tensorflow: matmulTfjs,
  },
});

export const matmulOps = { matmul };
