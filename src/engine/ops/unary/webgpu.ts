// unary and unaryGrad on webgpu.
import { operand, type GpuLowering } from '../../plan/gpu/lowering.ts';
import { elementwise } from '../elementwise/webgpu.ts';
import type { OpAttrs, UnaryFn } from '../kinds.ts';
import { MATH } from './webgpu-math.ts';

/** WGSL of each function and of its derivative, of a variable x. */
const bodies: Readonly<Record<UnaryFn, readonly [value: string, derivative: string]>> = {
  neg: ['-x', '-1f'],
  exp: ['exp_of(x)', 'exp_of(x)'],
  log: ['log_of(x)', '1f / x'],
  sigmoid: ['sigmoid(x)', 'sigmoid(x) * sigmoid(-x)'],
  tanh: ['tanh_of(x)', '1f - tanh_of(x) * tanh_of(x)'],
  relu: ['select(select(x, 0f, x <= 0f), x, x > 0f)', 'select(0f, 1f, x > 0f)'],
  silu: ['x * sigmoid(x)', 'sigmoid(x) * (1f + x * sigmoid(-x))'],
  gelu: ['0.5f * x * (1f + tanh_of(gelu_inner(x)))', 'gelu_slope(x)'],
  geluErf: ['x * normal_cdf(x)', 'normal_cdf(x) + x * exp_of(-0.5f * x * x) * 0.3989422804f'],
  softplus: ['softplus(x)', 'sigmoid(x)'],
  square: ['x * x', '2f * x'],
  sqrt: ['sqrt(x)', '0.5f / sqrt(x)'],
  reciprocal: ['1f / x', '-1f / (x * x)'],
  oneMinus: ['1f - x', '-1f'],
  g: ['select(sigmoid(x), x + 0.5f, x >= 0f)', 'select(sigmoid(x) * sigmoid(-x), 1f, x >= 0f)'],
  logG: [
    'select(-softplus(-x), log_of(max(x, 0f) + 0.5f), x >= 0f)',
    'select(select(sigmoid(-x), 0f, x == 0f), 1f / (x + 0.5f), x > 0f)',
  ],
  elu: ['select(expm1_of(min(x, 0f)), x, x > 0f)', 'select(exp_of(x), 1f, x > 0f)'],
  leakyRelu: ['select(0.01f * x, x, x > 0f)', 'select(0.01f, 1f, x > 0f)'],
};

const functionOf = (name: string, body: string): string => `${MATH}\nfn ${name}(x: f32) -> f32 { return ${body}; }`;

export const unaryWebgpu: GpuLowering<OpAttrs['unary']> = (gpu, { fn }) => {
  const reads = { x: operand(gpu.inputs, 0) };
  const expression = ({ x = '' }: Readonly<Record<string, string>>): string => `value_of(${x})`;
  const functions = functionOf('value_of', bodies[fn][0]);
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions, expression });
};

export const unaryGradWebgpu: GpuLowering<OpAttrs['unaryGrad']> = (gpu, { fn }) => {
  const reads = { x: operand(gpu.inputs, 0), dy: operand(gpu.inputs, 1) };
  const expression = ({ x = '', dy = '' }: Readonly<Record<string, string>>): string => `${dy} * slope_of(${x})`;
  const functions = functionOf('slope_of', bodies[fn][1]);
  elementwise(gpu, { reads, result: operand(gpu.outputs, 0), functions, expression });
};
