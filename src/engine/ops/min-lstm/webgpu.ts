// minLstm and its gradient on webgpu: gates and recurrence in one dispatch; the gradient computes the gates again from u.
import { bind, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { candidateCode } from '../candidate-webgpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { extentsOf, scan } from '../scan-webgpu.ts';

/** The gates as used: f / (f + i) = sigmoid(softplus(-b) - softplus(-a)) holds where both underflow. */
const gatesCode = (u: string, H: number, normalised: boolean): string => `let at = row * ${3 * H}u + c;
    let pre_f = ${u}[at];
    let pre_i = ${u}[at + ${H}u];
    let content = ${u}[at + ${2 * H}u];
    ${normalised ? 'let across = softplus_of(-pre_i) - softplus_of(-pre_f);' : ''}
    let forget = sigmoid_of(${normalised ? 'across' : 'pre_f'});
    let taken = sigmoid_of(${normalised ? '-across' : 'pre_i'});`;

export const minLstmWebgpu: GpuLowering<OpAttrs['minLstm']> = (gpu, { candidate, normalised, initial }) => {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  const { H } = extents;
  const bound = bind({ u: operand(gpu.inputs, 0), ...(initial ? { h0: operand(gpu.inputs, 1) } : {}), h });
  scan(gpu, {
    ...bound,
    extents,
    reverse: false,
    ...(initial ? { start: `h0[n * ${H}u + c]` } : {}),
    load: `${gatesCode('u', H, normalised)}
    let a = forget;
    let b = taken * ${candidateCode[candidate].value('content')};`,
    save: `h[row * ${H}u + c] = after;`,
  });
};

/** Gradients of the pre-activations from those of the gates as used, `d_forget` and `d_taken`. */
const gatesBack = (du: string, H: number, normalised: boolean): string =>
  normalised
    ? `let d_across = (d_forget - d_taken) * forget * taken;
    ${du}[at] = d_across * sigmoid_of(-pre_f);
    ${du}[at + ${H}u] = -d_across * sigmoid_of(-pre_i);`
    : `${du}[at] = d_forget * forget * sigmoid_of(-pre_f);
    ${du}[at + ${H}u] = d_taken * taken * sigmoid_of(-pre_i);`;

/** Backwards with the state s = f_{t+1} arriving_{t+1}, as in linearScanGrad. */
export const minLstmGradWebgpu: GpuLowering<OpAttrs['minLstmGrad']> = (gpu, { candidate, normalised, initial }) => {
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
  const { u = 'u', h: states, dh, h0, dh0, du = 'du' } = bound.names;
  const { value, derivative } = candidateCode[candidate];
  scan(gpu, {
    ...bound,
    extents,
    reverse: true,
    load: `${gatesCode(u, H, normalised)}
    let here = ${dh}[row * ${H}u + c];
    let a = forget;
    let b = a * here;`,
    save: `var earlier = ${initial ? `${h0}[n * ${H}u + c]` : '0f'};
    if (t > 0u) { earlier = ${states}[(row - 1u) * ${H}u + c]; }
    let total = here + before;
    let d_forget = total * earlier;
    let d_taken = total * ${value('content')};
    ${gatesBack(du, H, normalised)}
    ${du}[at + ${2 * H}u] = total * taken * ${derivative('content')};`,
    ...(initial ? { finish: `${dh0}[n * ${H}u + c] = s;` } : {}),
  });
};
