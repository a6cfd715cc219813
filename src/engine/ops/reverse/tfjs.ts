// reverse in TensorFlow.js.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const reverseTfjs: TfKernel<OpAttrs['reverse']> = ({ tf }, [x]) => [tf.reverse(x, 1)];
