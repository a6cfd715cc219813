// Typed wrappers of GraphBuilder.apply. Independent of op definitions, so ops may use it in gradients.
import { sameShape, sizeOf, type Shape } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { GradientContext } from '../graph/op-def.ts';
import type { OpAttrs, OpKind } from './kinds.ts';

/** Adds one op and returns its outputs. */
export function call<K extends OpKind>(
  builder: GraphBuilder,
  op: K,
  inputs: readonly ValueId[],
  attrs: OpAttrs[K],
): readonly ValueId[] {
  return builder.apply(op, inputs, attrs);
}

/** Adds one op and returns its first output. */
export function callOne<K extends OpKind>(
  builder: GraphBuilder,
  op: K,
  inputs: readonly ValueId[],
  attrs: OpAttrs[K],
): ValueId {
  const [first] = builder.apply(op, inputs, attrs);
  if (first === undefined) throw new Error(`${op}: the op has no output to use`);
  return first;
}

/** Same data in another shape; adds no op when the shape is already right. */
export function shaped(builder: GraphBuilder, x: ValueId, shape: Shape): ValueId {
  return sameShape(builder.shape(x), shape) ? x : callOne(builder, 'reshape', [x], { shape });
}

/** Sum of a value down to a suffix of its shape: the gradient of repeating that suffix in front. */
export function sumToSuffix(builder: GraphBuilder, x: ValueId, shape: Shape): ValueId {
  const from = builder.shape(x);
  if (sameShape(from, shape)) return x;
  if (sizeOf(shape) === 1)
    return shaped(builder, callOne(builder, 'reduceSum', [x], { over: 'all', mean: false }), shape);
  const columns = sizeOf(shape);
  const matrix = shaped(builder, x, [sizeOf(from) / columns, columns]);
  return shaped(builder, callOne(builder, 'reduceSum', [matrix], { over: 'rows', mean: false }), shape);
}

/** The gradient arriving at an output, or zeros of its shape when none does. */
export function arrivingOrZero(context: GradientContext, output: number): ValueId {
  const { builder, dOutputs, outputs } = context;
  const arriving = dOutputs[output];
  if (arriving !== null && arriving !== undefined) return arriving;
  return callOne(builder, 'constant', [], { shape: builder.shape(outputs[output]), value: 0 });
}

/**
 * The gradient of output 0 of an op whose other outputs exist only for its own backward. Throws if a loss was built on one of those.
 */
export function arrivingAtFirst(context: GradientContext, op: string, names: readonly string[]): ValueId {
  const { dOutputs } = context;
  const stray = dOutputs.findIndex((gradient, i) => i > 0 && gradient !== null);
  if (stray > 0)
    throw new Error(`${op}: output ${names[stray]} has no gradient; only ${names[0]} can be part of a loss`);
  const [first] = dOutputs;
  if (first === null || first === undefined) throw new Error(`${op}: no gradient arrives at ${names[0]}`);
  return first;
}

/**
 * The gradient rule of a cell whose results are its states, what it carries beside them, and gates that are kept for the backward pass alone:
 * `grad` of (weight, results, gradients of the first two, initial states).
 */
export const gatedGradient =
  <K extends 'lstm' | 'slstm'>(op: K, grad: `${K}Grad`, carried: string) =>
  (context: GradientContext, attrs: OpAttrs['lstmGrad']): readonly ValueId[] => {
    const { builder, inputs, outputs, dOutputs } = context;
    if (dOutputs[2] !== null)
      throw new Error(`${op}: output gates has no gradient; only h and ${carried} can be part of a loss`);
    const arriving = [arrivingOrZero(context, 0), arrivingOrZero(context, 1)];
    return call(builder, grad, [inputs[1], ...outputs, ...arriving, ...inputs.slice(2)], attrs);
  };
