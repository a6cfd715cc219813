// lstm and lstmGrad: long short-term memory (Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 2000), whole sequence at once.
import { AppFailure } from '../../core/result.ts';
import { say } from '../../core/say.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingOrZero, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

const start = { h0: '[B, H]', c0: '[B, H]' };

/**
 * (gx [B, T, 4H] in order i | f | g | o, weight [4H, H], h0? [B, H], c0? [B, H]) -> h, c [B, T, H], gates [B, T, 4H] = i, f, g, o.
 * `layer`: x [B, T, D], weight, weightIh [4H, D], bias [4H] in place of gx and weight.
 */
export const lstm: OpDef<OpAttrs['lstm']> = {
  infer(inputs, { initial, layer = false }) {
    const input: Readonly<Record<string, string>> = layer ? { x: '[B, T, D]' } : { gx: '[B, T, 4H]' };
    const projection = optional(layer, { weightIh: '[4H, D]', bias: '[4H]' });
    const patterns = { ...input, weight: '[4H, H]', ...projection, ...optional(initial, start) };
    const resolve = shapeRule('lstm', inputs, patterns);
    return [resolve('[B, T, H]'), resolve('[B, T, H]'), resolve('[B, T, 4H]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs, dOutputs } = context;
    if (dOutputs[2] !== null) throw new Error('lstm: output gates has no gradient; only h and c can be part of a loss');
    const arriving = [arrivingOrZero(context, 0), arrivingOrZero(context, 1)];
    const projection = attrs.layer === true ? [inputs[0], inputs[2]] : [];
    const given = attrs.initial ? inputs.slice(-2) : [];
    return call(builder, 'lstmGrad', [inputs[1], ...outputs, ...arriving, ...projection, ...given], attrs);
  },
  inPlace: [[2, 0]],
  flops: ([input, weight], [h], { layer = false }) =>
    sizeOf(h.shape) * (8 * (weight.shape[1] + (layer ? input.shape[2] : 0)) + 28),
};

/** (weight, h, c, gates, dh, dc, h0?, c0?) -> dgx, dweight (, dh0, dc0); `layer` and `through` as kinds.ts says. */
export const lstmGrad: OpDef<OpAttrs['lstmGrad']> = {
  infer(inputs, { initial, layer = false, through = false }) {
    const patterns = {
      weight: '[4H, H]',
      h: '[B, T, H]',
      c: '[B, T, H]',
      gates: '[B, T, 4H]',
      dh: '[B, T, H]',
      ...optional(!through, { dc: '[B, T, H]' }),
      ...optional(layer || through, { x: '[B, T, D]', weightIh: '[4H, D]' }),
      ...optional(initial, start),
    };
    const resolve = shapeRule('lstmGrad', inputs, patterns);
    const dgx = layer ? [] : [resolve('[B, T, 4H]')];
    const dx = layer || through ? [resolve('[B, T, D]')] : [];
    const projection = layer || through ? [resolve('[4H, D]'), resolve('[4H]')] : [];
    const starts = initial ? [resolve('[B, H]'), resolve('[B, H]')] : [];
    return [...dgx, ...dx, resolve('[4H, H]'), ...projection, ...starts];
  },
  inPlace: [[0, 3]],
  flops: ([weight, h, ...others], _outputs, { layer = false, through = false }) => {
    const x = layer ? others[4] : through ? others[3] : null;
    return sizeOf(h.shape) * (16 * (weight.shape[1] + (x?.shape[2] ?? 0)) + 30);
  },
};

/** For a device whose kernel takes gx: refuses the forms that contain the product with the input. */
export function requireGx(device: string, { layer = false, through = false }: OpAttrs['lstmGrad']): void {
  if (!layer && !through) return;
  throw new AppFailure({
    code: 'unsupported',
    message: say`${device}: lstm as a whole layer needs TensorFlow's own kernel (device tensorflow with tfjs-node)`,
    cure: say`Use the implementation fused of the LSTM.`,
  });
}
