// binary on webgpu.
import type { ElementCode, GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementOp } from '../elementwise/webgpu.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';

const expressions: Readonly<Record<BinaryFn, (a: string, b: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  // max() may drop a NaN; a comparison with both ways false keeps it in the sum.
  max: (a, b) => `select(select(${a} + ${b}, ${b}, ${b} >= ${a}), ${a}, ${a} > ${b})`,
};

export const binaryElement = ({ fn }: OpAttrs['binary']): ElementCode => ({
  functions: '',
  expression: ([a = '', b = '']) => expressions[fn](a, b),
});

export const binaryWebgpu: GpuLowering<OpAttrs['binary']> = (gpu, attrs) => elementOp(gpu, binaryElement(attrs));
