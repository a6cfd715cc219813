// modalKernel and its gradient on webgpu: an invocation makes 16 taps of a channel, each mode from its power by repeated squaring; for the gradient an
// invocation has a mode of a channel and goes through all taps.
import { bind, flat, operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import type { ModalKernelAttrs } from './index.ts';

/** Taps of an invocation. */
const BLOCK = 16;

const TIMES =
  'fn times(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> { return vec2<f32>(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }';

export const modalKernelWebgpu: GpuLowering<ModalKernelAttrs> = (gpu, { rows }) => {
  const [aRe, aIm, cRe, cIm] = [0, 1, 2, 3].map((i) => operand(gpu.inputs, i));
  const [C = 1, N = 1] = operand(gpu.inputs, 0).type.shape;
  const { declarations, names, buffers } = bind({ aRe, aIm, cRe, cIm, kernel: operand(gpu.outputs, 0) });
  const { groups, head } = flat(Math.ceil(rows / BLOCK) * C, gpu.traits, 64);
  const code = `${declarations}
${TIMES}
${head}
  let c = index % ${C}u;
  let first = (index / ${C}u) * ${BLOCK}u;
  var sums: array<f32, ${BLOCK}>;
  for (var n = 0u; n < ${N}u; n++) {
    let at = c * ${N}u + n;
    let step = vec2<f32>(${names['aRe']}[at], ${names['aIm']}[at]);
    var power = vec2<f32>(${names['cRe']}[at], ${names['cIm']}[at]);
    var square = step;
    for (var rest = first; rest > 0u; rest /= 2u) {
      if ((rest & 1u) == 1u) { power = times(power, square); }
      square = times(square, square);
    }
    for (var l = 0u; l < ${BLOCK}u; l++) {
      sums[l] += power.x;
      power = times(power, step);
    }
  }
  for (var l = 0u; l < ${BLOCK}u && first + l < ${rows}u; l++) { ${names['kernel']}[(first + l) * ${C}u + c] = sums[l]; }
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};

export const modalKernelGradWebgpu: GpuLowering<ModalKernelAttrs> = (gpu, attrs) => {
  gradientOf(gpu, attrs, 'a');
  gradientOf(gpu, attrs, 'c');
};

/** Polynomials in the conjugate of a: of the taps' gradients (for c), and its derivative (for a). Two passes bind less than nine buffers each. */
function gradientOf(gpu: Parameters<typeof modalKernelGradWebgpu>[0], { rows }: ModalKernelAttrs, of: 'a' | 'c'): void {
  const [aRe, aIm, cRe, cIm, dkernel] = [0, 1, 2, 3, 4].map((i) => operand(gpu.inputs, i));
  const [dRe, dIm] = (of === 'a' ? [0, 1] : [2, 3]).map((i) => operand(gpu.outputs, i));
  const [C = 1, N = 1] = operand(gpu.inputs, 0).type.shape;
  const { declarations, names, buffers } = bind({ aRe, aIm, ...(of === 'a' ? { cRe, cIm } : {}), dkernel, dRe, dIm });
  const { groups, head } = flat(C * N, gpu.traits, 64);
  const result = of === 'a' ? `times(vec2<f32>(${names['cRe']}[index], -${names['cIm']}[index]), slope)` : 'sum';
  const code = `${declarations}
${TIMES}
${head}
  let c = index / ${N}u;
  let back = vec2<f32>(${names['aRe']}[index], -${names['aIm']}[index]);
  var sum = vec2<f32>(0f, 0f);
  var slope = vec2<f32>(0f, 0f);
  for (var l = ${rows}u; l > 0u; l--) {
    slope = times(slope, back) + sum;
    sum = times(sum, back) + vec2<f32>(${names['dkernel']}[(l - 1u) * ${C}u + c], 0f);
  }
  let found = ${result};
  ${names['dRe']}[index] = found.x;
  ${names['dIm']}[index] = found.y;
}`;
  gpu.dispatch({ label: of, code, buffers, groups });
}
