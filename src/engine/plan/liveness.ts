// Which values share memory and for how long they live. Pure: works on one entry of a program, independent of devices.
import { bytesOf } from '../core/tensor.ts';
import type { Graph, Node, ValueId, Variable } from '../graph/graph.ts';
import type { OpTable } from '../graph/op-def.ts';

/** Bytes that hold one value or several that share them (views, in-place results). Times are indices into `nodes`, both inclusive. */
export interface Storage {
  readonly id: number;
  bytes: number;
  first: number;
  last: number;
  /** Name of the variable behind it; such a storage has a place of its own and no lifetime. */
  readonly variable: string | null;
  /** Holds a weight gradient on its way to the optimiser. */
  gradient: boolean;
  /** Its numbers take 16 bits. */
  readonly half: boolean;
}

export interface Liveness {
  /** Live nodes in order: they change a variable or feed one that does. */
  readonly nodes: readonly Node[];
  readonly storages: readonly Storage[];
  /** Storage of each value; undefined for values of nodes that were dropped. */
  readonly storageOf: ReadonlyMap<ValueId, Storage>;
}

const none: ReadonlySet<ValueId> = new Set();

/** Liveness of one entry. Values in `halves` are kept in 16 bits a number and share memory only with each other. */
export function liveness(
  graph: Graph,
  variables: readonly Variable[],
  ops: OpTable,
  halves: ReadonlySet<ValueId> = none,
): Liveness {
  const nodes = neededNodes(graph, ops);
  const lastUse = lastUses(nodes);
  const storages: Storage[] = [];
  const storageOf = new Map<ValueId, Storage>();
  const open = (bytes: number, time: number, variable: string | null, half = false): Storage => {
    const storage: Storage = { id: storages.length, bytes, first: time, last: time, variable, gradient: false, half };
    storages.push(storage);
    return storage;
  };
  for (const value of graph.values) {
    if (value.variable !== null) storageOf.set(value.id, open(bytesOf(value.type), 0, value.variable));
  }
  nodes.forEach((node, time) => {
    for (const input of node.inputs) extend(storageOf.get(input), time);
    node.outputs.forEach((output, i) => {
      const half = halves.has(output);
      const bytes = bytesOf(valueOf(graph, output).type) / (half ? 2 : 1);
      const shared = sharedStorage(node, i, { bytes, half }, time, ops, storageOf);
      const storage = shared ?? open(bytes, time, null, half);
      storageOf.set(output, storage);
      storage.last = Math.max(storage.last, lastUse.get(output) ?? time);
    });
  });
  markGradients(graph, nodes, variables, ops, storageOf);
  return { nodes, storages, storageOf };
}

function valueOf(graph: Graph, id: ValueId): Graph['values'][number] {
  const value = graph.values[id];
  if (!value) throw new Error(`plan: value ${id} is not part of entry ${graph.name}`);
  return value;
}

function extend(storage: Storage | undefined, time: number): void {
  if (storage) storage.last = Math.max(storage.last, time);
}

/** Nodes that mutate a variable, and everything those need. */
function neededNodes(graph: Graph, ops: OpTable): readonly Node[] {
  const wanted = new Set<ValueId>();
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    const mutates = (ops[node.op]?.mutates?.length ?? 0) > 0;
    if (!mutates && !node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    kept.push(node);
  }
  return kept.reverse();
}

function lastUses(nodes: readonly Node[]): ReadonlyMap<ValueId, number> {
  const last = new Map<ValueId, number>();
  nodes.forEach((node, time) => {
    for (const input of node.inputs) last.set(input, time);
  });
  return last;
}

/** The storage that output `index` takes over from an input: a view always, an in-place pair if this is the input's last use. */
function sharedStorage(
  node: Node,
  index: number,
  { bytes, half }: Pick<Storage, 'bytes' | 'half'>,
  time: number,
  ops: OpTable,
  storageOf: ReadonlyMap<ValueId, Storage>,
): Storage | null {
  const definition = ops[node.op];
  const storageAt = (input: number): Storage | undefined => storageOf.get(node.inputs[input] ?? -1);
  if (definition?.view === true && index === 0) return storageAt(0) ?? null;
  for (const [output, input] of definition?.inPlace ?? []) {
    const storage = storageAt(input);
    if (output !== index || !storage || storage.variable !== null || storage.half !== half) continue;
    const uses = node.inputs.filter((other) => storageOf.get(other) === storage).length;
    const taken = node.outputs.slice(0, index).some((other) => storageOf.get(other) === storage);
    if (storage.last === time && storage.bytes === bytes && uses === 1 && !taken) return storage;
  }
  return null;
}

/** A result is a weight gradient if a mutating op reads it together with the weight (or gradient variable) of its shape that it changes. */
function markGradients(
  graph: Graph,
  nodes: readonly Node[],
  variables: readonly Variable[],
  ops: OpTable,
  storageOf: ReadonlyMap<ValueId, Storage>,
): void {
  const roles = new Map(variables.map((variable) => [variable.name, variable.role]));
  for (const node of nodes) {
    for (const index of ops[node.op]?.mutates ?? []) {
      const target = storageOf.get(node.inputs[index] ?? -1);
      const role = roles.get(target?.variable ?? '');
      if (!target || (role !== 'weight' && role !== 'gradient')) continue;
      for (const input of node.inputs) {
        const storage = storageOf.get(input);
        if (!storage || storage.variable !== null || storage.half) continue;
        if (storage.bytes === target.bytes) storage.gradient = true;
      }
    }
  }
}
