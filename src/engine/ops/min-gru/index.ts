// minGru and minGruGrad: gate, candidate and scan of minGRU (Feng et al. 2024, "Were RNNs all we needed?") in one pass over time.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (u [B, T, 2H] = [z | candidate] pre-activations, h0? [B, H]) -> h_t = (1 - z_t) h_{t-1} + z_t cand_t. */
export const minGru: OpDef<OpAttrs['minGru']> = {
  infer(inputs, { initial }) {
    const patterns = { u: '[B, T, 2H]', ...optional(initial, { h0: '[B, H]' }) };
    return [shapeRule('minGru', inputs, patterns)('[B, T, H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'minGru', ['h']);
    const start = attrs.initial ? [inputs[1]] : [];
    return call(builder, 'minGruGrad', [inputs[0], outputs[0], dh, ...start], attrs);
  },
  flops: (_inputs, [h], { candidate }) => (candidate === 'g' ? 12 : 8) * sizeOf(h.shape),
};

/** (u, h, dh, h0?) -> du (, dh0). Gates are recomputed from u; du may take the place of u. */
export const minGruGrad: OpDef<OpAttrs['minGruGrad']> = {
  infer(inputs, { initial }) {
    const patterns = { u: '[B, T, 2H]', h: '[B, T, H]', dh: '[B, T, H]', ...optional(initial, { h0: '[B, H]' }) };
    const resolve = shapeRule('minGruGrad', inputs, patterns);
    return initial ? [resolve('[B, T, 2H]'), resolve('[B, H]')] : [resolve('[B, T, 2H]')];
  },
  inPlace: [[0, 0]],
  flops: ([, h], _outputs, { candidate }) => (candidate === 'g' ? 22 : 15) * sizeOf(h.shape),
};
