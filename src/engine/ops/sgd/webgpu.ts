// sgd on webgpu: one invocation an element; a factor that is not finite changes nothing.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, NON_FINITE, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const sgdWebgpu: GpuLowering<OpAttrs['sgd']> = (gpu, { momentum, weightDecay }) => {
  const p = operand(gpu.inputs, 0);
  const { declarations, names, buffers } = bind({
    p,
    velocity: operand(gpu.inputs, 1),
    g: operand(gpu.inputs, 2),
    factor: operand(gpu.inputs, 3),
    hyper: operand(gpu.inputs, 4),
  });
  const { groups, head } = flat(sizeOf(p.type.shape), gpu.traits, 128);
  const code = `${declarations}
${NON_FINITE}
${head}
  let share = ${names['factor']}[0];
  if (!finite(share)) { return; }
  let moved = ${real(momentum)} * velocity[index] + share * ${names['g']}[index] + ${real(weightDecay)} * p[index];
  velocity[index] = moved;
  p[index] -= hyper[0] * moved;
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
