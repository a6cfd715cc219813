// gru and gruGrad: the gated recurrent unit (Cho et al. 2014) as torch computes it, reset after the product, whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (gx [B, T, 3H] in order r | z | n, weight [3H, H], bias [3H], h0? [B, H]) -> h [B, T, H], gates [B, T, 4H] = r, z, n, W_hn h + b_hn. */
export const gru: OpDef<OpAttrs['gru']> = {
  infer(inputs, { initial }) {
    const patterns = { gx: '[B, T, 3H]', weight: '[3H, H]', bias: '[3H]', ...optional(initial, { h0: '[B, H]' }) };
    const resolve = shapeRule('gru', inputs, patterns);
    return [resolve('[B, T, H]'), resolve('[B, T, 4H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'gru', ['h', 'gates']);
    const start = attrs.initial ? [inputs[3]] : [];
    return call(builder, 'gruGrad', [inputs[1], outputs[0], outputs[1], dh, ...start], attrs);
  },
  flops: ([, weight], [h]) => sizeOf(h.shape) * (6 * weight.shape[1] + 22),
};

/** (weight, h, gates, dh, h0?) -> dgx, dweight, dbias (, dh0). */
export const gruGrad: OpDef<OpAttrs['gruGrad']> = {
  infer(inputs, { initial }) {
    const patterns = {
      weight: '[3H, H]',
      h: '[B, T, H]',
      gates: '[B, T, 4H]',
      dh: '[B, T, H]',
      ...optional(initial, { h0: '[B, H]' }),
    };
    const resolve = shapeRule('gruGrad', inputs, patterns);
    const outputs = [resolve('[B, T, 3H]'), resolve('[3H, H]'), resolve('[3H]')];
    return initial ? [...outputs, resolve('[B, H]')] : outputs;
  },
  flops: ([weight, h]) => sizeOf(h.shape) * (12 * weight.shape[1] + 25),
};
