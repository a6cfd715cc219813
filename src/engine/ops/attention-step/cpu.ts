// Lowering of attentionStep. Unit = head of a sample: it writes its own part of the row and reads its own columns of the cache.
import { double, operand, real, whole, type Lowering } from '../../plan/lowering.ts';
import { attentionStepSizes, turnOf, type AttentionStepAttrs } from './sizes.ts';

/** Room for whole vectors behind cosines, sines, query, result and scores. */
const spare = 5 * 16;

export const attentionStepCpu: Lowering<AttentionStepAttrs> = (table, attrs) => {
  const [qkv, cache, position] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const o = operand(table.outputs, 0);
  const { B, P, heads, keyWidth, valueWidth, pairs } = attentionStepSizes(qkv.type, cache.type, attrs);
  table.scratch(4 * (2 * pairs + keyWidth + valueWidth + P + spare));
  table.emit({
    kernel: 'attentionStep',
    units: B * heads,
    args: [
      ...[qkv, cache, position, o, P, heads, keyWidth, valueWidth, real(attrs.scale), pairs],
      ...double(pairs === 0 ? 0 : turnOf(attrs, 1)),
    ],
    reads: [whole(qkv), whole(cache), whole(position)],
    writes: [whole(cache), whole(o)],
  });
};
