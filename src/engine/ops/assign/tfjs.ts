// assign and accumulate on the tensorflow device: the new value of the variable.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const assignTfjs: TfKernel<OpAttrs['assign']> = (_context, [, value]) => [value];

export const accumulateTfjs: TfKernel<OpAttrs['accumulate']> = ({ tf }, [variable, value, factor]) => [
  tf.add(variable, tf.mul(factor, value)),
];
