// lstm and its gradient on webgpu.
import {
  bind,
  flat,
  operand,
  type GpuLowering,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
} from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { matrixGradient } from '../matrix-gradient-webgpu.ts';
import { backwardCell, forwardCell } from '../recurrent-webgpu.ts';
import { extentsOf, type SequenceExtents } from '../scan-webgpu.ts';

export const lstmWebgpu: GpuLowering<OpAttrs['lstm']> = (gpu, { initial }) => {
  const h = operand(gpu.outputs, 0);
  const extents = extentsOf(h);
  const { H } = extents;
  const start: Readonly<Record<string, GpuOperand>> = initial ? { c0: operand(gpu.inputs, 3) } : {};
  forwardCell(gpu, {
    extents,
    gates: 4,
    weight: operand(gpu.inputs, 1),
    h0: initial ? operand(gpu.inputs, 2) : null,
    h,
    operands: { gx: operand(gpu.inputs, 0), cells: operand(gpu.outputs, 1), gates: operand(gpu.outputs, 2), ...start },
    step: ({ gx, cells, gates, c0 }) => `let wide = row * ${4 * H}u + c;
      let taken = sigmoid_of(${gx}[wide] + dot0);
      let forget = sigmoid_of(${gx}[wide + ${H}u] + dot1);
      let content = tanh_of(${gx}[wide + ${2 * H}u] + dot2);
      let shown = sigmoid_of(${gx}[wide + ${3 * H}u] + dot3);
      var cell = ${initial ? `${c0}[n * ${H}u + c]` : '0f'};
      if (t > 0u) { cell = ${cells}[(row - 1u) * ${H}u + c]; }
      cell = fma(forget, cell, taken * content);
      ${cells}[row * ${H}u + c] = cell;
      let next = shown * tanh_of(cell);
      ${gates}[wide] = taken;
      ${gates}[wide + ${H}u] = forget;
      ${gates}[wide + ${2 * H}u] = content;
      ${gates}[wide + ${3 * H}u] = shown;`,
  });
};

/** The gradients through cell and state share a workspace [2, B, H], so that eight bindings suffice. */
export const lstmGradWebgpu: GpuLowering<OpAttrs['lstmGrad']> = (gpu, { initial }) => {
  const [weight, h, cells, gates] = [0, 1, 2, 3].map((i) => operand(gpu.inputs, i));
  if (!weight || !h || !cells || !gates) return;
  const extents = extentsOf(h);
  const { B, H } = extents;
  const dgx = operand(gpu.outputs, 0);
  const carry = gpu.workspace(2 * B * H * 4);
  const start: Readonly<Record<string, GpuOperand>> = initial ? { c0: operand(gpu.inputs, 7) } : {};
  backwardCell(gpu, {
    extents,
    gates: 4,
    weight,
    operands: { cells, gates, dh: operand(gpu.inputs, 4), dc: operand(gpu.inputs, 5), dgx, carry, ...start },
    step: (of) => gradStep(of, extents, initial),
    ...(initial ? { finish: () => `carry[n * ${H}u + c] = later;` } : {}),
  });
  if (initial) splitCarry(gpu, carry, B * H);
  matrixGradient(gpu, {
    extents,
    rows: 4 * H,
    h,
    h0: initial ? operand(gpu.inputs, 6) : null,
    dweight: operand(gpu.outputs, 1),
    operands: { dgx },
    pre: (of) => `${of['dgx']}[row * ${4 * H}u + m]`,
  });
};

const gradStep = (of: Readonly<Record<string, string>>, { B, T, H }: SequenceExtents, initial: boolean): string => `
      let at = row * ${H}u + c;
      let wide = row * ${4 * H}u + c;
      let own = ${B * H}u + n * ${H}u + c;
      let taken = ${of['gates']}[wide];
      let forget = ${of['gates']}[wide + ${H}u];
      let content = ${of['gates']}[wide + ${2 * H}u];
      let shown = ${of['gates']}[wide + ${3 * H}u];
      let squashed = tanh_of(${of['cells']}[at]);
      let arriving = ${of['dh']}[at] + later;
      var through = 0f;
      if (t < ${T - 1}u) { through = carry[own]; }
      let dcell = ${of['dc']}[at] + through + arriving * shown * (1f - squashed * squashed);
      var cell = ${initial ? `${of['c0']}[n * ${H}u + c]` : '0f'};
      if (t > 0u) { cell = ${of['cells']}[at - ${H}u]; }
      let pre0 = dcell * content * taken * (1f - taken);
      let pre1 = dcell * cell * forget * (1f - forget);
      let pre2 = dcell * taken * (1f - content * content);
      let pre3 = arriving * squashed * shown * (1f - shown);
      let kept = 0f;
      carry[own] = dcell * forget;
      ${of['dgx']}[wide] = pre0;
      ${of['dgx']}[wide + ${H}u] = pre1;
      ${of['dgx']}[wide + ${2 * H}u] = pre2;
      ${of['dgx']}[wide + ${3 * H}u] = pre3;`;

function splitCarry(gpu: GpuWriter, carry: GpuPlace, size: number): void {
  const { declarations, buffers } = bind({ carry, dh0: operand(gpu.outputs, 2), dc0: operand(gpu.outputs, 3) });
  const { groups, head } = flat(size, gpu.traits, 64);
  const code = `${declarations}\n${head}\n  dh0[index] = carry[index];\n  dc0[index] = carry[${size}u + index];\n}`;
  gpu.dispatch({ label: 'start', code, buffers, groups });
}
