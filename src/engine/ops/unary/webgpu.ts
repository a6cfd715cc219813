// unary and unaryGrad on webgpu.
import type { ElementCode, GpuLowering } from '../../plan/gpu/lowering.ts';
import { MATH } from '../../plan/gpu/math.wgsl.ts';
import { elementOp } from '../elementwise/webgpu.ts';
import type { OpAttrs, UnaryFn } from '../kinds.ts';

/** WGSL of each function and of its derivative, of a variable x. */
const bodies: Readonly<Record<UnaryFn, readonly [value: string, derivative: string]>> = {
  neg: ['-x', '-1f'],
  exp: ['exp_of(x)', 'exp_of(x)'],
  log: ['log_of(x)', '1f / x'],
  sigmoid: ['sigmoid_of(x)', 'sigmoid_of(x) * sigmoid_of(-x)'],
  tanh: ['tanh_of(x)', '1f - tanh_of(x) * tanh_of(x)'],
  relu: ['select(select(x, 0f, x <= 0f), x, x > 0f)', 'select(0f, 1f, x > 0f)'],
  silu: ['x * sigmoid_of(x)', 'sigmoid_of(x) * (1f + x * sigmoid_of(-x))'],
  gelu: ['0.5f * x * (1f + tanh_of(gelu_inner(x)))', 'gelu_slope(x)'],
  geluErf: ['x * normal_cdf(x)', 'normal_cdf(x) + x * exp_of(-0.5f * x * x) * 0.3989422804f'],
  softplus: ['softplus_of(x)', 'sigmoid_of(x)'],
  square: ['x * x', '2f * x'],
  sqrt: ['sqrt(x)', '0.5f / sqrt(x)'],
  reciprocal: ['1f / x', '-1f / (x * x)'],
  oneMinus: ['1f - x', '-1f'],
  g: ['select(sigmoid_of(x), x + 0.5f, x >= 0f)', 'select(sigmoid_of(x) * sigmoid_of(-x), 1f, x >= 0f)'],
  logG: [
    'select(-softplus_of(-x), log_of(max(x, 0f) + 0.5f), x >= 0f)',
    'select(select(sigmoid_of(-x), 0f, x == 0f), 1f / (x + 0.5f), x > 0f)',
  ],
  elu: ['select(expm1_of(min(x, 0f)), x, x > 0f)', 'select(exp_of(x), 1f, x > 0f)'],
  leakyRelu: ['select(0.01f * x, x, x > 0f)', 'select(0.01f, 1f, x > 0f)'],
};

/** Both forms of GELU beyond the functions of all kernels. */
const GELU = `
fn gelu_inner(x: f32) -> f32 { return 0.7978845608f * (x + 0.044715f * x * x * x); }
fn gelu_slope(x: f32) -> f32 {
  let inner = tanh_of(gelu_inner(x));
  return 0.5f * (1f + inner) + 0.5f * x * (1f - inner * inner) * 0.7978845608f * (1f + 0.134145f * x * x);
}
fn normal_cdf(x: f32) -> f32 {
  let q = x * 0.7071067812f;
  let tail = 0.5f * erfc_large(max(abs(q), 1f));
  return select(select(1f - tail, tail, q < 0f), 0.5f + 0.5f * erf_small(q), abs(q) < 1f || is_nan(q));
}`;

const functionOf = (name: string, body: string): string =>
  `${MATH}${GELU}\nfn ${name}(x: f32) -> f32 { return ${body}; }`;

export const unaryElement = ({ fn }: OpAttrs['unary']): ElementCode => ({
  functions: functionOf('value_of', bodies[fn][0]),
  expression: ([x = '']) => `value_of(${x})`,
});

export const unaryGradElement = ({ fn }: OpAttrs['unaryGrad']): ElementCode => ({
  functions: functionOf('slope_of', bodies[fn][1]),
  expression: ([x = '', dy = '']) => `${dy} * slope_of(${x})`,
});

export const unaryWebgpu: GpuLowering<OpAttrs['unary']> = (gpu, attrs) => elementOp(gpu, unaryElement(attrs));

export const unaryGradWebgpu: GpuLowering<OpAttrs['unaryGrad']> = (gpu, attrs) =>
  elementOp(gpu, unaryGradElement(attrs));
