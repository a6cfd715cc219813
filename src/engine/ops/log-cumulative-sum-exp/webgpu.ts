// logCumulativeSumExp and its gradient on webgpu. -infinity (log 0) is a value like any other.
import { bind, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { extentsOf, scan } from '../scan-webgpu.ts';

export const logCumulativeSumExpWebgpu: GpuLowering<OpAttrs['logCumulativeSumExp']> = (gpu) => {
  const y = operand(gpu.outputs, 0);
  const extents = extentsOf(y);
  const bound = bind({ x: operand(gpu.inputs, 0), y });
  const { x, y: total } = bound.names;
  scan(gpu, {
    ...bound,
    extents,
    reverse: false,
    semiring: 'log',
    load: `let at = row * ${extents.H}u + c; let a = 0f; let b = ${x}[at];`,
    save: `${total}[at] = after;`,
  });
};

/** s_t = dy_t + exp(y_t - y_{t+1}) s_{t+1}; exp(log 0 - anything) = 0. */
export const logCumulativeSumExpGradWebgpu: GpuLowering<OpAttrs['logCumulativeSumExpGrad']> = (gpu) => {
  const dx = operand(gpu.outputs, 0);
  const extents = extentsOf(dx);
  const { T, H } = extents;
  const bound = bind({ x: operand(gpu.inputs, 0), y: operand(gpu.inputs, 1), dy: operand(gpu.inputs, 2), dx });
  const { x, y, dy, dx: result } = bound.names;
  scan(gpu, {
    ...bound,
    extents,
    reverse: true,
    load: `let at = row * ${H}u + c;
    let here = ${y}[at];
    var a = 0f;
    if (t < ${T - 1}u && here != -infinity()) { a = exp_of(here - ${y}[at + ${H}u]); }
    let b = ${dy}[at];`,
    save: `let own = ${x}[at];
    var share = 0f;
    if (own != -infinity()) { share = exp_of(own - here); }
    ${result}[at] = after * share;`,
  });
};
