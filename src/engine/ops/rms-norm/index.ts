// rmsNorm and rmsNormGrad: rows divided by their root mean square (Zhang and Sennrich 2019), times a weight a column.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (x […, N], weight [N]) -> y = x rstd weight, rstd [R] = 1 / sqrt(mean x^2 + eps). */
export const rmsNorm: OpDef<OpAttrs['rmsNorm']> = {
  infer(inputs) {
    const resolve = shapeRule('rmsNorm', inputs, { x: '[…, N]', weight: '[N]' });
    return [resolve('[…, N]'), resolve('[R]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'rmsNorm', ['y', 'rstd']);
    return call(builder, 'rmsNormGrad', [inputs[0], inputs[1], outputs[1], dy], attrs);
  },
  flops: ([x]) => 4 * sizeOf(x.shape),
};

/** (x, weight, rstd, dy) -> dx, dweight. */
export const rmsNormGrad: OpDef<OpAttrs['rmsNormGrad']> = {
  infer(inputs) {
    const resolve = shapeRule('rmsNormGrad', inputs, { x: '[…, N]', weight: '[N]', rstd: '[R]', dy: '[…, N]' });
    return [resolve('[…, N]'), resolve('[N]')];
  },
  flops: ([x]) => 10 * sizeOf(x.shape),
};
