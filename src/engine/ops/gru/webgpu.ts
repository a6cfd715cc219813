// gru and its gradient on webgpu.
import { operand, type GpuLowering, type GpuOperand } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { matrixGradient } from '../matrix-gradient-webgpu.ts';
import { backwardCell, forwardCell } from '../recurrent-webgpu.ts';
import { extentsOf } from '../scan-webgpu.ts';

export const gruWebgpu: GpuLowering<OpAttrs['gru']> = (gpu, { initial }) => {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  const { H } = extents;
  forwardCell(gpu, {
    extents,
    gates: 3,
    weight: operand(gpu.inputs, 1),
    h0: initial ? operand(gpu.inputs, 3) : null,
    h,
    operands: { gx: operand(gpu.inputs, 0), bias: operand(gpu.inputs, 2), gates: operand(gpu.outputs, 1) },
    step: ({ gx, bias, gates }) => `let from_x = row * ${3 * H}u + c;
      let to = row * ${4 * H}u + c;
      let r = sigmoid_of(${gx}[from_x] + dot0 + ${bias}[c]);
      let z = sigmoid_of(${gx}[from_x + ${H}u] + dot1 + ${bias}[${H}u + c]);
      let inner = dot2 + ${bias}[${2 * H}u + c];
      let candidate = tanh_of(fma(r, inner, ${gx}[from_x + ${2 * H}u]));
      let next = fma(z, before - candidate, candidate);
      ${gates}[to] = r;
      ${gates}[to + ${H}u] = z;
      ${gates}[to + ${2 * H}u] = candidate;
      ${gates}[to + ${3 * H}u] = inner;`,
  });
};

export const gruGradWebgpu: GpuLowering<OpAttrs['gruGrad']> = (gpu, { initial }) => {
  const [weight, h, gates] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const h0 = initial ? operand(gpu.inputs, 4) : null;
  const extents = extentsOf(h);
  const { H } = extents;
  const dgx = operand(gpu.outputs, 0);
  const states: Readonly<Record<string, GpuOperand>> = h0 === null ? {} : { h0, dh0: operand(gpu.outputs, 3) };
  backwardCell(gpu, {
    extents,
    gates: 3,
    weight,
    operands: { h, gates, dh: operand(gpu.inputs, 3), dgx, ...states },
    step: (of) => gradStep(of, H, initial),
    ...(initial ? { finish: (of) => `${of['dh0']}[n * ${H}u + c] = later;` } : {}),
  });
  matrixGradient(gpu, {
    extents,
    rows: 3 * H,
    h,
    h0,
    dweight: operand(gpu.outputs, 1),
    dbias: operand(gpu.outputs, 2),
    operands: { dgx, gates },
    pre: (of) =>
      `${of['dgx']}[row * ${3 * H}u + m] * select(1f, ${of['gates']}[row * ${4 * H}u + max(m, ${2 * H}u) - ${2 * H}u], m >= ${2 * H}u)`,
  });
};

const gradStep = (
  of: Readonly<Record<string, string>>,
  H: number,
  initial: boolean,
): string => `let from_gates = row * ${4 * H}u + c;
      let to = row * ${3 * H}u + c;
      let r = ${of['gates']}[from_gates];
      let z = ${of['gates']}[from_gates + ${H}u];
      let candidate = ${of['gates']}[from_gates + ${2 * H}u];
      let inner = ${of['gates']}[from_gates + ${3 * H}u];
      var before = ${initial ? `${of['h0']}[n * ${H}u + c]` : '0f'};
      if (t > 0u) { before = ${of['h']}[(row - 1u) * ${H}u + c]; }
      let arriving = ${of['dh']}[row * ${H}u + c] + later;
      let content = arriving * (1f - z) * (1f - candidate * candidate);
      let pre0 = content * inner * r * (1f - r);
      let pre1 = arriving * (before - candidate) * z * (1f - z);
      let pre2 = content * r;
      let kept = arriving * z;
      ${of['dgx']}[to] = pre0;
      ${of['dgx']}[to + ${H}u] = pre1;
      ${of['dgx']}[to + ${2 * H}u] = content;`;
