// split and concat on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const splitTfjs: TfKernel<OpAttrs['split']> = ({ tf }, [x], { axis, sizes }) => tf.split(x, sizes, axis);

export const concatTfjs: TfKernel<OpAttrs['concat']> = ({ tf }, parts, { axis }) => [
  parts.length === 1 ? parts[0] : tf.concat(parts, axis),
];
