// constant on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const constantTfjs: TfKernel<OpAttrs['constant']> = ({ tf }, _inputs, { shape, value }) => [
  tf.fill(shape, value, 'float32'),
];
