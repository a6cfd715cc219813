// sgd on webgpu: all parameters in one dispatch, four elements an invocation; a factor that is not finite changes nothing.
import { sizeOf } from '../../core/tensor.ts';
import { NON_FINITE, operand, real, type GpuNode, type GpuRun } from '../../plan/gpu/lowering.ts';
import { quadsOf, scalarAt, type Part, type Spot } from '../../plan/gpu/regions.ts';
import type { OpAttrs } from '../kinds.ts';

const LANES = 128;

export const sgdWebgpu: GpuRun<OpAttrs['sgd']> = (gpu, nodes) => {
  const [first] = nodes;
  if (!first) return;
  gpu.dispatchRegions({
    label: '',
    lanes: LANES,
    functions: NON_FINITE,
    items: nodes.map(({ inputs }) => [0, 1, 2].map((i) => operand(inputs, i))),
    shared: [operand(first.inputs, 3), operand(first.inputs, 4)],
    part: ({ index, spots }, shared) => partOf(nodes[index] ?? first, spots, shared),
  });
};

function partOf({ inputs, attrs }: GpuNode<OpAttrs['sgd']>, spots: readonly Spot[], shared: readonly Spot[]): Part {
  const [p = '', velocity = '', g = ''] = spots.map(({ binding }) => binding);
  const [factor, hyper] = shared;
  if (!factor || !hyper) throw new Error('sgd on webgpu: factor and hyper are required');
  const quads = quadsOf(sizeOf(operand(inputs, 0).type.shape));
  const body = `(group: u32, lane: u32, p: u32, velocity: u32, g: u32, quads: u32) {
  let i = group * ${LANES}u + lane;
  let share = ${scalarAt(factor)};
  if (i >= quads || !finite(share)) { return; }
  let before = ${p}[p + i];
  let moved = ${real(attrs.momentum)} * ${velocity}[velocity + i] + share * ${g}[g + i] + ${real(attrs.weightDecay)} * before;
  ${velocity}[velocity + i] = moved;
  ${p}[p + i] = before - ${scalarAt(hyper)} * moved;
}`;
  return { groups: Math.ceil(quads / LANES), body, args: [...spots.map(({ first }) => first), quads] };
}
