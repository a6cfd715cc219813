// logCumulativeSumExp and its gradient: the running log-sum-exp over time, the heart of the log-space scan (Heinsen 2023).
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (x [B, T, H]) -> y_t = log sum_{s <= t} exp x_s = max(y_{t-1}, x_t) + log(1 + exp(-|y_{t-1} - x_t|)). */
export const logCumulativeSumExp: OpDef<OpAttrs['logCumulativeSumExp']> = {
  infer: (inputs) => [shapeRule('logCumulativeSumExp', inputs, { x: '[B, T, H]' })('[B, T, H]')],
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'logCumulativeSumExp', ['y']);
    return [callOne(builder, 'logCumulativeSumExpGrad', [inputs[0], outputs[0], dy], attrs)];
  },
  inPlace: [[0, 0]],
  flops: ([x]) => 6 * sizeOf(x.shape),
};

/** (x, y, dy) -> dx_t = s_t exp(x_t - y_t) with s_t = dy_t + s_{t+1} exp(y_t - y_{t+1}). */
export const logCumulativeSumExpGrad: OpDef<OpAttrs['logCumulativeSumExpGrad']> = {
  infer(inputs) {
    const patterns = { x: '[B, T, H]', y: '[B, T, H]', dy: '[B, T, H]' };
    return [shapeRule('logCumulativeSumExpGrad', inputs, patterns)('[B, T, H]')];
  },
  inPlace: [
    [0, 0],
    [0, 2],
  ],
  flops: ([x]) => 7 * sizeOf(x.shape),
};
