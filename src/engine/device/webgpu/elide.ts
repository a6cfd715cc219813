// Values that are only copied into a variable are computed in the variable at once: no copy, no place of their own. Knows the op assign
// and nothing of any other.
import { bytesOf } from '../../core/tensor.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import type { Liveness, Storage } from '../../plan/liveness.ts';

/** The liveness with the storage of a copied value being that of its variable, wherever nothing else can tell the difference. */
export function elideCopies(graph: Graph, live: Liveness, ops: OpTable): Liveness {
  const storageOf = new Map(live.storageOf);
  const gone = new Set<Storage>();
  live.nodes.forEach((node, time) => {
    if (node.op !== 'assign') return;
    const [target, source] = node.inputs.map((id) => storageOf.get(id));
    if (!target || !source || source.variable !== null || target.variable === null) return;
    if (source.gradient || source.bytes !== bytesOf(typeOf(graph, node)) || source.bytes !== target.bytes) return;
    if (!aloneWith(target.variable, { node, source, time }, live, storageOf, ops)) return;
    for (const [value, storage] of storageOf) if (storage === source) storageOf.set(value, target);
    gone.add(source);
  });
  return { ...live, storages: live.storages.filter((storage) => !gone.has(storage)), storageOf };
}

interface Copy {
  readonly node: Node;
  readonly source: Storage;
  readonly time: number;
}

/** No other node of the entry touches the variable, and after the copy nobody writes where the value lies. */
function aloneWith(
  variable: string,
  { node, source, time }: Copy,
  { nodes }: Liveness,
  storageOf: Liveness['storageOf'],
  ops: OpTable,
): boolean {
  return nodes.every((other, at) => {
    if (other === node) return true;
    const touched = [...other.inputs, ...other.outputs].map((id) => storageOf.get(id));
    if (touched.some((storage) => storage?.variable === variable)) return false;
    const view = ops[other.op]?.view === true;
    return at < time || view || !other.outputs.some((id) => storageOf.get(id) === source);
  });
}

function typeOf(graph: Graph, { inputs }: Node): Graph['values'][number]['type'] {
  const value = graph.values[inputs[1] ?? -1];
  if (!value) throw new Error(`webgpu plan: an assign of entry ${graph.name} has no value`);
  return value.type;
}
