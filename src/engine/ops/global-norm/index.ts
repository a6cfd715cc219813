// globalNorm: the length of all gradients taken as one vector, and the factor that clips it.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectDType } from '../shape-rule.ts';

/** (g1, g2, …) -> norm [] = sqrt(sum of squares), factor [] = min(1, max / (norm + 1e-6)), 1 when max is 0, NaN when the norm is not finite. */
export const globalNorm: OpDef<OpAttrs['globalNorm']> = {
  infer(inputs, { max }) {
    if (inputs.length === 0) throw new Error('globalNorm: at least 1 input required, got 0');
    if (!(max >= 0)) throw new Error(`globalNorm: max must be at least 0, got ${max}`);
    inputs.forEach((input, i) => expectDType('globalNorm', `g${i + 1}`, input, 'f32'));
    return [
      { shape: [], dtype: 'f32' },
      { shape: [], dtype: 'f32' },
    ];
  },
  flops: (inputs) => inputs.reduce((sum, input) => sum + 2 * sizeOf(input.shape), 0),
};
