// unary and unaryGrad on the tensorflow device, in forms that neither overflow nor lose digits in float32.
import type { OpAttrs, UnaryFn } from '../kinds.ts';
import { oneMinus, sigmoidSlope, tanhSlope } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

type Formula = (c: TfContext, x: TfTensor) => TfTensor;

/** log(1 + exp x) = max(x, 0) + log1p(exp(-|x|)). */
const softplus: Formula = ({ tf, log1p }, x) => tf.add(tf.relu(x), log1p(tf.exp(tf.neg(tf.abs(x)))));

const geluScale = Math.sqrt(2 / Math.PI);
const leakySlope = 0.01;

const isPositive: Formula = ({ tf, scalar }, x) => tf.greater(x, scalar(0));

/** tanh of the inner function of gelu. */
const geluInner: Formula = ({ tf, scalar }, x) =>
  tf.tanh(tf.mul(scalar(geluScale), tf.mul(x, tf.add(scalar(1), tf.mul(scalar(0.044715), tf.square(x))))));

const geluSlope: Formula = (c, x) => {
  const { tf, scalar } = c;
  const inner = geluInner(c, x);
  const innerSlope = tf.add(scalar(geluScale), tf.mul(scalar(3 * 0.044715 * geluScale), tf.square(x)));
  const curved = tf.mul(tf.mul(x, tanhSlope(c, inner)), innerSlope);
  return tf.mul(scalar(0.5), tf.add(tf.add(scalar(1), inner), curved));
};

const normalCdf: Formula = ({ tf, scalar }, x) =>
  tf.mul(scalar(0.5), tf.add(scalar(1), tf.erf(tf.mul(x, scalar(Math.SQRT1_2)))));

const normalDensity: Formula = ({ tf, scalar }, x) =>
  tf.mul(scalar(1 / Math.sqrt(2 * Math.PI)), tf.exp(tf.mul(scalar(-0.5), tf.square(x))));

/** g(x) = x + 0.5 for x >= 0, else sigmoid(x). */
const positive: Formula = ({ tf, scalar }, x) =>
  tf.where(tf.greaterEqual(x, scalar(0)), tf.add(x, scalar(0.5)), tf.sigmoid(x));

/** g'(x): 1 for x >= 0. */
const positiveSlope: Formula = (c, x) => {
  const { tf, scalar } = c;
  return tf.where(tf.greaterEqual(x, scalar(0)), scalar(1), sigmoidSlope(c, tf.sigmoid(x)));
};

const formulas: Readonly<Record<UnaryFn, { readonly value: Formula; readonly derivative: Formula }>> = {
  neg: { value: ({ tf }, x) => tf.neg(x), derivative: ({ scalar }) => scalar(-1) },
  exp: { value: ({ tf }, x) => tf.exp(x), derivative: ({ tf }, x) => tf.exp(x) },
  log: { value: ({ tf }, x) => tf.log(x), derivative: ({ tf }, x) => tf.reciprocal(x) },
  sigmoid: { value: ({ tf }, x) => tf.sigmoid(x), derivative: (c, x) => sigmoidSlope(c, c.tf.sigmoid(x)) },
  tanh: { value: ({ tf }, x) => tf.tanh(x), derivative: (c, x) => tanhSlope(c, c.tf.tanh(x)) },
  relu: { value: ({ tf }, x) => tf.relu(x), derivative: (c, x) => c.tf.cast(isPositive(c, x), 'float32') },
  silu: {
    value: ({ tf }, x) => tf.mul(x, tf.sigmoid(x)),
    derivative: (c, x) => {
      const { tf, scalar } = c;
      const y = tf.sigmoid(x);
      return tf.mul(y, tf.add(scalar(1), tf.mul(x, oneMinus(c, y))));
    },
  },
  gelu: {
    value: (c, x) => c.tf.mul(c.tf.mul(c.scalar(0.5), x), c.tf.add(c.scalar(1), geluInner(c, x))),
    derivative: geluSlope,
  },
  geluErf: {
    value: (c, x) => c.tf.mul(x, normalCdf(c, x)),
    derivative: (c, x) => c.tf.add(normalCdf(c, x), c.tf.mul(x, normalDensity(c, x))),
  },
  softplus: { value: softplus, derivative: ({ tf }, x) => tf.sigmoid(x) },
  square: { value: ({ tf }, x) => tf.square(x), derivative: ({ tf, scalar }, x) => tf.mul(scalar(2), x) },
  sqrt: {
    value: ({ tf }, x) => tf.sqrt(x),
    derivative: ({ tf, scalar }, x) => tf.div(scalar(0.5), tf.sqrt(x)),
  },
  reciprocal: {
    value: ({ tf }, x) => tf.reciprocal(x),
    derivative: ({ tf }, x) => tf.neg(tf.reciprocal(tf.square(x))),
  },
  oneMinus: { value: oneMinus, derivative: ({ scalar }) => scalar(-1) },
  g: { value: positive, derivative: positiveSlope },
  logG: {
    value: (c, x) => {
      const { tf, scalar } = c;
      const above = tf.log(tf.add(tf.relu(x), scalar(0.5)));
      return tf.where(tf.greaterEqual(x, scalar(0)), above, tf.neg(softplus(c, tf.neg(x))));
    },
    derivative: (c, x) => {
      const { tf, scalar } = c;
      const below = tf.where(tf.equal(x, scalar(0)), scalar(0), tf.sigmoid(tf.neg(x)));
      return tf.where(isPositive(c, x), tf.reciprocal(tf.add(tf.relu(x), scalar(0.5))), below);
    },
  },
  elu: {
    value: (c, x) => c.tf.where(isPositive(c, x), x, c.tf.expm1(c.tf.minimum(x, c.scalar(0)))),
    derivative: (c, x) => c.tf.where(isPositive(c, x), c.scalar(1), c.tf.exp(c.tf.minimum(x, c.scalar(0)))),
  },
  leakyRelu: {
    value: ({ tf, scalar }, x) => tf.maximum(x, tf.mul(scalar(leakySlope), x)),
    derivative: (c, x) => c.tf.where(isPositive(c, x), c.scalar(1), c.scalar(leakySlope)),
  },
};

export const unaryTfjs: TfKernel<OpAttrs['unary']> = (c, [x], { fn }) => [formulas[fn].value(c, x)];

export const unaryGradTfjs: TfKernel<OpAttrs['unaryGrad']> = (c, [x, dy], { fn }) => [
  c.tf.mul(dy, formulas[fn].derivative(c, x)),
];
