// sgd on webgpu.
import { real, type GpuRun } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { updateAll } from '../update-webgpu.ts';

export const sgdWebgpu: GpuRun<OpAttrs['sgd']> = (gpu, nodes) => {
  updateAll(gpu, {
    nodes,
    names: ['p', 'velocity', 'g'],
    step: ({ momentum, weightDecay }, at, hyper) => `let before = ${at('p')};
  let moved = ${real(momentum)} * ${at('velocity')} + share * ${at('g')} + ${real(weightDecay)} * before;
  ${at('velocity')} = moved;
  ${at('p')} = before - ${hyper(0)} * moved;`,
  });
};
