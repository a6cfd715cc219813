// reverse on webgpu: numbers are moved as they are, four at a time where a position has so many.
import { lastOf, sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const reverseWebgpu: GpuLowering<OpAttrs['reverse']> = (gpu) => {
  const [x, y] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const [, T = 1] = x.type.shape;
  const width = lastOf(x.type.shape);
  const lanes = width % 4 === 0 ? 4 : 1;
  const dtype = lanes === 4 ? 'vec4' : 'f32';
  const { declarations, buffers } = bind({ x: { ...x, dtype }, y: { ...y, dtype } });
  const { groups, head } = flat(sizeOf(y.type.shape) / lanes, gpu.traits);
  const columns = width / lanes;
  const body = `  let row = index / ${columns}u;
  let t = row % ${T}u;
  y[index] = x[(row - t + ${T - 1}u - t) * ${columns}u + index % ${columns}u];`;
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
};
