// minLstm and its gradient on webgpu.
import type { GpuLowering } from '../../plan/gpu/lowering.ts';
import { candidateCode } from '../candidate-webgpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { minimalBackward, minimalForward, type MinimalCell } from '../minimal-webgpu.ts';

/** The gates as used: f / (f + i) = sigmoid(softplus(-b) - softplus(-a)) holds where both underflow. */
const cellOf = (initial: boolean, normalised: boolean): MinimalCell => ({
  initial,
  parts: 3,
  gates: (u, H) => `let pre_f = ${u}[at];
    let pre_i = ${u}[at + ${H}u];
    let content = ${u}[at + ${2 * H}u];
    ${normalised ? 'let across = softplus_of(-pre_i) - softplus_of(-pre_f);' : ''}
    let forget = sigmoid_of(${normalised ? 'across' : 'pre_f'});
    let taken = sigmoid_of(${normalised ? '-across' : 'pre_i'});
    let a = forget;`,
});

export const minLstmWebgpu: GpuLowering<OpAttrs['minLstm']> = (gpu, { candidate, normalised, initial }) => {
  minimalForward(gpu, cellOf(initial, normalised), `taken * ${candidateCode[candidate].value('content')}`);
};

/** Gradients of the pre-activations from those of the gates as used, `d_forget` and `d_taken`. */
const gatesBack = (du: string, H: number, normalised: boolean): string =>
  normalised
    ? `let d_across = (d_forget - d_taken) * forget * taken;
    ${du}[at] = d_across * sigmoid_of(-pre_f);
    ${du}[at + ${H}u] = -d_across * sigmoid_of(-pre_i);`
    : `${du}[at] = d_forget * forget * sigmoid_of(-pre_f);
    ${du}[at + ${H}u] = d_taken * taken * sigmoid_of(-pre_i);`;

export const minLstmGradWebgpu: GpuLowering<OpAttrs['minLstmGrad']> = (gpu, { candidate, normalised, initial }) => {
  const { value, derivative } = candidateCode[candidate];
  minimalBackward(
    gpu,
    cellOf(initial, normalised),
    (du, H) => `let d_forget = total * earlier;
    let d_taken = total * ${value('content')};
    ${gatesBack(du, H, normalised)}
    ${du}[at + ${2 * H}u] = total * taken * ${derivative('content')};`,
  );
};
