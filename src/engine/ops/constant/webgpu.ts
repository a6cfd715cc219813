// constant on webgpu: one number in every element.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const constantWebgpu: GpuLowering<OpAttrs['constant']> = (gpu, { value }) => {
  const y = operand(gpu.outputs, 0);
  const { declarations, buffers } = bind({ y });
  const { groups, head } = flat(sizeOf(y.type.shape), gpu.traits);
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n  y[index] = ${real(value)};\n}`, buffers, groups });
};
