// embedding and embeddingGrad: rows of a table by integer id, and the sum of gradients back into those rows.
import { bytesOf, sizeOf } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { exact, sums } from '../tolerance.ts';
import { embeddingCases } from './cases.ts';
import { embeddingCpu, embeddingGradCpu } from './cpu.ts';
import { embeddingGradReference, embeddingReference } from './reference.ts';
import { embeddingGradTfjs, embeddingTfjs } from './tfjs.ts';
import { embeddingGradWebgpu, embeddingWebgpu } from './webgpu.ts';

const embedding: Op<'embedding', Record<never, never>> = defineOp({
  kind: 'embedding',
  meaning: '(ids i32 […], table [V, D]) -> […, D]. Ids must lie in [0, V); devices clamp what does not.',
  infer: (inputs) => [shapeRule('embedding', inputs, { ids: 'i32 […]', table: '[V, D]' })('[…, D]')],
  gradient({ builder, inputs: [ids, table], dOutputs: [dy], wanted }) {
    if (dy === null || !wanted[1]) return [null, null];
    return [null, callOne(builder, 'embeddingGrad', [ids, dy], { rows: builder.shape(table)[0] })];
  },
  reads: ([ids], [y]) => [bytesOf(ids), bytesOf(y)],
  flops: () => 0,
  split: always([P, W], [S]),
  half,
  tolerance: exact,
  cases: embeddingCases,
  reference: embeddingReference,
  kernels: {
    cpu: { lower: embeddingCpu, entries: ['embedding'] },
    webgpu: { lower: embeddingWebgpu },
    tensorflow: embeddingTfjs,
  },
});

const embeddingGrad: GradientOp<'embeddingGrad', { readonly rows: number }> = defineGradient({
  kind: 'embeddingGrad',
  meaning: '(ids i32 […], dy […, D]) -> [V, D]: row v is the sum of dy where the id is v, added in order of position.',
  infer(inputs, { rows }) {
    const resolve = shapeRule('embeddingGrad', inputs, { ids: 'i32 […]', dy: '[…, D]' });
    return [resolve(`[${rows}, D]`)];
  },
  flops: ([, dy]) => sizeOf(dy.shape),
  split: always([P, P], [D]),
  tolerance: sums,
  reference: embeddingGradReference,
  kernels: {
    cpu: { lower: embeddingGradCpu, entries: ['embeddingGrad'] },
    webgpu: { lower: embeddingGradWebgpu },
    tensorflow: embeddingGradTfjs,
  },
});

export const embeddingOps = { embedding, embeddingGrad };
