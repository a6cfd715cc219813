// embedding and embeddingGrad: rows of a table by integer id, and the sum of gradients back into those rows.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (ids i32 […], table [V, D]) -> […, D]. Ids must lie in [0, V); devices clamp what does not. */
export const embedding: OpDef<OpAttrs['embedding']> = {
  infer: (inputs) => [shapeRule('embedding', inputs, { ids: 'i32 […]', table: '[V, D]' })('[…, D]')],
  gradient({ builder, inputs: [ids, table], dOutputs: [dy], wanted }) {
    if (dy === null || !wanted[1]) return [null, null];
    return [null, callOne(builder, 'embeddingGrad', [ids, dy], { rows: builder.shape(table)[0] })];
  },
  flops: () => 0,
};

/** (ids i32 […], dy […, D]) -> [V, D]: row v is the sum of dy where the id is v, added in order of position. */
export const embeddingGrad: OpDef<OpAttrs['embeddingGrad']> = {
  infer(inputs, { rows }) {
    const resolve = shapeRule('embeddingGrad', inputs, { ids: 'i32 […]', dy: '[…, D]' });
    return [resolve(`[${rows}, D]`)];
  },
  flops: ([, dy]) => sizeOf(dy.shape),
};
