// slice and pad on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const sliceTfjs: TfKernel<OpAttrs['slice']> = ({ tf }, [x], { axis, start, length }) => {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  return [tf.slice(x, begin, x.shape.with(axis, length))];
};

export const padTfjs: TfKernel<OpAttrs['pad']> = ({ tf }, [dy], { axis, start, size }) => {
  const paddings = dy.shape.map((extent, i) =>
    i === axis ? ([start, size - start - extent] as const) : ([0, 0] as const),
  );
  return [tf.pad(dy, paddings)];
};
