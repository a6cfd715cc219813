// dropout: elements set to 0 at a given rate, the rest scaled up. The mask is not stored: counter-based random numbers give forward and
// backward the same mask.
import { sizeOf } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { moved } from '../half-rule.ts';
import type { OpAttrs } from '../kinds.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { P, S, W } from '../split-rule.ts';
import { rounding, stored } from '../tolerance.ts';
import { dropoutCases } from './cases.ts';
import { dropoutKernel, dropoutMap } from './kernel.ts';
import { dropoutReference } from './reference.ts';

/** The mask depends on the element's number in the batch, which is known for a piece of the batch too. */
const dropoutRule: SampleRule<OpAttrs['dropout']> = () => ({ inputs: [P, W], outputs: [S] });

const dropout: Op<'dropout', { readonly rate: number; readonly stream: number }> = defineOp({
  kind: 'dropout',
  meaning:
    '(x [N, …], counter i32 [5]) -> x mask / (1 - rate). Counter = seed low, seed high, step low, step high, number of the first sample of x in its batch: the mask, drawn from Philox(stream, counter, element), belongs to the sample, however a batch is worked through. Linear in x, so its gradient is the same op on dy.',
  infer(inputs, { rate, stream }) {
    if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: rate must be at least 0 and below 1, got ${rate}`);
    if (!Number.isInteger(stream)) throw new Error(`dropout: stream must be an integer, got ${stream}`);
    return [shapeRule('dropout', inputs, { x: '[…]', counter: 'i32 [5]' })('[…]')];
  },
  gradient({ builder, inputs: [, counter], dOutputs: [dy] }, attrs) {
    return [dy === null ? null : callOne(builder, 'dropout', [dy, counter], attrs), null];
  },
  inPlace: [[0, 0]],
  flops: ([x]) => 2 * sizeOf(x.shape),
  split: dropoutRule,
  half: moved,
  tolerance: rounding,
  halfTolerance: stored,
  cases: dropoutCases,
  reference: dropoutReference,
  kernels: {
    cpu: { lower: mapCpu(dropoutMap), maps: [dropoutKernel] },
    webgpu: { lower: mapWebgpu(dropoutMap) },
    tensorflow: mapTfjs(dropoutMap),
  },
});

export const dropoutOps = { dropout };
