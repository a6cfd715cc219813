// globalNorm on webgpu: partial sums of squares of all gradients in one dispatch, then one workgroup that adds them. In float32, so a norm
// above 1.8e19 counts as not finite.
import { sizeOf } from '../../core/tensor.ts';
import {
  NON_FINITE,
  operand,
  real,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import { quadsOf, type Part, type Spot } from '../../plan/gpu/regions.ts';
import type { OpAttrs } from '../kinds.ts';
import { finishSums, reduction } from '../reduce-webgpu.ts';

/** Vectors of four that one invocation adds up. */
const EACH = 16;

export const globalNormWebgpu: GpuLowering<OpAttrs['globalNorm']> = (gpu, { max }) => {
  const wide = gpu.traits.software ? 1 : Math.min(128, gpu.traits.maxInvocations);
  const groupsFor = (gradient: GpuOperand): number => Math.ceil(quadsOf(sizeOf(gradient.type.shape)) / (wide * EACH));
  const firsts: number[] = [];
  let total = 0;
  for (const gradient of gpu.inputs) {
    firsts.push(total);
    total += groupsFor(gradient);
  }
  const partials = gpu.workspace(total * 4);
  gpu.dispatchRegions({
    label: '',
    lanes: wide,
    functions: reduction('sum', wide, gpu.traits),
    items: gpu.inputs.map((gradient) => [gradient]),
    shared: [],
    results: partials,
    part: ({ index, spots }) => {
      const gradient = operand(gpu.inputs, index);
      const size = sizeOf(gradient.type.shape);
      return {
        ...squares(size, spots, wide),
        groups: groupsFor(gradient),
        args: [spots[0]?.first ?? 0, size, firsts[index] ?? 0],
      };
    },
  });
  finish(gpu, partials, total, max);
};

function finish(gpu: GpuWriter, parts: GpuPlace, count: number, max: number): void {
  const clip = max === 0 ? '1f' : `min(1f, ${real(max)} / (length + 1e-6f))`;
  finishSums(gpu, {
    parts,
    sums: ['squares'],
    count,
    results: { norm: operand(gpu.outputs, 0), factor: operand(gpu.outputs, 1) },
    functions: NON_FINITE,
    store: `var length = squares;
    var share = nan();
    if (finite(squares)) { length = sqrt(squares); share = ${clip}; }
    norm[0] = length;
    factor[0] = share;`,
  });
}

/** The last vector may reach beyond the gradient; elements there do not count. */
function squares(size: number, [gradient]: readonly Spot[], lanes: number): Pick<Part, 'body'> {
  const value = `${gradient?.binding}[first + at]`;
  const inside = size % 4 === 0 ? value : `select(vec4f(0f), ${value}, 4u * at + vec4u(0u, 1u, 2u, 3u) < vec4u(size))`;
  const body = `(group: u32, lane: u32, first: u32, size: u32, to: u32) {
  var own = 0f;
  for (var i = 0u; i < ${EACH}u; i++) {
    let at = (group * ${EACH}u + i) * ${lanes}u + lane;
    if (4u * at < size) { let four = ${inside}; own += dot(four, four); }
  }
  let all = reduce_sum(lane, own);
  if (lane == 0u) { results[to + group] = all; }
}`;
  return { body };
}
