// The cost of nodes on any device: operations, and bytes they must touch. The only place where either is added up. Independent of devices.
import { bytesOf, type TensorType } from '../core/tensor.ts';
import { nodeRoles, type Graph, type Node, type NodeRole, type ValueId } from './graph.ts';
import type { OpTable } from './op-def.ts';

interface Cost {
  /** Multiply and add counted as two. */
  readonly flops: number;
  /** What is read of its inputs, each once, what it changes and its outputs; 0 for a view. More if the caches do not keep reused data. */
  readonly bytes: number;
}

export interface NodeCost extends Cost {
  readonly label: string;
  readonly op: string;
}

export function costOf(graph: Graph, { label, op, inputs, outputs, attrs }: Node, ops: OpTable): NodeCost {
  const types = (ids: readonly ValueId[]): TensorType[] => ids.flatMap((id) => graph.values[id]?.type ?? []);
  const sized = (ids: readonly ValueId[]): number => types(ids).reduce((sum, type) => sum + bytesOf(type), 0);
  const definition = ops[op];
  if (!definition) throw new Error(`cost: op ${op} (${label}) is not in the registry`);
  const flops = definition.flops(types(inputs), types(outputs), attrs as never);
  if (definition.view === true) return { label, op, flops, bytes: 0 };
  const parts = definition.reads?.(types(inputs), types(outputs), attrs as never);
  const read = parts ? parts.reduce((sum, part) => sum + part, 0) : sized([...new Set(inputs)]);
  const changed = sized((definition.mutates ?? []).flatMap((index) => inputs[index] ?? []));
  return { label, op, flops, bytes: read + changed + sized(outputs) };
}

export const sumOf = (costs: readonly Cost[]): Cost => ({
  flops: costs.reduce((sum, { flops }) => sum + flops, 0),
  bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** The cost of an entry by the role of its nodes. */
export function workOf(graph: Graph, ops: OpTable): Readonly<Record<NodeRole, Cost>> {
  const of = (role: NodeRole): Cost =>
    sumOf(graph.nodes.filter((node) => node.role === role).map((node) => costOf(graph, node, ops)));
  return Object.fromEntries(nodeRoles.map((role) => [role, of(role)])) as Record<NodeRole, Cost>;
}
