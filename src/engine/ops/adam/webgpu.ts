// adam on webgpu: one invocation an element; a factor that is not finite changes nothing.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, NON_FINITE, operand, real, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const adamWebgpu: GpuLowering<OpAttrs['adam']> = (gpu, { beta1, beta2, eps, weightDecay, decoupled }) => {
  const p = operand(gpu.inputs, 0);
  const { declarations, names, buffers } = bind({
    p,
    m: operand(gpu.inputs, 1),
    v: operand(gpu.inputs, 2),
    g: operand(gpu.inputs, 3),
    factor: operand(gpu.inputs, 4),
    hyper: operand(gpu.inputs, 5),
  });
  const { groups, head } = flat(sizeOf(p.type.shape), gpu.traits, 128);
  const decay = decoupled ? '' : ` + ${real(weightDecay)} * before`;
  const shrink = decoupled && weightDecay !== 0 ? `before * (1f - rate * ${real(weightDecay)})` : 'before';
  const code = `${declarations}
${NON_FINITE}
${head}
  let share = ${names['factor']}[0];
  if (!finite(share)) { return; }
  let rate = hyper[0];
  let before = p[index];
  let gradient = share * ${names['g']}[index]${decay};
  let mean = ${real(beta1)} * m[index] + ${real(1 - beta1)} * gradient;
  let square = ${real(beta2)} * v[index] + ${real(1 - beta2)} * gradient * gradient;
  m[index] = mean;
  v[index] = square;
  p[index] = ${shrink} - rate * (mean / hyper[1]) / (sqrt(square / hyper[2]) + ${real(eps)});
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};
