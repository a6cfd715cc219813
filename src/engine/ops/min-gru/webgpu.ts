// minGru and its gradient on webgpu.
import type { GpuLowering } from '../../plan/gpu/lowering.ts';
import { candidateCode } from '../candidate-webgpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { minimalBackward, minimalForward, type MinimalCell } from '../minimal-webgpu.ts';

const cellOf = (initial: boolean): MinimalCell => ({
  initial,
  parts: 2,
  gates: (u, H) => `let pre = ${u}[at];
    let content = ${u}[at + ${H}u];
    let a = sigmoid_of(-pre);`,
});

export const minGruWebgpu: GpuLowering<OpAttrs['minGru']> = (gpu, { candidate, initial }) => {
  minimalForward(gpu, cellOf(initial), `sigmoid_of(pre) * ${candidateCode[candidate].value('content')}`);
};

export const minGruGradWebgpu: GpuLowering<OpAttrs['minGruGrad']> = (gpu, { candidate, initial }) => {
  const { value, derivative } = candidateCode[candidate];
  minimalBackward(
    gpu,
    cellOf(initial),
    (du, H) => `let z = sigmoid_of(pre);
    ${du}[at] = total * (${value('content')} - earlier) * z * a;
    ${du}[at + ${H}u] = total * z * ${derivative('content')};`,
  );
};
