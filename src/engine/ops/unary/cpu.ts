// Lowerings of unary and unaryGrad.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { OP_UNARY, OP_UNARY_GRAD } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs, UnaryFn } from '../kinds.ts';

/** Numbers of the kernel; the order is part of the op table. */
const codes: Readonly<Record<UnaryFn, number>> = {
  neg: 0,
  exp: 1,
  log: 2,
  sigmoid: 3,
  tanh: 4,
  relu: 5,
  silu: 6,
  gelu: 7,
  geluErf: 8,
  softplus: 9,
  square: 10,
  sqrt: 11,
  reciprocal: 12,
  oneMinus: 13,
  g: 14,
  logG: 15,
  elu: 16,
  leakyRelu: 17,
};

export const unaryCpu: Lowering<OpAttrs['unary']> = (table, { fn }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  table.emit(elementwise(OP_UNARY, y, [x, y, elements(x), codes[fn]], [chunked(x)], [chunked(y)]));
};

export const unaryGradCpu: Lowering<OpAttrs['unaryGrad']> = (table, { fn }) => {
  const x = operand(table.inputs, 0);
  const dy = operand(table.inputs, 1);
  const dx = operand(table.outputs, 0);
  const args = [x, dy, dx, elements(x), codes[fn]];
  table.emit(elementwise(OP_UNARY_GRAD, dx, args, [chunked(x), chunked(dy)], [chunked(dx)]));
};
