// slice and pad on webgpu, on tensors read as [outer, extent, inner]. Words are moved as they are.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { aroundAxis } from '../shape-rule.ts';

export const sliceWebgpu: GpuLowering<OpAttrs['slice']> = (gpu, { axis, start, length }) => {
  const [x, y] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const { extent, inner } = aroundAxis(x.type.shape, axis);
  const { declarations, buffers } = bind({ x: { ...x, dtype: 'u32' }, y: { ...y, dtype: 'u32' } });
  const { groups, head } = flat(sizeOf(y.type.shape), gpu.traits);
  const part = length * inner;
  const body = `  y[index] = x[(index / ${part}u) * ${extent * inner}u + ${start * inner}u + index % ${part}u];`;
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
};

export const padWebgpu: GpuLowering<OpAttrs['pad']> = (gpu, { axis, start, size }) => {
  const [dy, dx] = [operand(gpu.inputs, 0), operand(gpu.outputs, 0)];
  const { extent, inner } = aroundAxis(dy.type.shape, axis);
  const { declarations, buffers } = bind({ dy: { ...dy, dtype: 'u32' }, dx: { ...dx, dtype: 'u32' } });
  const { groups, head } = flat(sizeOf(dx.type.shape), gpu.traits);
  const body = `  let outer = index / ${size * inner}u;
  let within = index % ${size * inner}u;
  var word = 0u;
  if (within >= ${start * inner}u && within < ${(start + extent) * inner}u) {
    word = dy[outer * ${extent * inner}u + within - ${start * inner}u];
  }
  dx[index] = word;`;
  gpu.dispatch({ label: '', code: `${declarations}\n${head}\n${body}\n}`, buffers, groups });
};
