// The definition of unary and unaryGrad in float64.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { scalarFunctions } from './scalar-functions.ts';

export const unaryReference: ReferenceKernel<OpAttrs['unary']> = ([x], [y], { fn }) => {
  const { value } = scalarFunctions[fn];
  for (let i = 0; i < y.data.length; i++) y.data[i] = value(x.data[i]);
};

export const unaryGradReference: ReferenceKernel<OpAttrs['unaryGrad']> = ([x, dy], [dx], { fn }) => {
  const { derivative } = scalarFunctions[fn];
  for (let i = 0; i < dx.data.length; i++) dx.data[i] = dy.data[i] * derivative(x.data[i]);
};
