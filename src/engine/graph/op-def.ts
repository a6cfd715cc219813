// What an op is: a shape rule and a gradient, both on the graph. Its computation is defined by each device.
import type { TensorType } from '../core/tensor.ts';
import type { GraphBuilder } from './builder.ts';
import type { Node, ValueId } from './graph.ts';

export interface GradientContext {
  readonly builder: GraphBuilder;
  readonly node: Node;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  /** d loss / d output, null where the loss does not depend on that output. At least one is not null. */
  readonly dOutputs: readonly (ValueId | null)[];
  /** False if the gradient of that input is not needed: do not build it. */
  readonly wanted: readonly boolean[];
}

export interface OpDef<A extends object> {
  /** Checks inputs and gives the output types; throws an Error that names the op, the requirement and the actual value. */
  infer(inputs: readonly TensorType[], attrs: A): readonly TensorType[];
  /** Gradients of the inputs as new nodes; null where none. Absent = not differentiable. */
  gradient?(context: GradientContext, attrs: A): readonly (ValueId | null)[];
  /** Inputs (variables) that the op overwrites in place. */
  readonly mutates?: readonly number[];
  /** [output, input] pairs that may share memory if this is the input's last use and the sizes are equal. */
  readonly inPlace?: readonly (readonly [output: number, input: number])[];
  /** Output 0 is the same bytes as input 0 with another shape: costs nothing. */
  readonly view?: boolean;
  /** Mixes samples of a batch (batch norm), which rules out the slab schedule. */
  readonly mixesSamples?: boolean;
  /** Bytes read of each input where that is not the whole of it: rows of a table, a part that is cut out, nothing of what is overwritten. */
  reads?(inputs: readonly TensorType[], outputs: readonly TensorType[], attrs: A): readonly number[];
  /** Multiply and add counted as two. */
  flops(inputs: readonly TensorType[], outputs: readonly TensorType[], attrs: A): number;
}

export type OpTable = Readonly<Record<string, OpDef<never>>>;
