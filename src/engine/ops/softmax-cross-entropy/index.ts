// softmaxCrossEntropy and its gradient: the loss of classification over rows, with ignored rows and label smoothing.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { scores } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { COUNT_TARGETS } from '../../plan/slab/slab-ops.ts';
import type { SampleRule, Split } from '../../plan/slab/sample-rule.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { sums } from '../tolerance.ts';
import { softmaxCrossEntropyCases } from './cases.ts';
import { crossEntropyGradKernels, crossEntropyGradRows, crossEntropyKernels, crossEntropyRows } from './kernel.ts';
import { softmaxCrossEntropyGradReference, softmaxCrossEntropyReference } from './reference.ts';

type Attrs = OpAttrs['softmaxCrossEntropy'];

function checkSmoothing(op: string, { labelSmoothing }: Attrs): void {
  if (labelSmoothing >= 0 && labelSmoothing < 1) return;
  throw new Error(`${op}: labelSmoothing must be at least 0 and below 1, got ${labelSmoothing}`);
}

const crossEntropyRule: SampleRule<OpAttrs['softmaxCrossEntropy']> = (_, { reduction }): Split => ({
  inputs: [P, P],
  outputs: [reduction === 'mean' ? 'mean' : D, S, 'count'],
  count: { op: COUNT_TARGETS, input: 1, attrs: {} },
});

const softmaxCrossEntropy: Op<
  'softmaxCrossEntropy',
  { readonly labelSmoothing: number; readonly reduction: 'mean' | 'sum' }
> = defineOp({
  kind: 'softmaxCrossEntropy',
  meaning:
    '(logits […, V], targets i32 […]) -> loss [], lse [R], count []. With e = labelSmoothing, a row with target y >= 0 adds lse - (1 - e) logits[y] - e mean(logits), so that smoothing spreads over all classes, the target included (torch); -1 = ignored. Mean over the count of such rows (or their sum), 0 when there are none.',
  infer(inputs, attrs) {
    checkSmoothing('softmaxCrossEntropy', attrs);
    const resolve = shapeRule('softmaxCrossEntropy', inputs, { logits: '[…, V]', targets: 'i32 […]' });
    return [resolve('[]'), resolve('[R]'), resolve('[]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dloss = arrivingAtFirst(context, 'softmaxCrossEntropy', ['loss', 'lse', 'count']);
    const all = [inputs[0], inputs[1], outputs[1], outputs[2], dloss];
    return [callOne(builder, 'softmaxCrossEntropyGrad', all, attrs), null];
  },
  flops: ([logits]) => 4 * sizeOf(logits.shape),
  split: crossEntropyRule,
  half: scores,
  tolerance: sums,
  cases: softmaxCrossEntropyCases,
  reference: softmaxCrossEntropyReference,
  kernels: {
    cpu: { lower: rowsCpu(crossEntropyRows), entries: ['countTargets'], rows: crossEntropyKernels },
    webgpu: { lower: rowsWebgpu(crossEntropyRows) },
    tensorflow: rowsTfjs(crossEntropyRows),
  },
});

const softmaxCrossEntropyGrad: GradientOp<
  'softmaxCrossEntropyGrad',
  { readonly labelSmoothing: number; readonly reduction: 'mean' | 'sum' }
> = defineGradient({
  kind: 'softmaxCrossEntropyGrad',
  meaning:
    '(logits, targets, lse, count, dloss []) -> dlogits = (softmax - smoothed target) dloss (/ count for the mean); may be in place of logits.',
  infer(inputs, attrs) {
    checkSmoothing('softmaxCrossEntropyGrad', attrs);
    const patterns = { logits: '[…, V]', targets: 'i32 […]', lse: '[R]', count: '[]', dloss: '[]' };
    return [shapeRule('softmaxCrossEntropyGrad', inputs, patterns)('[…, V]')];
  },
  inPlace: [[0, 0]],
  flops: ([logits]) => 4 * sizeOf(logits.shape),
  split: always([P, P, P, W, W], [S]),
  tolerance: sums,
  reference: softmaxCrossEntropyGradReference,
  kernels: {
    cpu: { lower: rowsCpu(crossEntropyGradRows), rows: crossEntropyGradKernels },
    webgpu: { lower: rowsWebgpu(crossEntropyGradRows) },
    tensorflow: rowsTfjs(crossEntropyGradRows),
  },
});

export const softmaxCrossEntropyOps = { softmaxCrossEntropy, softmaxCrossEntropyGrad };
