// Lowering of binary: chunks of a; b is read whole when it is a suffix.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { BINARY_ADD, BINARY_DIV, BINARY_MAX, BINARY_MUL, BINARY_SUB, OP_BINARY } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';

/** Numbers of the kernel; the order is part of the op table. */
export const binaryCodes: Readonly<Record<BinaryFn, number>> = {
  add: BINARY_ADD,
  sub: BINARY_SUB,
  mul: BINARY_MUL,
  div: BINARY_DIV,
  max: BINARY_MAX,
};

export const binaryCpu: Lowering<OpAttrs['binary']> = (table, { fn }) => {
  const a = operand(table.inputs, 0);
  const b = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const args = [a, b, y, elements(a), elements(b), binaryCodes[fn]];
  const readB = a.bytes === b.bytes ? chunked(b) : whole(b);
  table.emit(elementwise(OP_BINARY, y, args, [chunked(a), readB], [chunked(y)]));
};
