// blockLinear and blockLinearGrad: a linear layer whose matrix has small blocks on its diagonal and nothing beside them.
import { lastOf, showShape, sizeOf, type TensorType } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { blockLinearCases } from './cases.ts';
import { blockLinearCpu, blockLinearGradCpu } from './cpu.ts';
import { blockLinearGradReference, blockLinearReference } from './reference.ts';
import { blocksOf } from './sizes.ts';
import { blockLinearGradTfjs, blockLinearTfjs } from './tfjs.ts';
import { blockLinearGradWebgpu, blockLinearWebgpu } from './webgpu.ts';

/** x with as many columns as the blocks give, or as many as they read. */
function withColumns(op: string, x: TensorType, wanted: number, given: number): TensorType {
  if (lastOf(x.shape) !== wanted)
    throw new Error(`${op}: rows must have the ${wanted} columns of all blocks, got ${showShape(x.shape)}`);
  return { ...x, shape: [...x.shape.slice(0, -1), given] };
}

const blockLinear: Op<'blockLinear', object> = defineOp({
  kind: 'blockLinear',
  meaning:
    '(x […, G I], weight [G, O, I]) -> y […, G O]. Block g of a row of y is weight_g times block g of the row of x.',
  infer([x, weight]) {
    const { G, O, I } = blocksOf(weight);
    return [withColumns('blockLinear', x, G * I, G * O)];
  },
  gradient(context) {
    const { builder, inputs } = context;
    return call(builder, 'blockLinearGrad', [inputs[0], inputs[1], arrivingAtFirst(context, 'blockLinear', ['y'])], {});
  },
  flops: ([x, weight]) => 2 * sizeOf(x.shape) * blocksOf(weight).O,
  split: always([P, W], [S]),
  half,
  tolerance: sums,
  halfTolerance: stored,
  cases: blockLinearCases,
  reference: blockLinearReference,
  kernels: {
    cpu: { lower: blockLinearCpu, entries: ['blockLinear', 'blockLinearWide'] },
    webgpu: { lower: blockLinearWebgpu },
    tensorflow: blockLinearTfjs,
  },
});

const blockLinearGrad: GradientOp<'blockLinearGrad', object> = defineGradient({
  kind: 'blockLinearGrad',
  meaning: '(x, weight, dy) -> dx, dweight.',
  infer([x, weight, dy]) {
    const { G, O, I } = blocksOf(weight);
    return [withColumns('blockLinearGrad', dy, G * O, lastOf(x.shape) === G * I ? G * I : 0), weight];
  },
  flops: ([x, weight]) => 4 * sizeOf(x.shape) * blocksOf(weight).O,
  split: always([P, W, P], [S, D]),
  tolerance: sums,
  reference: blockLinearGradReference,
  kernels: {
    cpu: { lower: blockLinearGradCpu, entries: ['blockLinearWeight', 'blockLinearWeightWide'] },
    webgpu: { lower: blockLinearGradWebgpu },
    tensorflow: blockLinearGradTfjs,
  },
});

export const blockLinearOps = { blockLinear, blockLinearGrad };
