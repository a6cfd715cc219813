// Continuous linear systems x' = A x + B u with a diagonal A, in steps of dt: fields, discretisation, and the pace of their weights. S4D and S5
// share it; independent of how a system is computed over time.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { affine, div, exp, linear, mul, neg, reciprocal, square, sub, unary } from '../ops/functional.ts';
import type { ChoiceField, FieldValues, FloatField, IntField } from '../spec/fields.ts';
import { type Complex, inverse, product } from './complex-state.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Implementation, MixerConfig } from './model.ts';

/** As the published code: never faster than 0.001, without weight decay. */
export const ofSystem = { decay: false, pace: { group: 'state space', most: 1e-3 } } as const;

const ruleField: ChoiceField = {
  kind: 'choice',
  label: 'Discretisation',
  symbol: 'rule',
  help: 'How a step of the continuous system is computed: exactly for an input that is held (ZOH), or by the trapezoidal rule (bilinear).',
  default: 'zoh',
  choices: [
    { value: 'zoh', label: 'zero-order hold' },
    { value: 'bilinear', label: 'bilinear' },
  ],
  paper: 'zero-order hold; bilinear in S4 and H3',
};

const stepField = (which: string, standard: number, paper: string): FloatField => ({
  kind: 'float',
  label: `${which} time step`,
  help: 'Time steps are first spread between the shortest and the longest, evenly in their logarithm: what a system sees of the past is about 1 / step.',
  default: standard,
  min: 1e-5,
  max: 1,
  paper,
  advanced: true,
});

/** Between which steps first lie. */
export const stepFields = {
  stepLow: stepField('Shortest', 0.001, '0.001; 0.0001 for Path-X'),
  stepHigh: stepField('Longest', 0.1, '0.1'),
} as const;

/** One kernel over time for all modes. */
export const fusedModes: Implementation = {
  id: 'fused',
  title: 'fused',
  help: 'One kernel keeps the modes of a channel in registers; the backward pass computes them again, chunk by chunk.',
};

/** How many modes each channel, or each pair of channels, has. */
export const modesField = (of: 'channel' | 'pair'): IntField => ({
  kind: 'int',
  label: 'Modes',
  symbol: 'N',
  help: `Complex numbers of state a ${of}, one of each conjugate pair.`,
  default: 32,
  min: 1,
  max: 256,
  paper: '32: a state of 64',
});

export const systemFields = { rule: ruleField, ...stepFields } as const;

/** x [..., D] as wide as the state has channels. */
export function channelsOf(builder: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): ValueId {
  if (width === hidden) return x;
  const start = initialiser('torch-linear', { fan: width });
  return linear(builder, x, builder.parameter('input', f32(hidden, width), start));
}

/** The shortest and the longest first step. */
export function firstSteps({ stepLow, stepHigh }: FieldValues): { readonly low: number; readonly high: number } {
  const [a, b] = [Number(stepLow), Number(stepHigh)];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

/** dt [count]: positive, one a system. */
export function timeSteps(builder: GraphBuilder, count: number, values: FieldValues): ValueId {
  const start = initialiser('log-step', firstSteps(values));
  return exp(builder, builder.parameter('logStep', f32(count), start, ofSystem));
}

/** x_t = decay x_{t-1} + gain B u_t. */
interface Discrete<V> {
  readonly decay: V;
  readonly gain: V;
}

const isBilinear = ({ rule }: FieldValues): boolean => rule === 'bilinear';

/** Of a complex A and dt of the same shape; A is nowhere 0. */
export function discretised(builder: GraphBuilder, A: Complex, dt: ValueId, values: FieldValues): Discrete<Complex> {
  const z = { re: mul(builder, A.re, dt), im: mul(builder, A.im, dt) };
  if (isBilinear(values)) return trapezoid(builder, z, dt);
  const [size, cos, sin] = [exp(builder, z.re), unary(builder, 'cos', z.im), unary(builder, 'sin', z.im)];
  const decay = { re: mul(builder, size, cos), im: mul(builder, size, sin) };
  // e^z - 1 without cancellation near 0: expm1(x) cos(y) - 2 sin^2(y / 2), and e^x sin(y).
  const turned = affine(builder, square(builder, unary(builder, 'sin', affine(builder, z.im, 0.5))), 2);
  const lessOne = sub(builder, mul(builder, unary(builder, 'expm1', z.re), cos), turned);
  return { decay, gain: product(builder, { re: lessOne, im: decay.im }, inverse(builder, A)) };
}

/** (1 + z/2) / (1 - z/2) and dt / (1 - z/2). */
function trapezoid(builder: GraphBuilder, z: Complex, dt: ValueId): Discrete<Complex> {
  const half = { re: affine(builder, z.re, 0.5), im: affine(builder, z.im, 0.5) };
  const below = inverse(builder, { re: affine(builder, half.re, -1, 1), im: neg(builder, half.im) });
  const decay = product(builder, { re: affine(builder, half.re, 1, 1), im: half.im }, below);
  return { decay, gain: { re: mul(builder, below.re, dt), im: mul(builder, below.im, dt) } };
}

/** Of a real A, which is nowhere 0. */
export function discretisedReal(
  builder: GraphBuilder,
  A: ValueId,
  dt: ValueId,
  values: FieldValues,
): Discrete<ValueId> {
  const z = mul(builder, A, dt);
  if (!isBilinear(values)) return { decay: exp(builder, z), gain: div(builder, unary(builder, 'expm1', z), A) };
  const below = reciprocal(builder, affine(builder, z, -0.5, 1));
  return { decay: mul(builder, affine(builder, z, 0.5, 1), below), gain: mul(builder, dt, below) };
}
