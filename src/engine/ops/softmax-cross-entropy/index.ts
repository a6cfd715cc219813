// softmaxCrossEntropy and its gradient: the loss of classification over rows, with ignored rows and label smoothing.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

type Attrs = OpAttrs['softmaxCrossEntropy'];

function checkSmoothing(op: string, { labelSmoothing }: Attrs): void {
  if (labelSmoothing >= 0 && labelSmoothing < 1) return;
  throw new Error(`${op}: labelSmoothing must be at least 0 and below 1, got ${labelSmoothing}`);
}

/**
 * (logits […, V], targets i32 […]) -> loss [], lse [R], count []. With e = labelSmoothing, a row with target y >= 0 adds
 * lse - (1 - e) logits[y] - e mean(logits); -1 = ignored. Mean over the count of such rows, 0 when there are none.
 */
export const softmaxCrossEntropy: OpDef<Attrs> = {
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
};

/** (logits, targets, lse, count, dloss []) -> dlogits = (softmax - smoothed target) dloss (/ count for the mean). */
export const softmaxCrossEntropyGrad: OpDef<OpAttrs['softmaxCrossEntropyGrad']> = {
  infer(inputs, attrs) {
    checkSmoothing('softmaxCrossEntropyGrad', attrs);
    const patterns = { logits: '[…, V]', targets: 'i32 […]', lse: '[R]', count: '[]', dloss: '[]' };
    return [shapeRule('softmaxCrossEntropyGrad', inputs, patterns)('[…, V]')];
  },
  inPlace: [[0, 0]],
  flops: ([logits]) => 4 * sizeOf(logits.shape),
};
