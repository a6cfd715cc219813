// sgd: one step of gradient descent with momentum on one variable, in place.
import { sizeOf } from '../../core/tensor.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { updateWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { changed } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { never } from '../split-rule.ts';
import { transcendental } from '../tolerance.ts';
import { sgdCases } from './cases.ts';
import { sgdKernel, sgdMap } from './cell.ts';
import { sgdReference } from './reference.ts';

const sgd: Op<
  'sgd',
  {
    readonly momentum: number;
    readonly weightDecay: number;
    /** What the rate is multiplied with for this variable; left out = 1. */
    readonly pace?: number;
  }
> = defineOp({
  kind: 'sgd',
  meaning:
    '(p, momentum, g, factor [], hyper [4] = rate, unused …) -> (): buf = momentum buf + factor g + wd p; p -= lr buf, lr = pace times that rate. The buffer starts at 0, which makes the first step buf = g as torch has it. Factor not finite: nothing changes. Mutates 0, 1.',
  infer(inputs) {
    shapeRule('sgd', inputs, { p: '[…]', momentum: '[…]', g: '[…]', factor: '[]', hyper: '[4]' });
    return [];
  },
  mutates: [0, 1],
  flops: ([p]) => 7 * sizeOf(p.shape),
  split: never,
  half: changed,
  tolerance: transcendental,
  cases: sgdCases,
  reference: sgdReference,
  kernels: {
    cpu: { lower: mapCpu(sgdMap), maps: [sgdKernel] },
    webgpu: { run: updateWebgpu(sgdMap) },
    tensorflow: mapTfjs(sgdMap),
  },
});

export const sgdOps = { sgd };
