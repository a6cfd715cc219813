// broadcast on webgpu: the source repeated.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementwise } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const broadcastWebgpu: GpuLowering<OpAttrs['broadcast']> = (gpu) => {
  const expression = ({ x = '' }: Readonly<Record<string, string>>) => x;
  elementwise(gpu, {
    reads: { x: operand(gpu.inputs, 0) },
    result: operand(gpu.outputs, 0),
    functions: '',
    expression,
  });
};
