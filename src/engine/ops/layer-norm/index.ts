// layerNorm and layerNormGrad: rows with mean 0 and variance 1 (Ba, Kiros and Hinton 2016), times a weight plus a bias a column.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (x […, N], weight [N], bias [N]) -> y = (x - mean) rstd weight + bias, mean [R], rstd [R]; biased variance. */
export const layerNorm: OpDef<OpAttrs['layerNorm']> = {
  infer(inputs) {
    const resolve = shapeRule('layerNorm', inputs, { x: '[…, N]', weight: '[N]', bias: '[N]' });
    return [resolve('[…, N]'), resolve('[R]'), resolve('[R]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'layerNorm', ['y', 'mean', 'rstd']);
    return call(builder, 'layerNormGrad', [inputs[0], inputs[1], outputs[1], outputs[2], dy], attrs);
  },
  flops: ([x]) => 8 * sizeOf(x.shape),
};

/** (x, weight, mean, rstd, dy) -> dx, dweight, dbias. */
export const layerNormGrad: OpDef<OpAttrs['layerNormGrad']> = {
  infer(inputs) {
    const patterns = { x: '[…, N]', weight: '[N]', mean: '[R]', rstd: '[R]', dy: '[…, N]' };
    const resolve = shapeRule('layerNormGrad', inputs, patterns);
    return [resolve('[…, N]'), resolve('[N]'), resolve('[N]')];
  },
  flops: ([x]) => 14 * sizeOf(x.shape),
};
