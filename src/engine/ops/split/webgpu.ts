// split and concat on webgpu: one dispatch a part, words moved as they are.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { aroundAxis } from '../shape-rule.ts';

/** Moves `part` out of or into [outer, extent, inner] from place `start` along the extent. */
function movePart(
  gpu: GpuWriter,
  whole: GpuOperand,
  part: GpuOperand,
  { axis, start, into }: { readonly axis: number; readonly start: number; readonly into: boolean },
): void {
  const { extent, inner } = aroundAxis(whole.type.shape, axis);
  const length = (part.type.shape[axis] ?? 1) * inner;
  const { declarations, buffers } = bind({ whole: { ...whole, dtype: 'u32' }, part: { ...part, dtype: 'u32' } });
  const { groups, head } = flat(sizeOf(part.type.shape), gpu.traits);
  const place = `(index / ${length}u) * ${extent * inner}u + ${start * inner}u + index % ${length}u`;
  const body = into ? `whole[${place}] = part[index];` : `part[index] = whole[${place}];`;
  gpu.dispatch({ label: `from ${start}`, code: `${declarations}\n${head}\n  ${body}\n}`, buffers, groups });
}

export const splitWebgpu: GpuLowering<OpAttrs['split']> = (gpu, { axis, sizes }) => {
  let start = 0;
  sizes.forEach((size, i) => {
    movePart(gpu, operand(gpu.inputs, 0), operand(gpu.outputs, i), { axis, start, into: false });
    start += size;
  });
};

export const concatWebgpu: GpuLowering<OpAttrs['concat']> = (gpu, { axis }) => {
  let start = 0;
  for (const part of gpu.inputs) {
    movePart(gpu, operand(gpu.outputs, 0), part, { axis, start, into: true });
    start += part.type.shape[axis] ?? 1;
  }
};
