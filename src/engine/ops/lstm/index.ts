// lstm and lstmGrad: long short-term memory (Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 2000), whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingOrZero, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (gx [B, T, 4H] in order i | f | g | o, weight [4H, H], h0? [B, H], c0? [B, H]) -> h, c [B, T, H], gates [B, T, 4H] = i, f, g, o. */
export const lstm: OpDef<OpAttrs['lstm']> = {
  infer(inputs, { initial }) {
    const patterns = { gx: '[B, T, 4H]', weight: '[4H, H]', ...optional(initial, { h0: '[B, H]', c0: '[B, H]' }) };
    const resolve = shapeRule('lstm', inputs, patterns);
    return [resolve('[B, T, H]'), resolve('[B, T, H]'), resolve('[B, T, 4H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs, dOutputs } = context;
    if (dOutputs[2] !== null) throw new Error('lstm: output gates has no gradient; only h and c can be part of a loss');
    const arriving = [arrivingOrZero(context, 0), arrivingOrZero(context, 1)];
    const start = attrs.initial ? [inputs[2], inputs[3]] : [];
    return call(builder, 'lstmGrad', [inputs[1], ...outputs, ...arriving, ...start], attrs);
  },
  inPlace: [[2, 0]],
  flops: ([, weight], [h]) => sizeOf(h.shape) * (8 * weight.shape[1] + 28),
};

/** (weight, h, c, gates, dh, dc, h0?, c0?) -> dgx, dweight (, dh0, dc0). */
export const lstmGrad: OpDef<OpAttrs['lstmGrad']> = {
  infer(inputs, { initial }) {
    const patterns = {
      weight: '[4H, H]',
      h: '[B, T, H]',
      c: '[B, T, H]',
      gates: '[B, T, 4H]',
      dh: '[B, T, H]',
      dc: '[B, T, H]',
      ...optional(initial, { h0: '[B, H]', c0: '[B, H]' }),
    };
    const resolve = shapeRule('lstmGrad', inputs, patterns);
    const outputs = [resolve('[B, T, 4H]'), resolve('[4H, H]')];
    return initial ? [...outputs, resolve('[B, H]'), resolve('[B, H]')] : outputs;
  },
  inPlace: [[0, 3]],
  flops: ([weight, h]) => sizeOf(h.shape) * (16 * weight.shape[1] + 30),
};
