// affine on webgpu. A scale of 0 is told apart by bits: compilers take 0 x for 0, and what is not finite must stay not a number.
import { NON_FINITE, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementwise } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const affineWebgpu: GpuLowering<OpAttrs['affine']> = (gpu, { scale, shift }) => {
  const zero = scale === 0;
  const expression = ({ x = '' }: Readonly<Record<string, string>>): string =>
    zero ? `select(nan(), ${real(shift)}, finite(${x}))` : `${real(scale)} * ${x} + ${real(shift)}`;
  const reads = { x: operand(gpu.inputs, 0) };
  const functions = zero || !Number.isFinite(shift) ? NON_FINITE : '';
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions, expression });
};
