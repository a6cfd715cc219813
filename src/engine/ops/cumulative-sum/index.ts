// cumulativeSum: the running sum over time, from either end. Each direction is the gradient of the other.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (x [B, T, H]) -> y_t = sum_{s <= t} x_s; reverse: sum_{s >= t} x_s. */
export const cumulativeSum: OpDef<OpAttrs['cumulativeSum']> = {
  infer: (inputs) => [shapeRule('cumulativeSum', inputs, { x: '[B, T, H]' })('[B, T, H]')],
  gradient: ({ builder, dOutputs: [dy] }, { reverse }) =>
    dy === null ? [null] : [callOne(builder, 'cumulativeSum', [dy], { reverse: !reverse })],
  inPlace: [[0, 0]],
  flops: ([x]) => sizeOf(x.shape),
};
