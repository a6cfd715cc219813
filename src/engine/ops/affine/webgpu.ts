// affine on webgpu. A scale of 0 is told apart by bits: compilers take 0 x for 0, and what is not finite must stay not a number.
import { NON_FINITE, real, type ElementCode, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementOp } from '../elementwise/webgpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const affineElement = ({ scale, shift }: OpAttrs['affine']): ElementCode => {
  const zero = scale === 0;
  return {
    functions: zero || !Number.isFinite(shift) ? NON_FINITE : '',
    expression: ([x = '']) =>
      zero ? `select(nan(), ${real(shift)}, finite(${x}))` : `${real(scale)} * ${x} + ${real(shift)}`,
  };
};

export const affineWebgpu: GpuLowering<OpAttrs['affine']> = (gpu, attrs) => elementOp(gpu, affineElement(attrs));
