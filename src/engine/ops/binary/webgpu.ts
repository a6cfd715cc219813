// binary on webgpu.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementwise } from '../elementwise/webgpu.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';

const expressions: Readonly<Record<BinaryFn, (a: string, b: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  // max() may drop a NaN; a comparison with both ways false keeps it in the sum.
  max: (a, b) => `select(select(${a} + ${b}, ${b}, ${b} >= ${a}), ${a}, ${a} > ${b})`,
};

export const binaryWebgpu: GpuLowering<OpAttrs['binary']> = (gpu, { fn }) => {
  const reads = { a: operand(gpu.inputs, 0), b: operand(gpu.inputs, 1) };
  const expression = ({ a = '', b = '' }: Readonly<Record<string, string>>) => expressions[fn](a, b);
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions: '', expression });
};
