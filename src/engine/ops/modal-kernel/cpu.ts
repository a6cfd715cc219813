// Lowering of modalKernel and its gradient: a unit is a tile of 16 channels with all their modes.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import type { ModalKernelAttrs } from './index.ts';

/** Channels of a unit (MODAL_TILE of the kernels). */
const TILE = 16;

const sizesOf = (shape: readonly number[]): readonly [C: number, N: number] => [shape[0] ?? 1, shape[1] ?? 1];

export const modalKernelCpu: Lowering<ModalKernelAttrs> = (table, { rows }) => {
  const modes = [0, 1, 2, 3].map((i) => operand(table.inputs, i));
  const kernel = operand(table.outputs, 0);
  const [C, N] = sizesOf(operand(table.inputs, 0).type.shape);
  table.emit({
    kernel: 'modalKernel',
    units: Math.ceil(C / TILE),
    args: [...modes, kernel, rows, C, N],
    reads: modes.map(whole),
    writes: [whole(kernel)],
  });
};

export const modalKernelGradCpu: Lowering<ModalKernelAttrs> = (table, { rows }) => {
  const given = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const found = [0, 1, 2, 3].map((i) => operand(table.outputs, i));
  const [C, N] = sizesOf(operand(table.inputs, 0).type.shape);
  table.emit({
    kernel: 'modalKernelGrad',
    units: Math.ceil(C / TILE),
    args: [...given, ...found, rows, C, N],
    reads: given.map(whole),
    writes: found.map(whole),
  });
};
