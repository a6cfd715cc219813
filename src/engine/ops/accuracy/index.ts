// accuracy: how many rows have their largest logit at the target. A count, so it has no gradient.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import type { OpAttrs } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** (logits […, V], targets i32 […]) -> [rows whose first largest logit is the target, rows with target >= 0]. */
export const accuracy: OpDef<OpAttrs['accuracy']> = {
  infer: (inputs) => [shapeRule('accuracy', inputs, { logits: '[…, V]', targets: 'i32 […]' })('[2]')],
  flops: ([logits]) => sizeOf(logits.shape),
};
