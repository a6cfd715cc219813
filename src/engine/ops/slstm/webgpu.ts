// slstm and its gradient on webgpu: a workgroup takes a head of a sample through time.
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
import { extentsOf } from '../scan-webgpu.ts';
import { nothingYet } from './reference.ts';

type Names = Readonly<Record<string, string>>;

/** Samples, steps, heads and channels of a head. */
interface Sizes {
  readonly B: number;
  readonly T: number;
  readonly N: number;
  readonly E: number;
}

function sizesOf(h: GpuOperand, weight: GpuOperand): Sizes {
  const { B, T } = extentsOf(h);
  const [N = 1, , E = 1] = weight.type.shape;
  return { B, T, N, E };
}

/** `head` where the code has one. */
const headOf = ({ N }: Sizes): string => (N === 1 ? '0u' : 'head');

/** Places of a channel in rows of gx, and of cells; `own` in those of h. */
const places = (
  sizes: Sizes,
): string => `let wide = row * ${4 * sizes.N * sizes.E}u + ${headOf(sizes)} * ${4 * sizes.E}u + c;
      let own = ${headOf(sizes)} * ${sizes.E}u + c;
      let cell = row * ${2 * sizes.N * sizes.E}u + own;`;

/** `mean` (and `weight`) before step t. */
function before(of: Names, { N, E }: Sizes, initial: boolean, withWeight: boolean): string {
  const H = N * E;
  const first = (offset: string, none: string): string =>
    initial ? `${of['cells0']}[n * ${2 * H}u + ${offset}own]` : none;
  const weight = withWeight
    ? `var held = ${first(`${H}u + `, `${nothingYet}f`)};
      if (t > 0u) { held = ${of['cells']}[cell - ${H}u]; }`
    : '';
  return `var mean = ${first('', '0f')};
      if (t > 0u) { mean = ${of['cells']}[cell - ${2 * H}u]; }
      ${weight}`;
}

export const slstmWebgpu: GpuLowering<OpAttrs['slstm']> = (gpu, { initial }) => {
  const h = operand(gpu.outputs, 0);
  const weight = operand(gpu.inputs, 1);
  const sizes = sizesOf(h, weight);
  const { B, T, N, E } = sizes;
  const start: Readonly<Record<string, GpuOperand>> = initial ? { cells0: operand(gpu.inputs, 3) } : {};
  forwardCell(gpu, {
    extents: { B, T, H: E },
    heads: N,
    gates: 4,
    weight,
    h0: initial ? operand(gpu.inputs, 2) : null,
    h,
    operands: { gx: operand(gpu.inputs, 0), cells: operand(gpu.outputs, 1), gates: operand(gpu.outputs, 2), ...start },
    step: (of) => `${places(sizes)}
      let key = ${of['gx']}[wide] + dot0;
      let fade = ${of['gx']}[wide + ${E}u] + dot1;
      let content = tanh_of(${of['gx']}[wide + ${2 * E}u] + dot2);
      let shown = sigmoid_of(${of['gx']}[wide + ${3 * E}u] + dot3);
      ${before(of, sizes, initial, true)}
      let old = held - softplus_of(-fade);
      let apart = key - old;
      let share = sigmoid_of(apart);
      mean = fma(share, content - mean, mean);
      ${of['cells']}[cell] = mean;
      ${of['cells']}[cell + ${N * E}u] = max(key, old) + softplus_of(-abs(apart));
      let next = shown * mean;
      ${of['gates']}[wide] = share;
      ${of['gates']}[wide + ${E}u] = sigmoid_of(fade);
      ${of['gates']}[wide + ${2 * E}u] = content;
      ${of['gates']}[wide + ${3 * E}u] = shown;`,
  });
};

/** The gradients through state, mean and weight share a workspace [3, B, H], so that eight bindings suffice. */
export const slstmGradWebgpu: GpuLowering<OpAttrs['slstmGrad']> = (gpu, { initial }) => {
  const [weight, h, cells, gates, dh, dcells] = [0, 1, 2, 3, 4, 5].map((i) => operand(gpu.inputs, i));
  const sizes = sizesOf(h, weight);
  const { B, T, N, E } = sizes;
  const H = N * E;
  const dgx = operand(gpu.outputs, 0);
  const carry = gpu.workspace(3 * B * H * 4);
  const start: Readonly<Record<string, GpuOperand>> = initial ? { cells0: operand(gpu.inputs, 7) } : {};
  const finish = `carry[n * ${H}u + ${headOf(sizes)} * ${E}u + c] = later;`;
  backwardCell(gpu, {
    extents: { B, T, H: E },
    heads: N,
    gates: 4,
    weight,
    operands: { cells, gates, dh, dcells, dgx, carry, ...start },
    step: (of) => gradStep(of, sizes, initial),
    ...(initial ? { finish: () => finish } : {}),
  });
  if (initial) splitCarry(gpu, carry, B, H);
  matrixGradient(gpu, {
    extents: { B, T, H: E },
    heads: N,
    rows: 4 * H,
    h,
    h0: initial ? operand(gpu.inputs, 6) : null,
    dweight: operand(gpu.outputs, 1),
    operands: { dgx },
    pre: (of) => `${of['dgx']}[row * ${4 * H}u + m]`,
  });
};

function gradStep(of: Names, sizes: Sizes, initial: boolean): string {
  const { B, T, N, E } = sizes;
  const H = N * E;
  return `${places(sizes)}
      let back = ${B * H}u + n * ${H}u + own;
      let share = ${of['gates']}[wide];
      let keep = ${of['gates']}[wide + ${E}u];
      let content = ${of['gates']}[wide + ${2 * E}u];
      let shown = ${of['gates']}[wide + ${3 * E}u];
      let rest = 1f - share;
      ${before(of, sizes, initial, false)}
      var through = 0f;
      var weights = 0f;
      if (t < ${T - 1}u) { through = carry[back]; weights = carry[back + ${B * H}u]; }
      let arriving = ${of['dh']}[row * ${H}u + own] + later;
      let dmean = ${of['dcells']}[cell] + through + arriving * shown;
      let dweights = ${of['dcells']}[cell + ${H}u] + weights;
      let dapart = dmean * (content - mean) * share * rest;
      let dold = dweights * rest - dapart;
      let pre0 = dapart + dweights * share;
      let pre1 = dold * (1f - keep);
      let pre2 = dmean * share * (1f - content * content);
      let pre3 = arriving * ${of['cells']}[cell] * shown * (1f - shown);
      let kept = 0f;
      carry[back] = dmean * rest;
      carry[back + ${B * H}u] = dold;
      ${of['dgx']}[wide] = pre0;
      ${of['dgx']}[wide + ${E}u] = pre1;
      ${of['dgx']}[wide + ${2 * E}u] = pre2;
      ${of['dgx']}[wide + ${3 * E}u] = pre3;`;
}

function splitCarry(gpu: GpuWriter, carry: GpuPlace, B: number, H: number): void {
  const { declarations, buffers } = bind({ carry, dh0: operand(gpu.outputs, 2), dcells0: operand(gpu.outputs, 3) });
  const { groups, head } = flat(B * H, gpu.traits, 64);
  const cell = `index / ${H}u * ${2 * H}u + index % ${H}u`;
  const code = `${declarations}\n${head}\n  dh0[index] = carry[index];
  dcells0[${cell}] = carry[${B * H}u + index];
  dcells0[${cell} + ${H}u] = carry[${2 * B * H}u + index];\n}`;
  gpu.dispatch({ label: 'start', code, buffers, groups });
}
