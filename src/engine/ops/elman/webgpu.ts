// elman and its gradient on webgpu.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { matrixGradient } from '../matrix-gradient-webgpu.ts';
import { backwardCell, forwardCell } from '../recurrent-webgpu.ts';
import { extentsOf } from '../scan-webgpu.ts';

export const elmanWebgpu: GpuLowering<OpAttrs['elman']> = (gpu, { initial }) => {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  forwardCell(gpu, {
    extents,
    gates: 1,
    weight: operand(gpu.inputs, 1),
    h0: initial ? operand(gpu.inputs, 2) : null,
    h,
    operands: { gx: operand(gpu.inputs, 0) },
    step: ({ gx }) => `let next = tanh_of(${gx}[row * ${extents.H}u + c] + dot0);`,
  });
};

export const elmanGradWebgpu: GpuLowering<OpAttrs['elmanGrad']> = (gpu, { initial }) => {
  const [weight, h, dh] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const extents = extentsOf(h);
  const { H } = extents;
  const dgx = operand(gpu.outputs, 0);
  backwardCell(gpu, {
    extents,
    gates: 1,
    weight,
    operands: { h, dh, dgx, ...(initial ? { dh0: operand(gpu.outputs, 2) } : {}) },
    step: (of) => `let at = row * ${H}u + c;
      let here = ${of['h']}[at];
      let pre0 = (${of['dh']}[at] + later) * (1f - here * here);
      let kept = 0f;
      ${of['dgx']}[at] = pre0;`,
    ...(initial ? { finish: (of) => `${of['dh0']}[n * ${H}u + c] = later;` } : {}),
  });
  matrixGradient(gpu, {
    extents,
    rows: H,
    h,
    h0: initial ? operand(gpu.inputs, 3) : null,
    dweight: operand(gpu.outputs, 1),
    operands: { dgx },
    pre: (of) => `${of['dgx']}[row * ${H}u + m]`,
  });
};
