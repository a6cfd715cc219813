// Reverse mode on the graph: walks the nodes backwards and asks each op for the gradients of its inputs, as new nodes.
import { sameShape, showShape } from '../core/tensor.ts';
import type { GraphBuilder } from './builder.ts';
import type { Node, ValueId } from './graph.ts';

/**
 * d loss / d target for each target, where `loss` is a scalar value and `seed` its own gradient (default: the constant 1).
 * A target the loss does not depend on gets null. Contributions of several uses are added in a fixed order.
 */
export function gradients(
  builder: GraphBuilder,
  loss: ValueId,
  targets: readonly ValueId[],
  seed?: ValueId,
): readonly (ValueId | null)[] {
  if (builder.shape(loss).length !== 0) {
    throw new Error(`gradients: the loss must be a scalar, got ${showShape(builder.shape(loss))}`);
  }
  return builder.as('backward', () => walkBack(builder, loss, targets, seed));
}

function walkBack(
  builder: GraphBuilder,
  loss: ValueId,
  targets: readonly ValueId[],
  seed: ValueId | undefined,
): readonly (ValueId | null)[] {
  const forward = [...builder.nodes];
  const needed = dependsOn(builder, forward, targets);
  const found = new Map<ValueId, ValueId>();
  found.set(loss, seed ?? one(builder, 'constant', []));
  for (const node of forward.reverse()) {
    if (node.outputs.some((output) => found.has(output)) && node.inputs.some((input) => needed.has(input))) {
      backward(builder, node, found, needed);
    }
  }
  return targets.map((target) => found.get(target) ?? null);
}

function one(builder: GraphBuilder, op: string, shape: readonly number[]): ValueId {
  const [value] = builder.apply(op, [], { shape, value: 1 });
  if (value === undefined) throw new Error(`gradients: op ${op} has no output`);
  return value;
}

/** Every value on a path from a target that leads through nothing held. */
function dependsOn(builder: GraphBuilder, nodes: readonly Node[], targets: readonly ValueId[]): ReadonlySet<ValueId> {
  const reached = new Set<ValueId>(targets);
  for (const node of nodes) {
    if (node.inputs.some((input) => reached.has(input)))
      for (const output of node.outputs) if (!builder.isHeld(output)) reached.add(output);
  }
  return reached;
}

function backward(builder: GraphBuilder, node: Node, found: Map<ValueId, ValueId>, needed: ReadonlySet<ValueId>): void {
  const definition = builder.ops[node.op];
  if (!definition?.gradient) throw new Error(`gradients: op ${node.op} (${node.label}) has no gradient`);
  const context = {
    builder,
    node,
    inputs: node.inputs,
    outputs: node.outputs,
    dOutputs: node.outputs.map((output) => found.get(output) ?? null),
    wanted: node.inputs.map((input) => needed.has(input)),
  };
  const result = builder.scope(`d(${node.label})`, () => definition.gradient?.(context, node.attrs as never) ?? []);
  node.inputs.forEach((input, i) => {
    const contribution = result[i];
    if (contribution === null || contribution === undefined || !needed.has(input)) return;
    checkShape(builder, node, input, contribution);
    const sofar = found.get(input);
    found.set(input, sofar === undefined ? contribution : sum(builder, sofar, contribution));
  });
}

function sum(builder: GraphBuilder, a: ValueId, b: ValueId): ValueId {
  const [value] = builder.apply('binary', [a, b], { fn: 'add' });
  if (value === undefined) throw new Error('gradients: op binary has no output');
  return value;
}

function checkShape(builder: GraphBuilder, node: Node, input: ValueId, gradient: ValueId): void {
  const want = builder.shape(input);
  const got = builder.shape(gradient);
  if (!sameShape(want, got)) {
    throw new Error(
      `gradients: op ${node.op} (${node.label}) must give a gradient of shape ${showShape(want)}, got ${showShape(got)}`,
    );
  }
}
