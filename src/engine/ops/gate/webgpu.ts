// The gradient of gate on webgpu, where a map makes one tensor: two dispatches. What the second needs must not be overwritten by the first, so only the
// second result may take the place of an operand (inPlace of the record).
import { mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import type { GpuLowering } from '../../plan/gpu/lowering.ts';
import { operand } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { gateGradParts } from './kernel.ts';

export const gateGradWebgpu: GpuLowering<OpAttrs['gateGrad']> = (gpu, attrs) => {
  gateGradParts(attrs).forEach((kernel, i) => {
    const lower = mapWebgpu<OpAttrs['gateGrad']>(() => ({ kernel }));
    const later = i === 0 ? {} : { epilogues: [], stored: true };
    lower({ ...gpu, ...later, outputs: [operand(gpu.outputs, i)] }, attrs);
  });
};
