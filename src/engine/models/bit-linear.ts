// The linear layer of MatMul-free language models: a norm of its own, inputs of 8 bits a position, weights of -1, 0 and 1 at one scale; gradients pass
// straight through both roundings. Zhu et al. 2024, arXiv 2406.02528; ridgerchu/matmulfreellm (BitLinear).
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { linear, quantise, reshape, rmsNorm } from '../ops/functional.ts';

export interface BitWeights {
  /** [E, D]. */
  readonly weight: ValueId;
  /** Of the norm [D]. */
  readonly norm: ValueId;
  readonly bias: ValueId | null;
}

/** W as one row is rounded at one scale. */
function ternary(builder: GraphBuilder, weight: ValueId): ValueId {
  const shape = builder.shape(weight);
  const size = shape.reduce((all, one) => all * one, 1);
  return reshape(builder, quantise(builder, reshape(builder, weight, [1, size]), 'ternary'), shape);
}

/** x [..., D] -> [..., E]. Without `rounds` it is a norm and a linear layer. */
export function bitLinear(builder: GraphBuilder, x: ValueId, weights: BitWeights, rounds: boolean): ValueId {
  const normed = rmsNorm(builder, x, weights.norm);
  if (!rounds) return linear(builder, normed, weights.weight, weights.bias);
  return linear(builder, quantise(builder, normed, 'int8'), ternary(builder, weights.weight), weights.bias);
}
