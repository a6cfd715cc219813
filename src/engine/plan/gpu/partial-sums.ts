// Adds up the partial results of many tensors in one dispatch: target = scale times the sum over s of parts[s], in order of s.
// Independent of ops.
import { sizeOf } from '../../core/tensor.ts';
import { real, type GpuOperand, type GpuPlace } from './lowering.ts';
import { quadsOf, type Part, type RegionDispatch, type Spot } from './regions.ts';

export interface PendingSum {
  readonly parts: GpuPlace;
  readonly count: number;
  /** Numbers from one part to the next, a multiple of four. */
  readonly stride: number;
  readonly target: GpuOperand;
  readonly scale: number;
}

const LANES = 64;

/** Numbers between the parts of a target: whole vectors of four. */
export const strideOf = (target: GpuOperand): number => 4 * quadsOf(sizeOf(target.type.shape));

export function partialSumsDispatch(sums: readonly PendingSum[]): RegionDispatch {
  return {
    label: 'sums of parts',
    lanes: LANES,
    functions: '',
    items: sums.map(({ parts, target }) => [parts, target]),
    shared: [],
    part: ({ index, spots }) => {
      const sum = sums[index];
      if (!sum) throw new Error(`webgpu: there is no sum ${index}`);
      return partOf(sum, spots);
    },
  };
}

function partOf({ count, stride, scale }: PendingSum, [parts, target]: readonly Spot[]): Part {
  const quads = stride / 4;
  const body = `(group: u32, lane: u32, parts: u32, to: u32, count: u32, quads: u32) {
  let i = group * ${LANES}u + lane;
  if (i >= quads) { return; }
  var sum = ${parts?.binding}[parts + i];
  for (var s = 1u; s < count; s++) { sum += ${parts?.binding}[parts + s * quads + i]; }
  ${target?.binding}[to + i] = sum${scale === 1 ? '' : ` * ${real(scale)}`};
}`;
  return {
    groups: Math.ceil(quads / LANES),
    body,
    args: [parts?.first ?? 0, target?.first ?? 0, count, quads],
  };
}
