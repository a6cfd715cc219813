// Removes unused nodes: those whose outputs are never read and that change no variable. Models may describe more than an
// entry uses (a final state, a gradient of a constant) at no cost.
import type { Graph, Node, Program, Value, ValueId } from './graph.ts';
import type { OpTable } from './op-def.ts';

/** The same program without dead nodes and values; variables stay, read or not. */
export function pruneProgram(program: Program, ops: OpTable): Program {
  return { variables: program.variables, entries: program.entries.map((graph) => pruneGraph(graph, ops)) };
}

/** The same graph without dead nodes; values and nodes are renumbered in the old order. */
export function pruneGraph(graph: Graph, ops: OpTable): Graph {
  const live = liveNodes(graph, ops);
  const kept = graph.nodes.filter((node) => live.has(node.id));
  const used = new Set<ValueId>(kept.flatMap((node) => [...node.inputs, ...node.outputs]));
  const values = graph.values.filter((value) => used.has(value.id));
  const newValue = new Map(values.map((value, i) => [value.id, i]));
  const newNode = new Map(kept.map((node, i) => [node.id, i]));
  return { name: graph.name, values: values.map(renumberValue), nodes: kept.map(renumberNode) };

  function renumberValue(value: Value, id: number): Value {
    return { ...value, id, producer: value.producer === null ? null : (newNode.get(value.producer) ?? null) };
  }
  function renumberNode(node: Node, id: number): Node {
    const renumber = (old: ValueId): ValueId => newValue.get(old) ?? -1;
    return { ...node, id, inputs: node.inputs.map(renumber), outputs: node.outputs.map(renumber) };
  }
}

function liveNodes(graph: Graph, ops: OpTable): ReadonlySet<number> {
  const live = new Set<number>();
  const wanted = new Set<ValueId>();
  for (const node of [...graph.nodes].reverse()) {
    const writes = (ops[node.op]?.mutates?.length ?? 0) > 0;
    if (!writes && !node.outputs.some((output) => wanted.has(output))) continue;
    live.add(node.id);
    for (const input of node.inputs) wanted.add(input);
  }
  return live;
}
