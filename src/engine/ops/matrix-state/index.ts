// matrixState and matrixStateGrad: a matrix a head that keys write and queries read, and which decays. In chunks of time, so that most work is
// products of small matrices; no state of a single step is stored.
import { lastOf, showShape, type TensorType } from '../../core/tensor.ts';
import { arrivingOrZero, call } from '../call.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { piecewise } from '../split-rule.ts';
import { storedSteps, sums as manyProducts } from '../tolerance.ts';
import { matrixStateCases } from './cases.ts';
import { matrixStateCpu, matrixStateGradCpu } from './cpu.ts';
import { matrixStateGradReference, matrixStateReference } from './reference.ts';
import { decayColumns, matrixStateSizes, present, type MatrixStateAttrs, type MatrixStateSizes } from './sizes.ts';
import { matrixStateGradTfjs, matrixStateTfjs } from './tfjs.ts';
import { matrixStateGradWebgpu } from './webgpu-gradient.ts';
import { matrixStateWebgpu } from './webgpu.ts';

/** Refuses what cannot be shared out to heads. */
function sizesOf(op: string, [q, , v]: readonly TensorType[], attrs: MatrixStateAttrs): MatrixStateSizes {
  for (const [name, type] of [
    ['q', q],
    ['v', v],
  ] as const) {
    if (type === undefined || lastOf(type.shape) % attrs.heads !== 0) {
      const got = type === undefined ? 'none' : showShape(type.shape);
      throw new Error(`${op}: ${name} must be [B, T, a multiple of ${attrs.heads}], got ${got}`);
    }
  }
  return matrixStateSizes(q, v, attrs);
}

/** Patterns of all tensors. */
function patterns(sizes: MatrixStateSizes, attrs: MatrixStateAttrs) {
  const { heads, dk, dv, columns } = sizes;
  return {
    key: `[B, T, ${heads * dk}]`,
    value: `[B, T, ${heads * dv}]`,
    decay: `[B, T, ${decayColumns(sizes, attrs)}]`,
    weight: `[B, T, ${heads}]`,
    matrix: `[B, ${heads}, ${dk}, ${columns}]`,
  };
}

const optional = (attrs: MatrixStateAttrs, decay: string, matrix: string): Readonly<Record<string, string>> => ({
  ...(attrs.decay === 'none' ? {} : { decay }),
  ...(attrs.initial ? { start: matrix } : {}),
});

const matrixState: Op<'matrixState', MatrixStateAttrs> = defineOp({
  kind: 'matrixState',
  meaning:
    '(q, k [B, T, heads dk], v [B, T, heads dv], decay? [B, T, heads or heads dk], start? [B, heads, dk, N]) -> o [B, T, heads dv] (, weight [B, T, heads]), final [B, heads, dk, N]. S_t = e^decay S_{t-1} + k_t v_t^T, o_t = q_t S_t. With sums, N = dv + 1: the last column is that of a value 1, its result is weight; else N = dv.',
  infer(inputs, attrs) {
    const { key, value, decay, weight, matrix } = patterns(sizesOf('matrixState', inputs, attrs), attrs);
    const given = { q: key, k: key, v: value, ...optional(attrs, decay, matrix) };
    const resolve = shapeRule('matrixState', inputs, given);
    return [value, ...(attrs.sums ? [weight] : []), matrix].map(resolve);
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const arriving = outputs.map((_, i) => arrivingOrZero(context, i));
    const [q, k, v, ...rest] = inputs;
    const dweight = attrs.sums ? [arriving[1]] : [];
    const given = [q, k, v, arriving[0], arriving[outputs.length - 1], ...dweight, ...rest];
    return call(builder, 'matrixStateGrad', given, attrs);
  },
  flops([q, , v], _outputs, attrs) {
    const { B, T, heads, dk, columns } = matrixStateSizes(q, v, attrs);
    return 5 * B * T * heads * dk * columns;
  },
  split: piecewise,
  half: (attrs) => ({
    outputs: ['half', ...(attrs.sums ? (['single'] as const) : []), 'single'],
    needs: attrs.decay === 'none' ? [] : [3],
    reason: 'a state that goes on, what results are divided by, and logarithms of decays',
  }),
  tolerance: manyProducts,
  halfTolerance: storedSteps,
  cases: matrixStateCases,
  reference: matrixStateReference,
  kernels: {
    cpu: { lower: matrixStateCpu, entries: ['matrixState'] },
    webgpu: { lower: matrixStateWebgpu },
    tensorflow: matrixStateTfjs,
  },
});

const matrixStateGrad: GradientOp<'matrixStateGrad', MatrixStateAttrs> = defineGradient({
  kind: 'matrixStateGrad',
  meaning: '(q, k, v, do, dfinal, dweight?, decay?, start?) -> dq, dk, dv (, ddecay) (, dstart).',
  infer(inputs, attrs) {
    const { key, value, decay, weight, matrix } = patterns(sizesOf('matrixStateGrad', inputs, attrs), attrs);
    const given = {
      ...{ q: key, k: key, v: value, do: value, dfinal: matrix },
      ...(attrs.sums ? { dweight: weight } : {}),
      ...optional(attrs, decay, matrix),
    };
    const resolve = shapeRule('matrixStateGrad', inputs, given);
    return [key, key, value, ...present(attrs, decay, matrix)].map(resolve);
  },
  flops([q, , v], _outputs, attrs) {
    const { B, T, heads, dk, columns } = matrixStateSizes(q, v, attrs);
    return 14 * B * T * heads * dk * columns;
  },
  split: piecewise,
  tolerance: manyProducts,
  reference: matrixStateGradReference,
  kernels: {
    cpu: { lower: matrixStateGradCpu, entries: ['matrixStateGrad'] },
    webgpu: { lower: matrixStateGradWebgpu },
    tensorflow: matrixStateGradTfjs,
  },
});

export const matrixStateOps = { matrixState, matrixStateGrad };
