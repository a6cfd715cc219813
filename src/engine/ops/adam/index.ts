// adam: one step of Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019) on one variable, in place.
import { sizeOf } from '../../core/tensor.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { updateWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { changed } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { never } from '../split-rule.ts';
import { transcendental } from '../tolerance.ts';
import { adamCases } from './cases.ts';
import { adamKernel, adamMap } from './cell.ts';
import { adamReference } from './reference.ts';

const adam: Op<
  'adam',
  {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
    readonly decoupled: boolean;
    /** What the rate is multiplied with for this variable; left out = 1. */
    readonly pace?: number;
  }
> = defineOp({
  kind: 'adam',
  meaning:
    '(p, m, v, g, factor [], hyper [4] = rate, 1 - beta1^t, 1 - beta2^t, unused) -> (). Mutates 0, 1, 2. A factor that is not finite leaves p, m, v as they are, so that a broken step can be looked at and taken back. lr = pace times that rate. decoupled: p *= 1 - lr wd first (AdamW), else g += wd p (Adam). p -= lr (m / c1) / (sqrt(v / c2) + eps). g is read times factor.',
  infer(inputs) {
    shapeRule('adam', inputs, { p: '[…]', m: '[…]', v: '[…]', g: '[…]', factor: '[]', hyper: '[4]' });
    return [];
  },
  mutates: [0, 1, 2],
  flops: ([p]) => 14 * sizeOf(p.shape),
  split: never,
  half: changed,
  tolerance: transcendental,
  cases: adamCases,
  reference: adamReference,
  kernels: {
    cpu: { lower: mapCpu(adamMap), maps: [adamKernel] },
    webgpu: { run: updateWebgpu(adamMap) },
    tensorflow: mapTfjs(adamMap),
  },
});

export const adamOps = { adam };
