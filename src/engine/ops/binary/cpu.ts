// Lowering of binary: chunks of a; b is read whole when it is a suffix.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_BINARY } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';

/** Numbers of the kernel; the order is part of the op table. */
export const binaryCodes: Readonly<Record<BinaryFn, number>> = { add: 0, sub: 1, mul: 2, div: 3, max: 4 };

export const binaryCpu: Lowering<OpAttrs['binary']> = (table, { fn }) => {
  const a = operand(table.inputs, 0);
  const b = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const args = [a, b, y, elements(a), elements(b), binaryCodes[fn]];
  const readB = a.bytes === b.bytes ? chunked(b) : whole(b);
  table.emit(elementwise(OP_BINARY, y, args, [chunked(a), readB], [chunked(y)]));
};
