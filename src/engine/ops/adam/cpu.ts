// Lowering of adam.
import { operand, real, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_ADAM } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const adamCpu: Lowering<OpAttrs['adam']> = (table, { beta1, beta2, eps, weightDecay, decoupled }) => {
  const [p, m, v, g, factor, hyper] = [0, 1, 2, 3, 4, 5].map((i) => operand(table.inputs, i));
  const rates = [beta1, 1 - beta1, beta2, 1 - beta2, eps, weightDecay].map(real);
  const args = [p, m, v, g, factor, hyper, elements(p), ...rates, decoupled ? 1 : 0];
  const touched = [p, m, v].map(chunked);
  table.emit(elementwise(OP_ADAM, p, args, [...touched, chunked(g), whole(factor), whole(hyper)], touched));
};
