// What a node costs whoever computes it: operations, and bytes that it must touch. Knows no device.
import { bytesOf, type TensorType } from '../core/tensor.ts';
import type { Graph, Node, ValueId } from './graph.ts';
import type { OpTable } from './op-def.ts';

export interface NodeCost {
  readonly label: string;
  readonly op: string;
  readonly flops: number;
  /** Its inputs, each once, and its outputs; 0 for a view. */
  readonly bytes: number;
}

export function costOf(graph: Graph, { label, op, inputs, outputs, attrs }: Node, ops: OpTable): NodeCost {
  const types = (ids: readonly ValueId[]): TensorType[] => ids.flatMap((id) => graph.values[id]?.type ?? []);
  const definition = ops[op];
  const touched = definition?.view === true ? [] : [...new Set([...inputs, ...outputs])];
  return {
    label,
    op,
    flops: definition?.flops(types(inputs), types(outputs), attrs as never) ?? 0,
    bytes: types(touched).reduce((sum, type) => sum + bytesOf(type), 0),
  };
}
