// adam on webgpu.
import { real, type GpuRun } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { updateAll } from '../update-webgpu.ts';

export const adamWebgpu: GpuRun<OpAttrs['adam']> = (gpu, nodes) => {
  updateAll(gpu, {
    nodes,
    names: ['p', 'm', 'v', 'g'],
    step: ({ beta1, beta2, eps, weightDecay, decoupled }, at, hyper) => {
      const decay = decoupled ? '' : ` + ${real(weightDecay)} * before`;
      const shrink = decoupled && weightDecay !== 0 ? `before * (1f - rate * ${real(weightDecay)})` : 'before';
      return `let rate = ${hyper(0)};
  let before = ${at('p')};
  let gradient = share * ${at('g')}${decay};
  let mean = ${real(beta1)} * ${at('m')} + ${real(1 - beta1)} * gradient;
  let square = ${real(beta2)} * ${at('v')} + ${real(1 - beta2)} * gradient * gradient;
  ${at('m')} = mean;
  ${at('v')} = square;
  ${at('p')} = ${shrink} - rate * (mean / ${hyper(1)}) / (sqrt(square / ${hyper(2)}) + ${real(eps)});`;
    },
  });
};
