// adam: one step of Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019) on one variable, in place.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/**
 * (p, m, v, g, factor [], hyper [4] = learning rate, 1 - beta1^t, 1 - beta2^t, unused) -> ().
 * g is read times factor. eps is added after the bias correction, as torch does.
 */
export const adam: OpDef<OpAttrs['adam']> = {
  infer(inputs) {
    shapeRule('adam', inputs, { p: '[…]', m: '[…]', v: '[…]', g: '[…]', factor: '[]', hyper: '[4]' });
    return [];
  },
  mutates: [0, 1, 2],
  flops: ([p]) => 14 * sizeOf(p.shape),
};
