// reshape on webgpu: nothing to do, the result is the same bytes.
import type { GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const reshapeWebgpu: GpuLowering<OpAttrs['reshape']> = () => undefined;
