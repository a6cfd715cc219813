// sgd: one step of gradient descent with momentum on one variable, in place.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/**
 * (p, momentum, g, factor [], hyper [4] = learning rate, unused …) -> (): buf = momentum buf + factor g + wd p; p -= lr buf.
 * The buffer starts at 0, which makes the first step buf = g as torch has it.
 */
export const sgd: OpDef<OpAttrs['sgd']> = {
  infer(inputs) {
    shapeRule('sgd', inputs, { p: '[…]', momentum: '[…]', g: '[…]', factor: '[]', hyper: '[4]' });
    return [];
  },
  mutates: [0, 1],
  flops: ([p]) => 7 * sizeOf(p.shape),
};
