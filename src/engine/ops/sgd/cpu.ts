// Lowering of sgd.
import { operand, real, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_SGD } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const sgdCpu: Lowering<OpAttrs['sgd']> = (table, { momentum, weightDecay }) => {
  const [p, buffer, g, factor, hyper] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const args = [p, buffer, g, factor, hyper, elements(p), real(momentum), real(weightDecay)];
  const changed = [chunked(p), chunked(buffer)];
  table.emit(elementwise(OP_SGD, p, args, [...changed, chunked(g), whole(factor), whole(hyper)], changed));
};
