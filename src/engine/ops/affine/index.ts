// affine: scale x + shift with two fixed numbers (1 - z, averages, negation without a second tensor).
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (x) -> scale x + shift. */
export const affine: OpDef<OpAttrs['affine']> = {
  infer: (inputs) => [shapeRule('affine', inputs, { x: '[…]' })('[…]')],
  gradient: ({ builder, dOutputs: [dy] }, { scale }) =>
    dy === null ? [null] : [callOne(builder, 'affine', [dy], { scale, shift: 0 })],
  inPlace: [[0, 0]],
  flops: (_inputs, [y]) => 2 * sizeOf(y.shape),
};
