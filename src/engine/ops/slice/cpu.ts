// Lowerings of slice and pad: pieces copied from one spacing to another.
import { sizeOf } from '../../core/tensor.ts';
import { fillCommand } from '../../plan/lower-graph.ts';
import { operand, type Lowering, type Operand } from '../../plan/lowering.ts';
import { copyPieces } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

/** A tensor seen as `outer` pieces around an axis: bytes of one step along it, and of all of it. */
export function alongAxis({ type }: Operand, axis: number): { outer: number; step: number; row: number } {
  const outer = sizeOf(type.shape.slice(0, axis));
  const step = 4 * sizeOf(type.shape.slice(axis + 1));
  return { outer, step, row: step * (type.shape[axis] ?? 1) };
}

export const sliceCpu: Lowering<OpAttrs['slice']> = (table, { axis, start, length }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const { outer, step, row } = alongAxis(x, axis);
  const from = { operand: x, offset: start * step, stride: row };
  table.emit(copyPieces(outer, length * step, from, { operand: y, offset: 0, stride: length * step }));
};

export const padCpu: Lowering<OpAttrs['pad']> = (table, { axis, start }) => {
  const dy = operand(table.inputs, 0);
  const dx = operand(table.outputs, 0);
  const from = alongAxis(dy, axis);
  const to = alongAxis(dx, axis);
  table.emit(fillCommand(dx, dx.bytes, 0));
  const target = { operand: dx, offset: start * to.step, stride: to.row };
  table.emit(copyPieces(from.outer, from.row, { operand: dy, offset: 0, stride: from.row }, target));
};
