// assign and accumulate: the writes into variables. Neither has outputs or a gradient.
import { sameShape, showShape, sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, shapeRule } from '../shape-rule.ts';

/** (variable, value) -> (); copies. */
export const assign: OpDef<OpAttrs['assign']> = {
  infer(inputs) {
    expectCount('assign', inputs, ['variable', 'value']);
    const [variable, value] = inputs;
    if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype) {
      throw new Error(
        `assign: value must be ${variable.dtype} ${showShape(variable.shape)}, got ${value.dtype} ${showShape(value.shape)}`,
      );
    }
    return [];
  },
  mutates: [0],
  flops: () => 0,
};

/** (variable, value, factor []) -> (); variable += factor value. */
export const accumulate: OpDef<OpAttrs['accumulate']> = {
  infer(inputs) {
    shapeRule('accumulate', inputs, { variable: '[…]', value: '[…]', factor: '[]' });
    return [];
  },
  mutates: [0],
  flops: ([variable]) => 2 * sizeOf(variable.shape),
};
