// A result that is only copied into a variable is computed directly in the variable: no bytes of its own, no copy. Pure: works on the
// liveness of one entry.
import { bytesOf } from '../core/tensor.ts';
import type { Graph, Node, ValueId } from '../graph/graph.ts';
import type { OpTable } from '../graph/op-def.ts';
import type { Liveness, Storage } from './liveness.ts';

/** The one op that copies a value into a variable. */
const COPY = 'assign';

/** A storage, the variable it may move into, and when it is copied there. */
interface Move {
  readonly source: Storage;
  readonly target: Storage;
  readonly time: number;
}

/**
 * The same liveness with storages of results replaced by the variable they end in, and their `assign` dropped. A storage qualifies when it
 * fills the variable, nothing touches the variable's old value from its birth to the copy, and neither is written while it is read after that.
 */
export function writeThrough(graph: Graph, live: Liveness, ops: OpTable): Liveness {
  const homes = new Map<Storage, Storage>();
  const dropped = new Set<Node>();
  const homeOf = (value: ValueId): Storage | undefined => {
    const storage = live.storageOf.get(value);
    return storage && (homes.get(storage) ?? storage);
  };
  live.nodes.forEach((node, time) => {
    if (node.op !== COPY) return;
    const [target, source] = node.inputs.map((input) => live.storageOf.get(input));
    if (!target || !source || homes.has(source) || !fits(graph, node, source)) return;
    const move = { source, target, time };
    if (!live.nodes.every((other, at) => leavesAlone(other, at, move, homeOf, ops))) return;
    homes.set(source, target);
    dropped.add(node);
  });
  if (dropped.size === 0) return live;
  const storageOf = new Map([...live.storageOf].map(([value, storage]) => [value, homes.get(storage) ?? storage]));
  const nodes = live.nodes.filter((node) => !dropped.has(node));
  return { nodes, storages: live.storages.filter((storage) => !homes.has(storage)), storageOf };
}

function fits(graph: Graph, { inputs }: Node, source: Storage): boolean {
  const type = graph.values[inputs[0] ?? -1]?.type;
  return type !== undefined && source.variable === null && !source.half && source.bytes === bytesOf(type);
}

/** Whether a node at time `at` computes the same after the move. */
function leavesAlone(
  { op, inputs, outputs }: Node,
  at: number,
  { source, target, time }: Move,
  homeOf: (value: ValueId) => Storage | undefined,
  ops: OpTable,
): boolean {
  if (at < source.first || at > source.last || at === time) return true;
  if (at < time) return ![...inputs, ...outputs].some((value) => homeOf(value) === target);
  const changed = (ops[op]?.mutates ?? []).map((index) => inputs[index] ?? -1);
  const written = ops[op]?.view === true ? [] : outputs;
  return ![...changed, ...written].some((value) => homeOf(value) === target || homeOf(value) === source);
}
