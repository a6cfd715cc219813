// assign on webgpu.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { copyOf } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const assignWebgpu: GpuLowering<OpAttrs['assign']> = (gpu) => {
  copyOf(gpu, operand(gpu.inputs, 1), operand(gpu.inputs, 0));
};
