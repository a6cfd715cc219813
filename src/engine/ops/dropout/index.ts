// dropout: elements set to 0 at a given rate, the rest scaled up. The mask is counted, not stored: forward and backward draw the same.
import { sizeOf, type Shape } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** Elements of one sample: the first extent counts samples. */
export const elementsOfSample = (shape: Shape): number => sizeOf(shape.slice(1));

/** Words below this are dropped: rate as a fraction of 2^32. */
export const dropoutThreshold = (rate: number): number => Math.floor(rate * 4294967296);

/**
 * (x [N, …], counter i32 [5]) -> x mask / (1 - rate). Counter = seed low, seed high, step low, step high, number of the first sample of x in its
 * batch: the mask belongs to the sample, however a batch is worked through. Linear in x, so its gradient is the same op on dy.
 */
export const dropout: OpDef<OpAttrs['dropout']> = {
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
};
