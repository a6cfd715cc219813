// broadcast on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const broadcastTfjs: TfKernel<OpAttrs['broadcast']> = ({ tf }, [x], { leading }) => [
  leading.length === 0 ? x : tf.broadcastTo(x, [...leading, ...x.shape]),
];
