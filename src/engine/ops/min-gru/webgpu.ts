// minGru and its gradient on webgpu: gates and recurrence in one dispatch; the gradient computes the gates again from u.
import { bind, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { candidateCode } from '../candidate-webgpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { extentsOf, scan } from '../scan-webgpu.ts';

export const minGruWebgpu: GpuLowering<OpAttrs['minGru']> = (gpu, { candidate, initial }) => {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  const { H } = extents;
  const bound = bind({ u: operand(gpu.inputs, 0), ...(initial ? { h0: operand(gpu.inputs, 1) } : {}), h });
  const { value } = candidateCode[candidate];
  scan(gpu, {
    ...bound,
    extents,
    reverse: false,
    ...(initial ? { start: `h0[n * ${H}u + c]` } : {}),
    load: `let at = row * ${2 * H}u + c;
    let pre = u[at];
    let content = u[at + ${H}u];
    let a = sigmoid_of(-pre);
    let b = sigmoid_of(pre) * ${value('content')};`,
    save: `h[row * ${H}u + c] = after;`,
  });
};

/** Backwards with the state f = (1 - z_{t+1}) arriving_{t+1}, as in linearScanGrad. */
export const minGruGradWebgpu: GpuLowering<OpAttrs['minGruGrad']> = (gpu, { candidate, initial }) => {
  const h = operand(gpu.inputs, 1);
  const extents = extentsOf(h);
  const { H } = extents;
  const state = initial ? { h0: operand(gpu.inputs, 3), dh0: operand(gpu.outputs, 1) } : {};
  const bound = bind({
    u: operand(gpu.inputs, 0),
    h,
    dh: operand(gpu.inputs, 2),
    ...state,
    du: operand(gpu.outputs, 0),
  });
  const { u, h: states, dh, h0, dh0, du } = bound.names;
  const { value, derivative } = candidateCode[candidate];
  scan(gpu, {
    ...bound,
    extents,
    reverse: true,
    load: `let at = row * ${2 * H}u + c;
    let pre = ${u}[at];
    let content = ${u}[at + ${H}u];
    let here = ${dh}[row * ${H}u + c];
    let a = sigmoid_of(-pre);
    let b = a * here;`,
    save: `var earlier = ${initial ? `${h0}[n * ${H}u + c]` : '0f'};
    if (t > 0u) { earlier = ${states}[(row - 1u) * ${H}u + c]; }
    let total = here + before;
    let z = sigmoid_of(pre);
    ${du}[at] = total * (${value('content')} - earlier) * z * a;
    ${du}[at + ${H}u] = total * z * ${derivative('content')};`,
    ...(initial ? { finish: `${dh0}[n * ${H}u + c] = s;` } : {}),
  });
};
