// causalConv and causalConvGrad: a short depthwise filter over time that looks back only, with an optional carried context.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { arrivingAtFirst, call } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { optional, shapeRule } from '../shape-rule.ts';

/** (x [B, T, C], weight [C, K], bias [C], context? [B, K-1, C]) -> y[t] = bias + sum_k weight[k] x[t - (K-1) + k]. */
export const causalConv: OpDef<OpAttrs['causalConv']> = {
  infer(inputs, { context }) {
    const patterns = {
      x: '[B, T, C]',
      weight: '[C, K]',
      bias: '[C]',
      ...optional(context, { context: '[B, K-1, C]' }),
    };
    return [shapeRule('causalConv', inputs, patterns)('[B, T, C]')];
  },
  gradient(context, attrs) {
    const { builder, inputs } = context;
    const dy = arrivingAtFirst(context, 'causalConv', ['y']);
    const carried = attrs.context ? [inputs[3]] : [];
    return call(builder, 'causalConvGrad', [inputs[0], inputs[1], dy, ...carried], attrs);
  },
  flops: ([x, weight]) => 2 * weight.shape[1] * sizeOf(x.shape),
};

/** (x, weight, dy, context?) -> dx, dweight, dbias (, dcontext). */
export const causalConvGrad: OpDef<OpAttrs['causalConvGrad']> = {
  infer(inputs, { context }) {
    const patterns = {
      x: '[B, T, C]',
      weight: '[C, K]',
      dy: '[B, T, C]',
      ...optional(context, { context: '[B, K-1, C]' }),
    };
    const resolve = shapeRule('causalConvGrad', inputs, patterns);
    const outputs = [resolve('[B, T, C]'), resolve('[C, K]'), resolve('[C]')];
    return context ? [...outputs, resolve('[B, K-1, C]')] : outputs;
  },
  flops: ([x, weight]) => (4 * weight.shape[1] + 1) * sizeOf(x.shape),
};
