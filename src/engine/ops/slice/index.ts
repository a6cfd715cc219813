// slice and pad: cut a range out of one axis, and put it back between zeros. Each is the gradient of the other.
import { showShape, type TensorType } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectAxis, expectCount } from '../shape-rule.ts';

const withExtent = (x: TensorType, axis: number, extent: number): TensorType => ({
  shape: x.shape.with(axis, extent),
  dtype: x.dtype,
});

/** (x) -> x[start, start + length) along axis. */
export const slice: OpDef<OpAttrs['slice']> = {
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
  flops: () => 0,
};

/** (dy) -> zeros of extent `size` along axis, with dy from `start` on. */
export const pad: OpDef<OpAttrs['pad']> = {
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
};
