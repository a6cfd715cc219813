// gate and gateGrad in the language of kernels: the formulas are those of unary.
import { input, mul } from '../../kernel/expr.ts';
import { backwardMap, defineMap, type MapKernel, type MapOf } from '../../kernel/map.ts';
import type { GateFn, OpAttrs } from '../kinds.ts';
import { gateFormulas } from '../unary/kernel.ts';

export const gateFunctions = Object.keys(gateFormulas) as readonly GateFn[];

type Pair = readonly [forward: MapKernel, backward: MapKernel];

const [x, gate] = [input('x'), input('gate')];

const kernels = Object.fromEntries(
  gateFunctions.map((fn): readonly [string, Pair] => {
    const name = `${fn.slice(0, 1).toUpperCase()}${fn.slice(1)}`;
    const [value, slope] = gateFormulas[fn];
    const open = value(gate);
    const forward = defineMap({ name: `gate${name}`, tensors: ['x', 'gate'], results: { y: mul(x, open) } });
    const slopes = { x: open, gate: mul(x, slope(gate)) };
    return [fn, [forward, backwardMap(`gateGrad${name}`, forward, ['x', 'gate'], slopes)]];
  }),
) as Readonly<Record<GateFn, Pair>>;

export const gateKernels: readonly MapKernel[] = Object.values(kernels).flat();

export const gateMap: MapOf<OpAttrs['gate']> = ({ fn }) => ({ kernel: kernels[fn][0] });
export const gateGradMap: MapOf<OpAttrs['gateGrad']> = ({ fn }) => ({ kernel: kernels[fn][1] });

/** The gradient as two maps of one tensor each: of x, then of the gate. */
export const gateGradParts = ({ fn }: OpAttrs['gateGrad']): readonly MapKernel[] => {
  const [, backward] = kernels[fn];
  return Object.entries(backward.results).map(([name, value]) => ({
    ...backward,
    name: `${backward.name}_${name}`,
    results: { [name]: value },
  }));
};
