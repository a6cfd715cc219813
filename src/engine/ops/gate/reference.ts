// The definition of gate and gateGrad in float64.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { scalarFunctions } from '../unary/scalar-functions.ts';

export const gateReference: ReferenceKernel<OpAttrs['gate']> = ([x, gate], [y], { fn }) => {
  const { value } = scalarFunctions[fn];
  for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[i] * value(gate.data[i]);
};

export const gateGradReference: ReferenceKernel<OpAttrs['gateGrad']> = ([x, gate, dy], [dx, dgate], { fn }) => {
  const { value, derivative } = scalarFunctions[fn];
  for (let i = 0; i < dx.data.length; i++) {
    dx.data[i] = dy.data[i] * value(gate.data[i]);
    dgate.data[i] = dy.data[i] * x.data[i] * derivative(gate.data[i]);
  }
};
