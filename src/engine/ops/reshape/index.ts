// reshape: the same bytes read with other extents. A view, so devices do nothing for it.
import { showShape, sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { shaped } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount } from '../shape-rule.ts';

/** (x) -> x with another shape of the same size, row-major order kept. */
export const reshape: OpDef<OpAttrs['reshape']> = {
  infer(inputs, { shape }) {
    expectCount('reshape', inputs, ['x']);
    const [x] = inputs;
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new Error(
        `reshape: ${showShape(x.shape)} has ${sizeOf(x.shape)} elements, got ${showShape(shape)} with ${sizeOf(shape)}`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }) =>
    dy === null ? [null] : [shaped(builder, dy, builder.shape(x))],
  view: true,
  flops: () => 0,
};
