// cumulativeSum on webgpu.
import { bind, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { extentsOf, scan } from '../scan-webgpu.ts';

export const cumulativeSumWebgpu: GpuLowering<OpAttrs['cumulativeSum']> = (gpu, { reverse }) => {
  const y = operand(gpu.outputs, 0);
  const extents = extentsOf(y);
  const bound = bind({ x: operand(gpu.inputs, 0), y });
  const { x, y: sum } = bound.names;
  scan(gpu, {
    ...bound,
    extents,
    reverse,
    load: `let at = row * ${extents.H}u + c; let a = 1f; let b = ${x}[at];`,
    save: `${sum}[at] = after;`,
  });
};
