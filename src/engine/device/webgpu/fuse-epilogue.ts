// Finds elementwise ops that can be fused into the store of a product, which saves a dispatch and a pass over memory. Pure: works on the
// liveness of one entry; which ops can be fused is passed in. Independent of WGSL.
import type { Graph, Node, ValueId } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import type { Liveness, Storage } from '../../plan/liveness.ts';

/** The nodes that follow a node, in order, and which of their results other nodes read. */
export interface Followers {
  readonly nodes: readonly Node[];
  readonly stored: ReadonlySet<ValueId>;
}

export interface FuseRules {
  readonly ops: OpTable;
  /** Ops that can have epilogues. */
  readonly followed: ReadonlySet<string>;
  /** Whether a node is elementwise. */
  readonly follows: (node: Node) => boolean;
  /** Buffers that one dispatch may bind. */
  readonly maxBindings: number;
}

export interface Fused {
  /** The liveness without the fused nodes and without values that are no longer stored. */
  readonly live: Liveness;
  readonly followers: ReadonlyMap<Node, Followers>;
}

/** After any other op, a later addition could be fused with a preceding multiplication, which changes bits. */
const ADDITIVE: ReadonlySet<unknown> = new Set(['add', 'sub']);

export function fuseEpilogues(graph: Graph, live: Liveness, rules: FuseRules): Fused {
  const chains = new Map<Node, Node[]>();
  const gone = new Set<Node>();
  live.nodes.forEach((node, time) => {
    // Such a result starts a storage, whose first time is that of the node.
    const own = live.storageOf.get(node.outputs[0] ?? -1);
    if (!rules.followed.has(node.op) || own?.variable !== null) return;
    const chain: Node[] = [];
    for (let next = followerOf(time, chain); next; next = followerOf(time, chain)) {
      chain.push(next);
      gone.add(next);
      const made = live.storageOf.get(next.outputs[0] ?? -1);
      if (made?.variable === null) made.first = Math.min(made.first, own.first);
    }
    if (chain.length > 0) chains.set(node, chain);
  });
  const nodes = live.nodes.filter((node) => !gone.has(node));
  return finish(live, nodes, chains);

  function followerOf(time: number, chain: readonly Node[]): Node | null {
    const product = live.nodes[time];
    const value = (chain.at(-1) ?? product)?.outputs[0];
    if (!product || value === undefined) return null;
    if (chain.some(({ attrs }) => !ADDITIVE.has('fn' in attrs ? attrs.fn : null))) return null;
    for (let at = time + 1; at < live.nodes.length; at++) {
      const node = live.nodes[at];
      if (!node || gone.has(node) || !node.inputs.includes(value)) continue;
      const candidate = { graph, live, rules, gone, time, at, product, chain, node, value };
      return rules.follows(node) && canFollow(candidate) ? node : null;
    }
    return null;
  }
}

interface Candidate {
  readonly graph: Graph;
  readonly live: Liveness;
  readonly rules: FuseRules;
  readonly gone: ReadonlySet<Node>;
  readonly time: number;
  readonly at: number;
  readonly product: Node;
  readonly chain: readonly Node[];
  readonly node: Node;
  readonly value: ValueId;
}

/** Whether `node` at time `at` gives the same result at the time of the product without affecting nodes in between. */
function canFollow(candidate: Candidate): boolean {
  const { graph, live, rules, time, at, product, chain, node, value } = candidate;
  const sizeOf = (id: ValueId): string => graph.values[id]?.type.shape.reduce((a, b) => a * b, 1).toString() ?? '';
  const others = node.inputs.filter((id) => id !== value);
  const [result] = node.outputs;
  if (result === undefined || ![...others, result].every((id) => sizeOf(id) === sizeOf(value))) return false;
  const storageOf = (id: ValueId): Storage | undefined => live.storageOf.get(id);
  const read = new Set(product.inputs.map(storageOf));
  const target = storageOf(result);
  if (!target || read.has(target) || others.some((id) => read.has(storageOf(id)))) return false;
  const made = new Set(live.nodes.slice(time, at).flatMap(({ outputs }) => outputs));
  if (others.some((id) => made.has(id))) return false;
  const between = live.nodes.slice(time + 1, at).filter((other) => !chain.includes(other));
  const changed = between.flatMap((other) => changedBy(other, rules.ops)).map(storageOf);
  if (others.some((id) => changed.includes(storageOf(id)))) return false;
  if (between.some((other) => [...other.inputs, ...other.outputs].some((id) => storageOf(id) === target))) return false;
  const used = [product, ...chain, node].flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return new Set(used.map(storageOf)).size <= rules.maxBindings;
}

const changedBy = ({ op, inputs }: Node, ops: OpTable): ValueId[] =>
  (ops[op]?.mutates ?? []).map((index) => inputs[index] ?? -1);

/** Values passed within a chain stay in registers, unless other nodes read them too. */
function finish(live: Liveness, nodes: readonly Node[], chains: ReadonlyMap<Node, readonly Node[]>): Fused {
  const readers = new Map<ValueId, Set<Node>>();
  for (const node of live.nodes) {
    for (const id of node.inputs) readers.set(id, (readers.get(id) ?? new Set()).add(node));
  }
  const followers = new Map<Node, Followers>();
  const inside = new Set<ValueId>();
  for (const [product, chain] of chains) {
    const all = [product, ...chain];
    const results = all.flatMap(({ outputs }) => outputs);
    for (const id of results.slice(0, -1)) {
      if (readers.get(id)?.size === 1 && live.storageOf.get(id)?.variable === null) inside.add(id);
    }
    followers.set(product, { nodes: chain, stored: new Set(results.filter((id) => !inside.has(id))) });
  }
  const kept = new Set([...live.storageOf].flatMap(([id, storage]) => (inside.has(id) ? [] : [storage])));
  const storages = live.storages.filter((storage) => kept.has(storage));
  return { live: { nodes, storages, storageOf: live.storageOf }, followers };
}
