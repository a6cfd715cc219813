// Results that a variable only copies are made in the variable: no bytes of their own, no copy. Pure: works on the liveness of one entry.
import { bytesOf } from '../core/tensor.ts';
import type { Graph, Node, ValueId } from '../graph/graph.ts';
import type { OpTable } from '../graph/op-def.ts';
import type { Liveness, Storage } from './liveness.ts';

/** The one op that copies a value into a variable. */
const COPY = 'assign';

/**
 * The same liveness with storages of results replaced by the variable they end in, and their `assign` dropped. A storage qualifies when the
 * copy is its last use, it fills the variable, and from its birth to the copy nothing touches the variable's old value.
 */
export function writeThrough(graph: Graph, live: Liveness, ops: OpTable): Liveness {
  const homes = new Map<Storage, Storage>();
  const dropped = new Set<Node>();
  live.nodes.forEach((node, time) => {
    const [target, source] = node.op === COPY ? node.inputs.map((input) => live.storageOf.get(input)) : [];
    if (!target || !source || homes.has(source) || !fits(graph, node, source, time)) return;
    if (touched(live, ops, target, source.first, time)) return;
    homes.set(source, target);
    dropped.add(node);
  });
  if (dropped.size === 0) return live;
  const storageOf = new Map<ValueId, Storage>();
  for (const [value, storage] of live.storageOf) storageOf.set(value, homes.get(storage) ?? storage);
  return {
    nodes: live.nodes.filter((node) => !dropped.has(node)),
    storages: live.storages.filter((storage) => !homes.has(storage)),
    storageOf,
  };
}

function fits(graph: Graph, { inputs }: Node, source: Storage, time: number): boolean {
  const type = graph.values[inputs[0] ?? -1]?.type;
  return type !== undefined && source.variable === null && source.last === time && source.bytes === bytesOf(type);
}

/** A node from `first` up to, not including, `time` reads or changes the variable. */
function touched(live: Liveness, ops: OpTable, target: Storage, first: number, time: number): boolean {
  return live.nodes
    .slice(first, time)
    .some((node) => [...node.inputs, ...node.outputs].some((value) => live.storageOf.get(value) === target));
}
