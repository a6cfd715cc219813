// The step of minGRU for each candidate, and its backward in the form of the earlier hand-written kernels, for the same bits.
import { add, fma, mul, sigmoid, sub } from '../../kernel/expr.ts';
import { backwardKernel, forwardKernel, type ScanKernel } from '../../kernel/scan.ts';
import { candidateExprs } from '../candidate-expr.ts';
import type { Candidate, OpAttrs } from '../kinds.ts';

const recurrence = (candidate: Candidate): Parameters<typeof forwardKernel>[1] => {
  const { value, slope } = candidateExprs[candidate];
  return {
    sequence: 'u',
    parts: ['z', 'v'],
    channels: [],
    state: 'h',
    states: ['h'],
    step: ({ z, v, h }) => ({ h: fma(sigmoid(z), sub(value(v), h), h) }),
    backward: (_derived, { z, v, h_before, d_h, carry_h }) => {
      const gate = sigmoid(z);
      const rest = sub(1, gate);
      const arriving = add(d_h, carry_h);
      const taken = mul(arriving, gate);
      const ofGate = mul(mul(taken, rest), sub(value(v), h_before));
      return { z: ofGate, v: mul(taken, slope(v)), h_before: mul(arriving, rest) };
    },
  };
};

const made = (candidate: Candidate, name: string): readonly [forward: ScanKernel, backward: ScanKernel] => [
  forwardKernel(name, recurrence(candidate)),
  backwardKernel(`${name}Grad`, recurrence(candidate)),
];

const kernels = { identity: made('identity', 'minGruIdentity'), g: made('g', 'minGruPositive') };

export const minGruKernel = ({ candidate }: OpAttrs['minGru']): ScanKernel => kernels[candidate][0];
export const minGruGradKernel = ({ candidate }: OpAttrs['minGruGrad']): ScanKernel => kernels[candidate][1];
export const minGruKernels: readonly ScanKernel[] = [...kernels.identity, ...kernels.g];
