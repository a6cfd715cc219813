// meanSquaredError and its gradient: the loss of regression, over the elements a mask lets through.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/**
 * (prediction […], target […], mask […]) -> loss [] = sum mask (prediction - target)^2 / count, count [] = sum mask.
 * mask holds 0 and 1; loss 0 when the count is 0. Only prediction has a gradient.
 */
export const meanSquaredError: OpDef<OpAttrs['meanSquaredError']> = {
  infer(inputs) {
    const resolve = shapeRule('meanSquaredError', inputs, { prediction: '[…]', target: '[…]', mask: '[…]' });
    return [resolve('[]'), resolve('[]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs, wanted } = context;
    if (wanted[1] || wanted[2])
      throw new Error('meanSquaredError: target and mask have no gradient, got a loss that asks for one');
    const dloss = arrivingAtFirst(context, 'meanSquaredError', ['loss', 'count']);
    return [callOne(builder, 'meanSquaredErrorGrad', [...inputs, outputs[1], dloss], attrs), null, null];
  },
  flops: ([prediction]) => 5 * sizeOf(prediction.shape),
};

/** (prediction, target, mask, count [], dloss []) -> dprediction = 2 mask (prediction - target) dloss / count. */
export const meanSquaredErrorGrad: OpDef<OpAttrs['meanSquaredErrorGrad']> = {
  infer(inputs) {
    const patterns = { prediction: '[…]', target: '[…]', mask: '[…]', count: '[]', dloss: '[]' };
    return [shapeRule('meanSquaredErrorGrad', inputs, patterns)('[…]')];
  },
  inPlace: [[0, 0]],
  flops: ([prediction]) => 4 * sizeOf(prediction.shape),
};
