// What optimisers share on webgpu: all parameters in one dispatch, four elements an invocation; a non-finite factor changes nothing.
// Independent of update rules.
import { sizeOf } from '../core/tensor.ts';
import { NON_FINITE, operand, type GpuNode, type GpuWriter } from '../plan/gpu/lowering.ts';
import { quadsOf, scalarAt, type Spot } from '../plan/gpu/regions.ts';

const LANES = 128;

export interface Update<A extends object> {
  readonly nodes: readonly GpuNode<A>[];
  /** Names of the first inputs: parameter, its state, gradient. Factor and hyperparameters follow. */
  readonly names: readonly string[];
  /**
   * WGSL statements for the vector `i` of a parameter: `at(name)` is that vector of an input, `share` the factor and `hyper(n)` a
   * hyperparameter.
   */
  readonly step: (attrs: A, at: (name: string) => string, hyper: (offset: number) => string) => string;
}

export function updateAll<A extends object>(gpu: GpuWriter, { nodes, names, step }: Update<A>): void {
  const [first] = nodes;
  if (!first) return;
  const count = names.length;
  gpu.dispatchRegions({
    label: '',
    lanes: LANES,
    functions: NON_FINITE,
    items: nodes.map(({ inputs }) => names.map((_, i) => operand(inputs, i))),
    shared: [operand(first.inputs, count), operand(first.inputs, count + 1)],
    part: ({ index, spots }, [factor, hyper]) => {
      const { inputs, attrs } = nodes[index] ?? first;
      if (!factor || !hyper) throw new Error('an update on webgpu: factor and hyper are required');
      const quads = quadsOf(sizeOf(operand(inputs, 0).type.shape));
      const at = (name: string): string => `${bindingOf(spots, names.indexOf(name))}[${name} + i]`;
      const body = `(group: u32, lane: u32, ${names.map((name) => `${name}: u32`).join(', ')}, quads: u32) {
  let i = group * ${LANES}u + lane;
  let share = ${scalarAt(factor)};
  if (i >= quads || !finite(share)) { return; }
  ${step(attrs, at, (offset) => scalarAt(hyper, offset))}
}`;
      return { groups: Math.ceil(quads / LANES), body, args: [...spots.map((spot) => spot.first), quads] };
    },
  });
}

function bindingOf(spots: readonly Spot[], place: number): string {
  const spot = spots[place];
  if (!spot) throw new Error(`an update on webgpu: input ${place} is required, got ${spots.length}`);
  return spot.binding;
}
