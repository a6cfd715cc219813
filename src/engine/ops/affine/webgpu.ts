// affine on webgpu. A scale of 0 is handled on bits: compilers simplify 0 x to 0, but non-finite inputs must give NaN.
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
