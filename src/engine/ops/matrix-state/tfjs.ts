// matrixState and its gradient on the tensorflow device: one step after the other, for all heads of all samples at once.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { matrixStateSizes, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';

const typeOf = ({ shape }: TfTensor) => ({ shape, dtype: 'f32' as const });

/** x [B, T, heads n] as [B heads, T, n]. */
function headsOf({ tf }: TfContext, x: TfTensor, { B, T, heads }: MatrixStateSizes): TfTensor {
  const n = x.size / (B * T * heads);
  return tf.reshape(tf.transpose(tf.reshape(x, [B, T, heads, n]), [0, 2, 1, 3]), [B * heads, T, n]);
}

/** Rows of each step [B heads, 1, n] as [B, T, heads n]. */
function joined({ tf }: TfContext, steps: readonly TfTensor[], { B, T, heads }: MatrixStateSizes): TfTensor {
  const all = steps.length === 1 ? steps[0] : tf.concat(steps, 1);
  const n = all.size / (B * T * heads);
  return tf.reshape(tf.transpose(tf.reshape(all, [B, heads, T, n]), [0, 2, 1, 3]), [B, T, heads * n]);
}

interface Sides {
  readonly sizes: MatrixStateSizes;
  /** Of a step: [B heads, 1, dk], [B heads, 1, columns]; what is kept of rows [B heads, dk or 1, 1], null = everything. */
  readonly at: (t: number) => {
    readonly q: TfTensor;
    readonly k: TfTensor;
    readonly v: TfTensor;
    readonly kept: TfTensor | null;
  };
  readonly stepOf: (x: TfTensor, t: number) => TfTensor;
  readonly start: TfTensor;
}

/** Values, or their gradients, with the column of sums behind them. */
function withSums(c: TfContext, x: TfTensor, last: TfTensor | null): TfTensor {
  return last === null ? x : c.tf.concat([x, last], 2);
}

function sidesOf(
  c: TfContext,
  inputs: readonly TfTensor[],
  given: readonly TfTensor[],
  attrs: MatrixStateAttrs,
): Sides {
  const { tf } = c;
  const [q, k, v] = inputs as [TfTensor, TfTensor, TfTensor];
  const sizes = matrixStateSizes(typeOf(q), typeOf(v), attrs);
  const { B, T, heads, dk, columns } = sizes;
  const decay = attrs.decay === 'none' ? null : tf.exp(headsOf(c, given[0], sizes));
  const start = attrs.initial ? given[decay === null ? 0 : 1] : null;
  const [queries, keys, values] = [q, k, v].map((x) => headsOf(c, x, sizes)) as [TfTensor, TfTensor, TfTensor];
  const all = withSums(c, values, attrs.sums ? tf.fill([B * heads, T, 1], 1, 'float32') : null);
  const stepOf = (x: TfTensor, t: number): TfTensor => tf.slice(x, [0, t, 0], [x.shape[0] ?? 1, 1, x.shape[2] ?? 1]);
  return {
    sizes,
    stepOf,
    at: (t) => ({
      q: stepOf(queries, t),
      k: stepOf(keys, t),
      v: stepOf(all, t),
      kept: decay && tf.reshape(stepOf(decay, t), [B * heads, attrs.decay === 'key' ? dk : 1, 1]),
    }),
    start:
      start === null ? tf.fill([B * heads, dk, columns], 0, 'float32') : tf.reshape(start, [B * heads, dk, columns]),
  };
}

/** All matrices [B heads, dk, columns], from the one before the first step. */
function matricesOf({ tf }: TfContext, { sizes, at, start }: Sides): readonly TfTensor[] {
  const all = [start];
  for (let t = 0; t < sizes.T; t++) {
    const { k, v, kept } = at(t);
    const before = all[t];
    all.push(tf.add(kept === null ? before : tf.mul(before, kept), tf.matMul(k, v, true, false)));
  }
  return all;
}

const steps = ({ T }: MatrixStateSizes): readonly number[] => Array.from({ length: T }, (_, t) => t);

/** Columns of results of each step: values, and the sum where there is one. */
function apart(
  c: TfContext,
  results: readonly TfTensor[],
  sizes: MatrixStateSizes,
  attrs: MatrixStateAttrs,
): TfTensor[] {
  const { B, heads, dv } = sizes;
  const part = (from: number, count: number): TfTensor =>
    joined(
      c,
      results.map((one) => c.tf.slice(one, [0, 0, from], [B * heads, 1, count])),
      sizes,
    );
  return [part(0, dv), ...(attrs.sums ? [part(dv, 1)] : [])];
}

export const matrixStateTfjs: TfKernel<MatrixStateAttrs> = (c, inputs, attrs) => {
  const { tf } = c;
  const sides = sidesOf(c, inputs, inputs.slice(3), attrs);
  const { B, heads, dk, columns, T } = sides.sizes;
  const all = matricesOf(c, sides);
  const results = steps(sides.sizes).map((t) => tf.matMul(sides.at(t).q, all[t + 1]));
  return [...apart(c, results, sides.sizes, attrs), tf.reshape(all[T], [B, heads, dk, columns])];
};

export const matrixStateGradTfjs: TfKernel<MatrixStateAttrs> = (c, inputs, attrs) => {
  const { tf } = c;
  const sides = sidesOf(c, inputs, inputs.slice(attrs.sums ? 6 : 5), attrs);
  const { sizes, at, stepOf } = sides;
  const { B, heads, dk, columns } = sizes;
  const all = matricesOf(c, sides);
  const ofSums = attrs.sums ? headsOf(c, inputs[5], sizes) : null;
  const arriving = withSums(c, headsOf(c, inputs[3], sizes), ofSums);
  let later = tf.reshape(inputs[4], [B * heads, dk, columns]);
  const found: TfTensor[][] = [[], [], [], []];
  for (const t of steps(sizes).toReversed()) {
    const { q, k, v, kept } = at(t);
    const g = stepOf(arriving, t);
    later = tf.add(later, tf.matMul(q, g, true, false));
    const slopes = [tf.matMul(g, all[t + 1], false, true), tf.matMul(v, later, false, true), tf.matMul(k, later)];
    if (kept !== null) {
      later = tf.mul(later, kept);
      const rows = tf.reshape(tf.sum(tf.mul(later, all[t]), 2), [B * heads, 1, dk]);
      slopes.push(attrs.decay === 'key' ? rows : tf.sum(rows, 2, true));
    }
    slopes.forEach((slope, i) => found[i]?.unshift(slope));
  }
  const [dq, dkeys, dv, ddecay] = found as [TfTensor[], TfTensor[], TfTensor[], TfTensor[]];
  const [values] = apart(c, dv, sizes, { ...attrs, sums: false });
  return [
    joined(c, dq, sizes),
    joined(c, dkeys, sizes),
    values,
    ...(attrs.decay === 'none' ? [] : [joined(c, ddecay, sizes)]),
    ...(attrs.initial ? [tf.reshape(later, [B, heads, dk, columns])] : []),
  ];
};
