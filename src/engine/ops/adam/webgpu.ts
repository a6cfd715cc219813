// adam on webgpu: all parameters in one dispatch, four elements an invocation; a factor that is not finite changes nothing.
import { sizeOf } from '../../core/tensor.ts';
import { NON_FINITE, operand, real, type GpuNode, type GpuRun } from '../../plan/gpu/lowering.ts';
import { quadsOf, scalarAt, type Part, type Spot } from '../../plan/gpu/regions.ts';
import type { OpAttrs } from '../kinds.ts';

const LANES = 128;

export const adamWebgpu: GpuRun<OpAttrs['adam']> = (gpu, nodes) => {
  const [first] = nodes;
  if (!first) return;
  gpu.dispatchRegions({
    label: '',
    lanes: LANES,
    functions: NON_FINITE,
    items: nodes.map(({ inputs }) => [0, 1, 2, 3].map((i) => operand(inputs, i))),
    shared: [operand(first.inputs, 4), operand(first.inputs, 5)],
    part: ({ index, spots }, shared) => partOf(nodes[index] ?? first, spots, shared),
  });
};

function partOf({ inputs, attrs }: GpuNode<OpAttrs['adam']>, spots: readonly Spot[], shared: readonly Spot[]): Part {
  const { beta1, beta2, eps, weightDecay, decoupled } = attrs;
  const [p = '', m = '', v = '', g = ''] = spots.map(({ binding }) => binding);
  const [factor, hyper] = shared;
  if (!factor || !hyper) throw new Error('adam on webgpu: factor and hyper are required');
  const quads = quadsOf(sizeOf(operand(inputs, 0).type.shape));
  const decay = decoupled ? '' : ` + ${real(weightDecay)} * before`;
  const shrink = decoupled && weightDecay !== 0 ? `before * (1f - rate * ${real(weightDecay)})` : 'before';
  const body = `(group: u32, lane: u32, p: u32, m: u32, v: u32, g: u32, quads: u32) {
  let i = group * ${LANES}u + lane;
  let share = ${scalarAt(factor)};
  if (i >= quads || !finite(share)) { return; }
  let rate = ${scalarAt(hyper)};
  let before = ${p}[p + i];
  let gradient = share * ${g}[g + i]${decay};
  let mean = ${real(beta1)} * ${m}[m + i] + ${real(1 - beta1)} * gradient;
  let square = ${real(beta2)} * ${v}[v + i] + ${real(1 - beta2)} * gradient * gradient;
  ${m}[m + i] = mean;
  ${v}[v + i] = square;
  ${p}[p + i] = ${shrink} - rate * (mean / ${scalarAt(hyper, 1)}) / (sqrt(square / ${scalarAt(hyper, 2)}) + ${real(eps)});
}`;
  return { groups: Math.ceil(quads / LANES), body, args: [...spots.map(({ first }) => first), quads] };
}
