// attention and attentionGrad: attention that looks back, by softmax or squared relu, for all heads; nothing of the size of length x length is
// stored.
import { lastOf, showShape, type TensorType } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { statistics } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { piecewise } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { attentionCases } from './cases.ts';
import { attentionCpu, attentionGradCpu } from './cpu.ts';
import { attentionGradReference, attentionReference } from './reference.ts';
import { attentionSizes, seenPairs, type AttentionAttrs } from './sizes.ts';
import { attentionGradTfjs, attentionTfjs } from './tfjs.ts';
import { attentionGradWebgpu, attentionWebgpu } from './webgpu.ts';

/** Columns of the values of all heads. */
function valuesOf(op: string, qkv: TensorType | undefined, { heads, keyWidth }: AttentionAttrs): number {
  const columns = qkv === undefined ? 0 : lastOf(qkv.shape);
  const values = columns - 2 * heads * keyWidth;
  if (values > 0 && values % heads === 0) return values;
  const wanted = `[B, T, ${2 * heads * keyWidth} + a multiple of ${heads}]`;
  throw new Error(`${op}: qkv must be ${wanted}, got ${qkv === undefined ? 'none' : showShape(qkv.shape)}`);
}

/** Whatever is longer than its past would see parts of itself only. */
function refuseShort(op: string, { shape: [, T = 1] }: TensorType, past: TensorType | undefined): void {
  const P = past?.shape[1] ?? T;
  if (P < T) throw new Error(`${op}: past must have at least as many rows as the sequence (${T}), got ${P}`);
}

/** Patterns of what stands before the sequence. */
const pastShapes = ({ heads, keyWidth, past }: AttentionAttrs, values: number): Readonly<Record<string, string>> =>
  past ? { past: `[B, P, ${heads * keyWidth + values}]`, filled: '[B, P, 1]' } : {};

const attention: Op<'attention', AttentionAttrs> = defineOp({
  kind: 'attention',
  meaning:
    '(qkv [B, T, N] = queries | keys | values of all heads, past? [B, P, …] = keys | values, filled? [B, P, 1]) -> o [B, T, values], lse [B, T, heads]. o_t = sum of softmax_s(scale q_t k_s) v_s for s up to t; with past, over the P rows up to t, counted `filled` times. By squared relu, o_t = sum of relu(scale q_t k_s)^2 v_s / n, n = rows counted, and lse is 1 / n.',
  infer(inputs, attrs) {
    const values = valuesOf('attention', inputs[0], attrs);
    const columns = 2 * attrs.heads * attrs.keyWidth + values;
    const resolve = shapeRule('attention', inputs, { qkv: `[B, T, ${columns}]`, ...pastShapes(attrs, values) });
    if (attrs.past) refuseShort('attention', inputs[0], inputs[1]);
    return [resolve(`[B, T, ${values}]`), resolve(`[B, T, ${attrs.heads}]`)];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dout = arrivingAtFirst(context, 'attention', ['o', 'lse']);
    const past = attrs.past ? [inputs[1], inputs[2]] : [];
    const found = call(builder, 'attentionGrad', [inputs[0], outputs[0], outputs[1], dout, ...past], attrs);
    return attrs.past ? [...found, null] : found;
  },
  flops([qkv, past], _outputs, attrs) {
    const sizes = attentionSizes(qkv, past, attrs);
    return seenPairs(sizes) * (2 * (sizes.keyWidth + sizes.valueWidth) + 6);
  },
  split: piecewise,
  half: statistics(1),
  tolerance: sums,
  halfTolerance: stored,
  cases: attentionCases,
  reference: attentionReference,
  kernels: {
    cpu: { lower: attentionCpu, entries: ['attention'] },
    webgpu: { lower: attentionWebgpu },
    tensorflow: attentionTfjs,
  },
});

const attentionGrad: GradientOp<'attentionGrad', AttentionAttrs> = defineGradient({
  kind: 'attentionGrad',
  meaning: '(qkv, o, lse, do, past?, filled?) -> dqkv (, dpast).',
  infer(inputs, attrs) {
    const values = valuesOf('attentionGrad', inputs[0], attrs);
    const columns = 2 * attrs.heads * attrs.keyWidth + values;
    const out = `[B, T, ${values}]`;
    const given = { qkv: `[B, T, ${columns}]`, o: out, lse: `[B, T, ${attrs.heads}]`, do: out };
    const past = pastShapes(attrs, values);
    const resolve = shapeRule('attentionGrad', inputs, { ...given, ...past });
    return [resolve(given.qkv), ...(attrs.past ? [resolve(`[B, P, ${columns - attrs.heads * attrs.keyWidth}]`)] : [])];
  },
  flops([qkv, , , , past], _outputs, attrs) {
    const sizes = attentionSizes(qkv, past, attrs);
    return seenPairs(sizes) * (6 * sizes.keyWidth + 4 * sizes.valueWidth + 6);
  },
  split: piecewise,
  tolerance: sums,
  reference: attentionGradReference,
  kernels: {
    cpu: { lower: attentionGradCpu, entries: ['attentionGrad'] },
    webgpu: { lower: attentionGradWebgpu },
    tensorflow: attentionGradTfjs,
  },
});

export const attentionOps = { attention, attentionGrad };
