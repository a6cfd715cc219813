// affine on the tensorflow device: scale x + shift.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const affineTfjs: TfKernel<OpAttrs['affine']> = ({ tf, scalar }, [x], { scale, shift }) => {
  const scaled = scale === 1 ? x : tf.mul(x, scalar(scale));
  return [shift === 0 ? scaled : tf.add(scaled, scalar(shift))];
};
