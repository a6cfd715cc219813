// attentionStep: the newest position of a text against a cache that is written where it lies.
import { lastOf, showShape } from '../../core/tensor.ts';
import { changed } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { never } from '../split-rule.ts';
import { sums } from '../tolerance.ts';
import { attentionStepCases } from './cases.ts';
import { attentionStepCpu } from './cpu.ts';
import { attentionStepReference } from './reference.ts';
import { attentionStepSizes, type AttentionStepAttrs } from './sizes.ts';
import { attentionStepTfjs } from './tfjs.ts';
import { attentionStepWebgpu } from './webgpu.ts';

const attentionStep: Op<'attentionStep', AttentionStepAttrs> = defineOp({
  kind: 'attentionStep',
  meaning:
    '(qkv [B, N] = queries | keys | values of all heads, cache [B, P, keys | values], position [B, 1]) -> o [B, values]. Mutates 1: its row `position mod P` becomes keys | values. Keys and queries are turned by the position unless `base` is 0. o = sum of softmax(scale q k) v over the rows that are filled.',
  infer(inputs, { heads, keyWidth }) {
    const columns = inputs[0] === undefined ? 0 : lastOf(inputs[0].shape);
    const values = columns - 2 * heads * keyWidth;
    if (values <= 0 || values % heads !== 0) {
      const wanted = `[B, ${2 * heads * keyWidth} + a multiple of ${heads}]`;
      throw new Error(
        `attentionStep: qkv must be ${wanted}, got ${inputs[0] === undefined ? 'none' : showShape(inputs[0].shape)}`,
      );
    }
    const cache = `[B, P, ${heads * keyWidth + values}]`;
    const resolve = shapeRule('attentionStep', inputs, { qkv: `[B, ${columns}]`, cache, position: '[B, 1]' });
    return [resolve(`[B, ${values}]`)];
  },
  mutates: [1],
  flops([qkv, cache], _outputs, attrs) {
    if (qkv === undefined || cache === undefined) return 0;
    const { B, P, heads, keyWidth, valueWidth } = attentionStepSizes(qkv, cache, attrs);
    return B * heads * P * (2 * (keyWidth + valueWidth) + 6);
  },
  split: never,
  half: changed,
  tolerance: sums,
  cases: attentionStepCases,
  reference: attentionStepReference,
  kernels: {
    cpu: { lower: attentionStepCpu, entries: ['attentionStep'] },
    webgpu: { lower: attentionStepWebgpu },
    tensorflow: attentionStepTfjs,
  },
});

export const attentionStepOps = { attentionStep };
