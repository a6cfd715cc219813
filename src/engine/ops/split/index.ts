// split and concat: one axis split into parts and joined again. Each is the gradient of the other.
import { sameShape, showShape } from '../../core/tensor.ts';
import { arrivingOrZero, call, callOne } from '../call.ts';
import { expectAxis, expectCount } from '../shape-rule.ts';
import { moved } from '../half-rule.ts';
import { copiesCpu, copiesTfjs, copiesWebgpu } from '../../kernel/emit/copies.ts';
import { defineOp, type Op } from '../op.ts';
import { along } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { concatCases, splitCases } from './cases.ts';
import { concatCopies, splitCopies } from './kernel.ts';
import { concatReference, splitReference } from './reference.ts';

const split: Op<'split', { readonly axis: number; readonly sizes: readonly number[] }> = defineOp({
  kind: 'split',
  meaning: '(x) -> parts along axis with the given sizes, in order. One output a part.',
  infer(inputs, { axis, sizes }) {
    expectCount('split', inputs, ['x']);
    const [x] = inputs;
    const extent = x.shape[expectAxis('split', axis, x.shape)];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== extent || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
      throw new Error(`split: sizes must be positive and add up to ${extent}, got ${showShape(sizes)}`);
    }
    return sizes.map((size) => ({ shape: x.shape.with(axis, size), dtype: x.dtype }));
  },
  gradient(context, { axis }) {
    const parts = context.outputs.map((_, i) => arrivingOrZero(context, i));
    return [callOne(context.builder, 'concat', parts, { axis })];
  },
  flops: () => 0,
  split: along(),
  half: moved,
  tolerance: exact,
  cases: splitCases,
  reference: splitReference,
  kernels: {
    cpu: { lower: copiesCpu(splitCopies) },
    webgpu: { lower: copiesWebgpu(splitCopies) },
    tensorflow: copiesTfjs(splitCopies),
  },
});

const concat: Op<'concat', { readonly axis: number }> = defineOp({
  kind: 'concat',
  meaning: '(x1, x2, …) -> joined along axis.',
  infer(inputs, { axis }) {
    if (inputs.length === 0) throw new Error('concat: at least 1 input required, got 0');
    const [first] = inputs;
    expectAxis('concat', axis, first.shape);
    inputs.forEach((input, i) => {
      if (input.shape.length === first.shape.length && input.dtype === first.dtype) {
        if (sameShape(input.shape.with(axis, 1), first.shape.with(axis, 1))) return;
      }
      throw new Error(
        `concat: x${i + 1} must be ${showShape(first.shape)} but for axis ${axis}, got ${showShape(input.shape)}`,
      );
    });
    const total = inputs.reduce((sum, input) => sum + input.shape[axis], 0);
    return [{ shape: first.shape.with(axis, total), dtype: first.dtype }];
  },
  gradient({ builder, inputs, dOutputs: [dy] }, { axis }) {
    if (dy === null) return inputs.map(() => null);
    return call(builder, 'split', [dy], { axis, sizes: inputs.map((input) => builder.shape(input)[axis]) });
  },
  flops: () => 0,
  split: along(),
  half: moved,
  tolerance: exact,
  cases: concatCases,
  reference: concatReference,
  kernels: {
    cpu: { lower: copiesCpu(concatCopies) },
    webgpu: { lower: copiesWebgpu(concatCopies) },
    tensorflow: copiesTfjs(concatCopies),
  },
});

export const splitOps = { split, concat };
