// affine on webgpu.
import { operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementwise } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const affineWebgpu: GpuLowering<OpAttrs['affine']> = (gpu, { scale, shift }) => {
  const expression = ({ x = '' }: Readonly<Record<string, string>>) => `${real(scale)} * ${x} + ${real(shift)}`;
  const reads = { x: operand(gpu.inputs, 0) };
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions: '', expression });
};
