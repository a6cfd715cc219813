// How a kernel becomes an entry of the op table: its tensors in order, T and H. The same for every kernel module.
import { itemAt } from '../../core/item.ts';
import { operand, wasmKernels, whole, type Access, type Lowering, type Operand } from '../../plan/lowering.ts';
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import { isPresent, type ScanAttrs } from '../cell.ts';
import { scanScratch } from './scan-text.ts';
import { inputOperands, outputOperands, type KernelOperand, type ScanKernel } from '../scan.ts';

/** Operands by name, null where the node has none. */
function placed(
  wanted: readonly KernelOperand[],
  attrs: Partial<ScanAttrs>,
  list: readonly Operand[],
): readonly (readonly [KernelOperand, Operand | null])[] {
  let next = 0;
  const present = isPresent(attrs);
  return wanted.map((one) => [one, present(one) ? operand(list, next++) : null]);
}

/** The op table entry of a kernel. A unit is one sample and a block of channels. */
export const scanCpu =
  <A extends object>(kernelOf: (attrs: A) => ScanKernel): Lowering<A> =>
  (table, attrs) => {
    const kernel = kernelOf(attrs);
    const inputs = placed(inputOperands(kernel), attrs, table.inputs);
    const outputs = placed(outputOperands(kernel), attrs, table.outputs);
    const [{ parts }, first] = itemAt([...inputs, ...outputs], 0);
    const [B = 1, T = 1, wide = 1] = first?.type.shape ?? [];
    const H = wide / parts;
    const blocks = Math.ceil(H / CHANNEL_BLOCK);
    const access = ([{ extent }, place]: readonly [KernelOperand, Operand | null]): Access[] => {
      if (place === null) return [];
      return [
        extent === 'channel' ? whole(place) : { place, bytes: place.bytes, stride: place.bytes / B, group: blocks },
      ];
    };
    if (table.kernels.module === wasmKernels.module) table.scratch(scanScratch(kernel));
    table.emit({
      kernel: kernel.name,
      units: B * blocks,
      args: [...[...inputs, ...outputs].map(([, place]) => place), T, H],
      reads: inputs.flatMap(access),
      writes: outputs.flatMap(access),
    });
  };
