// Lowering of reverse: one unit a sequence.
import { operand, pieces, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const reverseCpu: Lowering<OpAttrs['reverse']> = (table) => {
  const [x, y] = [operand(table.inputs, 0), operand(table.outputs, 0)];
  const [B = 1, T = 1, H = 1] = x.type.shape;
  const sequence = 4 * T * H;
  table.emit({
    kernel: 'reverse',
    units: B,
    args: [x, y, T, H],
    reads: [pieces(x, sequence)],
    writes: [pieces(y, sequence)],
  });
};
