// assign and accumulate on webgpu.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { copyOf, elementwise } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const assignWebgpu: GpuLowering<OpAttrs['assign']> = (gpu) => {
  copyOf(gpu, operand(gpu.inputs, 1), operand(gpu.inputs, 0));
};

export const accumulateWebgpu: GpuLowering<OpAttrs['accumulate']> = (gpu) => {
  const [variable, value, factor] = [0, 1, 2].map((i) => operand(gpu.inputs, i));
  const reads = { variable, value, factor };
  const expression = ({ variable: sum = '', value: part = '', factor: share = '' }: Readonly<Record<string, string>>) =>
    `${sum} + ${share} * ${part}`;
  elementwise(gpu, { reads, result: variable, functions: '', expression });
};
