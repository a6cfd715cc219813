// Channels in heads, as blocks beside each other: the field, its one condition, and matrices that are 0 outside of the blocks.
import { label, type Message, say } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { concat, constant, pad, reshape, split } from '../ops/functional.ts';
import type { IntField } from '../spec/fields.ts';
import type { MixerConfig } from './model.ts';

export const headsField: Omit<IntField, 'help'> = {
  kind: 'int',
  label: 'Heads',
  symbol: 'heads',
  default: 1,
  min: 1,
  max: 64,
};

/** All heads have the same width. */
export const wholeHeads =
  (title: string) =>
  ({ hidden, values }: MixerConfig): Message | null =>
    hidden % Number(values['heads']) === 0
      ? null
      : say`${label(title)}: the number of heads must divide the width of the state, ${hidden}, got ${Number(values['heads'])}`;

/** Rows that have `row(i)` [n, size] in block i of `count` and 0 elsewhere: [count n, count size]. */
function blocks(builder: GraphBuilder, count: number, size: number, row: (i: number) => ValueId): ValueId {
  const rows = Array.from({ length: count }, (_, i) => pad(builder, row(i), 1, i * size, count * size));
  return concat(builder, rows, 0);
}

/** [heads, n, m] -> [heads n, heads m] with the blocks on the diagonal. */
export function blockDiagonal(builder: GraphBuilder, x: ValueId): ValueId {
  const [heads = 1, n = 1, m = 1] = builder.shape(x);
  if (heads === 1) return reshape(builder, x, [n, m]);
  const ones = Array.from({ length: heads }, () => 1);
  const parts = split(builder, x, 0, ones).map((one) => reshape(builder, one, [n, m]));
  return blocks(builder, heads, m, (i) => parts[i] ?? x);
}

/** [heads, heads size]: row i is 1 in the channels of head i. */
export function headMask(builder: GraphBuilder, heads: number, size: number): ValueId {
  const ones = constant(builder, [1, size], 1);
  return heads === 1 ? ones : blocks(builder, heads, size, () => ones);
}
