// globalNorm: the length of all gradients taken as one vector, and the factor that clips it.
import { sizeOf } from '../../core/tensor.ts';
import { expectDType } from '../shape-rule.ts';
import { small } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { never } from '../split-rule.ts';
import { sums } from '../tolerance.ts';
import { globalNormCases } from './cases.ts';
import { globalNormCpu } from './cpu.ts';
import { normKernel } from './kernel.ts';
import { globalNormReference } from './reference.ts';
import { globalNormTfjs } from './tfjs.ts';
import { globalNormWebgpu } from './webgpu.ts';

const globalNorm: Op<'globalNorm', { readonly max: number }> = defineOp({
  kind: 'globalNorm',
  meaning:
    '(g1, g2, …) -> norm [], factor []: L2 norm over all and min(1, max / (norm + 1e-6)) as torch clips; max 0 = factor 1; a norm that is not finite = factor NaN.',
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
  split: never,
  half: small,
  tolerance: sums,
  cases: globalNormCases,
  reference: globalNormReference,
  kernels: {
    cpu: { lower: globalNormCpu, rows: [normKernel] },
    webgpu: { lower: globalNormWebgpu },
    tensorflow: globalNormTfjs,
  },
});

export const globalNormOps = { globalNorm };
