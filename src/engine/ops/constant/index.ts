// constant: a tensor filled with one number. Has no inputs, so it has no gradient.
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount } from '../shape-rule.ts';

/** () -> shape filled with value. */
export const constant: OpDef<OpAttrs['constant']> = {
  infer(inputs, { shape, value }) {
    expectCount('constant', inputs, []);
    if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
      throw new Error(`constant: shape must hold positive integers, got [${shape.join(', ')}]`);
    }
    if (!Number.isFinite(value)) throw new Error(`constant: value must be finite, got ${value}`);
    return [{ shape, dtype: 'f32' }];
  },
  flops: () => 0,
};
