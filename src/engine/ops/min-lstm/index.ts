// minLstm and minLstmGrad: gates, candidate and scan of minLSTM (Feng et al. 2024) in one pass over time.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (u [B, T, 3H] = [f | i | candidate] pre-activations, h0? [B, H]) -> h_t = f' h_{t-1} + i' cand_t; normalised: f' + i' = 1. */
export const minLstm: OpDef<OpAttrs['minLstm']> = {
  infer(inputs, { initial }) {
    const patterns = { u: '[B, T, 3H]', ...optional(initial, { h0: '[B, H]' }) };
    return [shapeRule('minLstm', inputs, patterns)('[B, T, H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'minLstm', ['h']);
    const start = attrs.initial ? [inputs[1]] : [];
    return call(builder, 'minLstmGrad', [inputs[0], outputs[0], dh, ...start], attrs);
  },
  flops: (_inputs, [h], { candidate, normalised }) =>
    ((candidate === 'g' ? 16 : 11) + (normalised ? 3 : 0)) * sizeOf(h.shape),
};

/** (u, h, dh, h0?) -> du (, dh0). Gates are recomputed from u; du may take the place of u. */
export const minLstmGrad: OpDef<OpAttrs['minLstmGrad']> = {
  infer(inputs, { initial }) {
    const patterns = { u: '[B, T, 3H]', h: '[B, T, H]', dh: '[B, T, H]', ...optional(initial, { h0: '[B, H]' }) };
    const resolve = shapeRule('minLstmGrad', inputs, patterns);
    return initial ? [resolve('[B, T, 3H]'), resolve('[B, H]')] : [resolve('[B, T, 3H]')];
  },
  inPlace: [[0, 0]],
  flops: ([, h], _outputs, { candidate, normalised }) =>
    ((candidate === 'g' ? 28 : 21) + (normalised ? 8 : 0)) * sizeOf(h.shape),
};
