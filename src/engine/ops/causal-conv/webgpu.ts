// causalConv and its gradient on webgpu: taps unrolled; gradients of weight and bias by partial sums over rows.
import { sizeOf } from '../../core/tensor.ts';
import { bind, flat, operand, type GpuLowering, type GpuOperand, type GpuWriter } from '../../plan/gpu/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { partsOf } from '../reduce-webgpu.ts';

interface Filter {
  readonly B: number;
  readonly T: number;
  readonly C: number;
  readonly K: number;
}

function filterOf(x: GpuOperand, weight: GpuOperand): Filter {
  const [B = 1, T = 1, C = 1] = x.type.shape;
  return { B, T, C, K: weight.type.shape[1] ?? 1 };
}

/** `fn tap(n, t, c, k)`: what tap k of step t reads: x, the context before it, or 0. */
function tapCode({ T, C, K }: Filter, x: string, context: string | undefined): string {
  const before = context === undefined ? '0f' : `${context}[(n * ${K - 1}u + t + k) * ${C}u + c]`;
  return `fn tap(n: u32, t: u32, c: u32, k: u32) -> f32 {
  if (t + k >= ${K - 1}u) { return ${x}[(n * ${T}u + t + k - ${K - 1}u) * ${C}u + c]; }
  return ${before};
}`;
}

export const causalConvWebgpu: GpuLowering<OpAttrs['causalConv']> = (gpu, { context }) => {
  const [x, weight, bias] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1), operand(gpu.inputs, 2)];
  const filter = filterOf(x, weight);
  const { T, C, K } = filter;
  const past = context ? { context: operand(gpu.inputs, 3) } : {};
  const { declarations, names, buffers } = bind({ x, weight, bias, ...past, y: operand(gpu.outputs, 0) });
  const { groups, head } = flat(sizeOf(x.type.shape), gpu.traits);
  const code = `${declarations}
${tapCode(filter, 'x', names['context'])}
${head}
  let c = index % ${C}u;
  let row = index / ${C}u;
  var sum = ${names['bias']}[c];
  for (var k = 0u; k < ${K}u; k++) { sum = fma(${names['weight']}[c * ${K}u + k], tap(row / ${T}u, row % ${T}u, c, k), sum); }
  y[index] = sum;
}`;
  gpu.dispatch({ label: '', code, buffers, groups });
};

export const causalConvGradWebgpu: GpuLowering<OpAttrs['causalConvGrad']> = (gpu, { context }) => {
  const [x, weight] = [operand(gpu.inputs, 0), operand(gpu.inputs, 1)];
  const filter = filterOf(x, weight);
  backToSource(gpu, filter, operand(gpu.outputs, 0), 0);
  if (context) backToSource(gpu, filter, operand(gpu.outputs, 3), 1 - filter.K);
  backToWeight(gpu, filter, context ? operand(gpu.inputs, 3) : null);
};

/** d source[s] = sum_k weight[k] dy[s + K-1-k] for the steps s >= `from` that the target holds (x from 0, context from 1 - K). */
function backToSource(gpu: GpuWriter, { T, C, K }: Filter, target: GpuOperand, from: number): void {
  const steps = from === 0 ? T : K - 1;
  const { declarations, names, buffers } = bind({
    weight: operand(gpu.inputs, 1),
    dy: operand(gpu.inputs, 2),
    dsource: target,
  });
  const { groups, head } = flat(sizeOf(target.type.shape), gpu.traits);
  const code = `${declarations}
${head}
  let c = index % ${C}u;
  let row = index / ${C}u;
  let n = row / ${steps}u;
  let s = i32(row % ${steps}u) + (${from});
  var sum = 0f;
  for (var k = 0; k < ${K}; k++) {
    let t = s + ${K - 1} - k;
    if (t >= 0 && t < ${T}) { sum = fma(${names['weight']}[c * ${K}u + u32(k)], ${names['dy']}[(n * ${T}u + u32(t)) * ${C}u + c], sum); }
  }
  dsource[index] = sum;
}`;
  gpu.dispatch({ label: from === 0 ? '' : 'context', code, buffers, groups });
}

function backToWeight(gpu: GpuWriter, filter: Filter, context: GpuOperand | null): void {
  const { B, T, C, K } = filter;
  const rows = B * T;
  const parts = partsOf(rows, gpu.traits);
  const [weights, biases] = [1, 2].map((i) => gpu.partialSums(operand(gpu.outputs, i), parts));
  const past = context === null ? {} : { context };
  const { declarations, names, buffers } = bind({
    x: operand(gpu.inputs, 0),
    dy: operand(gpu.inputs, 2),
    ...past,
    weights: weights?.place,
    biases: biases?.place,
  });
  const { groups, head } = flat(parts * C, gpu.traits, 64);
  const code = `${declarations}
${tapCode(filter, names['x'] ?? 'x', names['context'])}
${head}
  let c = index % ${C}u;
  let part = index / ${C}u;
  var sums: array<f32, ${K + 1}>;
  for (var row = part; row < ${rows}u; row += ${parts}u) {
    let d = ${names['dy']}[row * ${C}u + c];
    for (var k = 0u; k < ${K}u; k++) { sums[k] = fma(d, tap(row / ${T}u, row % ${T}u, c, k), sums[k]); }
    sums[${K}] += d;
  }
  for (var k = 0u; k < ${K}u; k++) { weights[part * ${weights?.stride}u + c * ${K}u + k] = sums[k]; }
  biases[part * ${biases?.stride}u + c] = sums[${K}];
}`;
  gpu.dispatch({ label: 'weight', code, buffers, groups });
}
