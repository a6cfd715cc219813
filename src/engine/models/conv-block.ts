// The temporal convolution of the paper's block: depthwise, causal, then mixed across channels by a 1x1 convolution.
// Carries the last kernel - 1 inputs, so that a sequence can be cut anywhere.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { causalConv, reshape } from '../ops/functional.ts';
import { dense } from './blocks.ts';
import type { StateSlot } from './model.ts';
import { lastInputs, ringSlot } from './ring.ts';
import type { StackValues } from './stack-fields.ts';
import { initialiser } from './initialisers/registry.ts';

/** The last K - 1 inputs. */
export const convSlot = (values: StackValues): StateSlot => ringSlot('conv', values.convKernel - 1, values.d);

/** x [B, T, d] -> y [B, T, d]; context [B, K - 1, d] before and after. */
export function convOverTime(
  builder: GraphBuilder,
  x: ValueId,
  context: ValueId | null,
  values: StackValues,
): { readonly y: ValueId; readonly context: ValueId } {
  const { d, convKernel: kernel } = values;
  const start = initialiser('torch-conv', { fan: kernel });
  const weight = builder.parameter('weight', f32(d, kernel), start);
  const bias = builder.parameter('bias', f32(d), start, { decay: false });
  const y = dense(builder, 'pointwise', causalConv(builder, x, weight, bias, context), d);
  return { y, context: lastInputs(builder, x, context, kernel - 1) };
}

/** x [B, d] -> y [B, d]: the same convolution over one step. */
export function convStep(
  builder: GraphBuilder,
  x: ValueId,
  context: ValueId | null,
  values: StackValues,
): { readonly y: ValueId; readonly context: ValueId } {
  const [batch = 1, width = 1] = builder.shape(x);
  const result = convOverTime(builder, reshape(builder, x, [batch, 1, width]), context, values);
  return { y: reshape(builder, result.y, [batch, width]), context: result.context };
}
