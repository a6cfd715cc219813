// binary on the tensorflow device: b is repeated by TensorFlow's own rule, which aligns the last extents as ours does.
import type { BinaryFn, OpAttrs } from '../kinds.ts';
import type { Tf, TfKernel } from '../tfjs-kernel.ts';

const functions = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  max: 'maximum',
} as const satisfies Record<BinaryFn, keyof Tf>;

export const binaryTfjs: TfKernel<OpAttrs['binary']> = ({ tf }, [a, b], { fn }) => [tf[functions[fn]](a, b)];
