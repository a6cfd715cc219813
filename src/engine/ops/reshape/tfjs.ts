// reshape on the tensorflow device: another handle on the same data.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const reshapeTfjs: TfKernel<OpAttrs['reshape']> = ({ tf }, [x], { shape }) => [tf.reshape(x, shape)];
