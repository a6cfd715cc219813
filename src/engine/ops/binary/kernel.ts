// binary in the language of kernels, in the order of the planner's function numbers.
import { add, div, input, maxOrNan, mul, sub, type Expr } from '../../kernel/expr.ts';
import { defineMap, type MapKernel, type MapOf } from '../../kernel/map.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';

const made = (name: string, value: (a: Expr, b: Expr) => Expr): MapKernel =>
  defineMap({ name, tensors: ['a'], rows: ['b'], results: { y: value(input('a'), input('b')) } });

const kernels: Readonly<Record<BinaryFn, MapKernel>> = {
  add: made('binaryAdd', add),
  sub: made('binarySub', sub),
  mul: made('binaryMul', mul),
  div: made('binaryDiv', div),
  max: made('binaryMax', maxOrNan),
};

export const binaryKernels: readonly MapKernel[] = Object.values(kernels);

export const binaryMap: MapOf<OpAttrs['binary']> = ({ fn }) => ({ kernel: kernels[fn] });
