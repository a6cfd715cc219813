// assign and accumulate: the writes into variables. Neither has outputs or a gradient.
import { bytesOf, sameShape, showShape, sizeOf } from '../../core/tensor.ts';
import { expectCount, shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { changed } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { never } from '../split-rule.ts';
import { exact, rounding } from '../tolerance.ts';
import { accumulateCases, assignCases } from './cases.ts';
import { assignCpu } from './cpu.ts';
import { accumulateKernel, accumulateMap } from './kernel.ts';
import { accumulateReference, assignReference } from './reference.ts';
import { assignTfjs } from './tfjs.ts';
import { assignWebgpu } from './webgpu.ts';

const assign: Op<'assign', Record<never, never>> = defineOp({
  kind: 'assign',
  meaning: '(variable, value) -> (); copies the value into the variable. Mutates 0.',
  infer(inputs) {
    expectCount('assign', inputs, ['variable', 'value']);
    const [variable, value] = inputs;
    if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype) {
      throw new Error(
        `assign: value must be ${variable.dtype} ${showShape(variable.shape)}, got ${value.dtype} ${showShape(value.shape)}`,
      );
    }
    return [];
  },
  mutates: [0],
  reads: ([, value]) => [0, bytesOf(value)],
  flops: () => 0,
  split: never,
  half: changed,
  tolerance: exact,
  cases: assignCases,
  reference: assignReference,
  kernels: {
    cpu: { lower: assignCpu },
    webgpu: { lower: assignWebgpu },
    tensorflow: assignTfjs,
  },
});

const accumulate: Op<'accumulate', Record<never, never>> = defineOp({
  kind: 'accumulate',
  meaning: '(variable, value, factor []) -> (); variable += factor value. Gradient accumulation. Mutates 0.',
  infer(inputs) {
    shapeRule('accumulate', inputs, { variable: '[…]', value: '[…]', factor: '[]' });
    return [];
  },
  mutates: [0],
  flops: ([variable]) => 2 * sizeOf(variable.shape),
  split: never,
  half: changed,
  tolerance: rounding,
  cases: accumulateCases,
  reference: accumulateReference,
  kernels: {
    cpu: { lower: mapCpu(accumulateMap), maps: [accumulateKernel] },
    webgpu: { lower: mapWebgpu(accumulateMap) },
    tensorflow: mapTfjs(accumulateMap),
  },
});

export const assignOps = { assign, accumulate };
