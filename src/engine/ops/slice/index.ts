// slice and pad: cut a range out of one axis, and put it back between zeros. Each is the gradient of the other.
import { bytesOf, showShape, type TensorType } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import { expectAxis, expectCount } from '../shape-rule.ts';
import { moved } from '../half-rule.ts';
import { copiesCpu, copiesTfjs, copiesWebgpu } from '../../kernel/emit/copies.ts';
import { defineOp, type Op } from '../op.ts';
import { along } from '../split-rule.ts';
import { exact } from '../tolerance.ts';
import { padCases, sliceCases } from './cases.ts';
import { padCopies, sliceCopies } from './kernel.ts';
import { padReference, sliceReference } from './reference.ts';

const withExtent = (x: TensorType, axis: number, extent: number): TensorType => ({
  shape: x.shape.with(axis, extent),
  dtype: x.dtype,
});

const slice: Op<'slice', { readonly axis: number; readonly start: number; readonly length: number }> = defineOp({
  kind: 'slice',
  meaning: '(x) -> x[start, start + length) along axis.',
  infer(inputs, { axis, start, length }) {
    expectCount('slice', inputs, ['x']);
    const [x] = inputs;
    const extent = x.shape[expectAxis('slice', axis, x.shape)];
    if (start < 0 || length < 1 || start + length > extent) {
      throw new Error(
        `slice: the range must lie in [0, ${extent}) of axis ${axis} of ${showShape(x.shape)}, got [${start}, ${start + length})`,
      );
    }
    return [withExtent(x, axis, length)];
  },
  gradient({ builder, inputs: [x], dOutputs: [dy] }, { axis, start }) {
    return dy === null ? [null] : [callOne(builder, 'pad', [dy], { axis, start, size: builder.shape(x)[axis] })];
  },
  reads: (_inputs, [y]) => [bytesOf(y)],
  flops: () => 0,
  split: along(),
  half: moved,
  tolerance: exact,
  cases: sliceCases,
  reference: sliceReference,
  kernels: {
    cpu: { lower: copiesCpu(sliceCopies), entries: ['copy'] },
    webgpu: { lower: copiesWebgpu(sliceCopies) },
    tensorflow: copiesTfjs(sliceCopies),
  },
});

const pad: Op<'pad', { readonly axis: number; readonly start: number; readonly size: number }> = defineOp({
  kind: 'pad',
  meaning: '(dy) -> zeros of extent `size` along axis with dy at start: the gradient of slice.',
  infer(inputs, { axis, start, size }) {
    expectCount('pad', inputs, ['dy']);
    const [dy] = inputs;
    const extent = dy.shape[expectAxis('pad', axis, dy.shape)];
    if (start < 0 || start + extent > size) {
      throw new Error(
        `pad: ${extent} entries from ${start} on must fit in size ${size}, got an end of ${start + extent}`,
      );
    }
    return [withExtent(dy, axis, size)];
  },
  gradient({ builder, inputs: [dy], dOutputs: [d] }, { axis, start }) {
    return d === null ? [null] : [callOne(builder, 'slice', [d], { axis, start, length: builder.shape(dy)[axis] })];
  },
  flops: () => 0,
  split: along(),
  half: moved,
  tolerance: exact,
  cases: padCases,
  reference: padReference,
  kernels: {
    cpu: { lower: copiesCpu(padCopies) },
    webgpu: { lower: copiesWebgpu(padCopies) },
    tensorflow: copiesTfjs(padCopies),
  },
});

export const sliceOps = { slice, pad };
