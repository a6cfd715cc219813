// elman and elmanGrad: the simple recurrent network with tanh (Elman 1990), whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (gx [B, T, H] with both biases added, weight [H, H], h0? [B, H]) -> h_t = tanh(gx_t + W h_{t-1}). */
export const elman: OpDef<OpAttrs['elman']> = {
  infer(inputs, { initial }) {
    const patterns = { gx: '[B, T, H]', weight: '[H, H]', ...optional(initial, { h0: '[B, H]' }) };
    return [shapeRule('elman', inputs, patterns)('[B, T, H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'elman', ['h']);
    const start = attrs.initial ? [inputs[2]] : [];
    return call(builder, 'elmanGrad', [inputs[1], outputs[0], dh, ...start], attrs);
  },
  inPlace: [[0, 0]],
  flops: ([, weight], [h]) => sizeOf(h.shape) * (2 * weight.shape[1] + 5),
};

/** (weight, h, dh, h0?) -> dgx, dweight (, dh0). */
export const elmanGrad: OpDef<OpAttrs['elmanGrad']> = {
  infer(inputs, { initial }) {
    const patterns = { weight: '[H, H]', h: '[B, T, H]', dh: '[B, T, H]', ...optional(initial, { h0: '[B, H]' }) };
    const resolve = shapeRule('elmanGrad', inputs, patterns);
    const outputs = [resolve('[B, T, H]'), resolve('[H, H]')];
    return initial ? [...outputs, resolve('[B, H]')] : outputs;
  },
  inPlace: [[0, 2]],
  flops: ([weight, h]) => sizeOf(h.shape) * (4 * weight.shape[1] + 4),
};
