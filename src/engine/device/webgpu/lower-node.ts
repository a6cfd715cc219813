// Turns the nodes of an entry into dispatches: one lowering a node, or one for a sequence of nodes of one kind. Partial results of several
// nodes are added together before the first node that reads one of them. Independent of ops: lowerings are passed in.
import { bytesOf } from '../../core/tensor.ts';
import { costOf, sumOf } from '../../graph/cost.ts';
import type { Graph, Node, ValueId } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { alignUp } from '../../plan/arena.ts';
import { partialSumsDispatch, strideOf, type PendingSum } from '../../plan/gpu/partial-sums.ts';
import type { RegionDispatch } from '../../plan/gpu/regions.ts';
import {
  bind,
  flat,
  KEPT,
  type Epilogue,
  type GpuDispatch,
  type GpuOperand,
  type GpuPlace,
  type GpuWriter,
  type Partials,
} from './lowering.ts';
import type { Followers } from './fuse-epilogue.ts';
import type { GpuElementTable, GpuLimits, GpuLoweringTable, GpuRunTable } from './plan.ts';

/** Of `op` at `label`; `written` has the values it changes (workspace always counts as changed). */
interface Lowered {
  readonly op: string;
  readonly label: string;
  readonly written: ReadonlySet<ValueId>;
  /** Multiply and add counted as two; the count of a node is on its last dispatch. */
  readonly flops: number;
}

export type LoweredDispatch = Lowered &
  ({ readonly fixed: GpuDispatch } | { readonly regions: RegionDispatch; readonly fixed?: never });

export interface LoweredEntry {
  readonly dispatches: readonly LoweredDispatch[];
  /** Most workspace bytes of one node, and bytes of partial results that wait to be added. */
  readonly workspace: number;
  readonly kept: number;
}

export interface LowerContext {
  readonly graph: Graph;
  readonly ops: OpTable;
  readonly lowerings: GpuLoweringTable;
  readonly runs: GpuRunTable;
  readonly limits: GpuLimits;
  /** Fill workspace and the node's own outputs with NaN first. */
  readonly poison: boolean;
  /** Values that share their bytes have one canonical value. */
  readonly canonical: ReadonlyMap<ValueId, ValueId>;
  /** Values that are in a variable: they matter although no node may read them. */
  readonly lasting: ReadonlySet<ValueId>;
  /** Nodes that are fused into the store of another. */
  readonly followers: ReadonlyMap<Node, Followers>;
  readonly elements: GpuElementTable;
}

/** Most partial results that may wait; beyond that they are added up before the next node. */
const MOST_KEPT_BYTES = 32 * 2 ** 20;

export function lowerEntry(nodes: readonly Node[], context: LowerContext): LoweredEntry {
  const all = [...nodes, ...[...context.followers.values()].flatMap((followers) => followers.nodes)];
  const lowerer = new Lowerer(context, new Set([...all.flatMap(({ inputs }) => inputs), ...context.lasting]));
  for (let i = 0; i < nodes.length;) {
    const run = runAt(nodes, i, context);
    lowerer.lower(run);
    i += run.length;
  }
  lowerer.addUp();
  return lowerer;
}

/** The nodes from `start` on that one lowering takes: of a kind, and each changes variables of its own. */
function runAt(nodes: readonly Node[], start: number, { runs, ops, canonical }: LowerContext): readonly Node[] {
  const [first] = nodes.slice(start, start + 1);
  if (!first || !(first.op in runs)) return nodes.slice(start, start + 1);
  const changed = new Set<ValueId>();
  let end = start;
  for (; nodes[end]?.op === first.op; end++) {
    const node = nodes[end];
    const own = (ops[first.op]?.mutates ?? []).map((i) => canonical.get(node?.inputs[i] ?? -1) ?? -1);
    if (own.some((value) => changed.has(value)) || !sameScalars(first, node, own.length)) break;
    for (const value of own) changed.add(value);
  }
  return nodes.slice(start, Math.max(end, start + 1));
}

/** The inputs after the changed variables and the gradient are the same for all. */
function sameScalars(first: Node, other: Node | undefined, changed: number): boolean {
  return first.inputs.slice(changed + 1).every((value, i) => value === other?.inputs[changed + 1 + i]);
}

class Lowerer implements LoweredEntry {
  readonly dispatches: LoweredDispatch[] = [];
  workspace = 0;
  kept = 0;
  readonly #context: LowerContext;
  /** Values that some node reads, or that outlast the entry. */
  readonly #read: ReadonlySet<ValueId>;
  #pending: PendingSum[] = [];
  #keptNow = 0;

  constructor(context: LowerContext, read: ReadonlySet<ValueId>) {
    this.#context = context;
    this.#read = read;
  }

  lower(nodes: readonly Node[]): void {
    const [node] = nodes;
    if (!node) return;
    const { ops, runs, lowerings, poison } = this.#context;
    const { all, inputs, outputs } = this.#around(nodes);
    const asked =
      ops[node.op]?.view !== true && this.#pending.some(({ target }) => uses([...inputs, ...outputs], target));
    if (asked || this.#keptNow > MOST_KEPT_BYTES) this.addUp();
    const written = new Set(outputs.map(({ value }) => value ?? KEPT));
    for (const one of nodes) {
      for (const i of ops[node.op]?.mutates ?? []) written.add(this.#operand(one.inputs[i] ?? -1).value ?? KEPT);
    }
    const [before, keptBefore] = [this.dispatches.length, this.#keptNow];
    const { writer, used } = this.#writer(all, written);
    const run = runs[node.op];
    const lowering = lowerings[node.op];
    if (run) {
      const each = nodes.map((one) => ({
        inputs: one.inputs.map((id) => this.#operand(id)),
        attrs: one.attrs as never,
      }));
      run(writer, each);
    } else if (lowering) lowering(writer, node.attrs as never);
    else throw new Error(`webgpu plan: the device has no kernel for op ${node.op} (${node.label})`);
    this.#count(all);
    this.workspace = Math.max(this.workspace, used());
    if (poison) this.#poison(node, before, [...this.#filled(inputs, outputs), ...this.#used(used(), keptBefore)]);
  }

  /** Nodes with their epilogues, and the values these read and store together. */
  #around(nodes: readonly Node[]): {
    readonly all: readonly Node[];
    readonly inputs: readonly GpuOperand[];
    readonly outputs: readonly GpuOperand[];
  } {
    const [node] = nodes;
    const followers = node && this.#context.followers.get(node);
    const all = [...nodes, ...(followers?.nodes ?? [])];
    const made = new Set(followers ? all.flatMap((one) => one.outputs) : []);
    const read = all.flatMap((one) => one.inputs.filter((id) => !made.has(id)));
    const stored = followers ? [...followers.stored] : (node?.outputs ?? []);
    return {
      all,
      inputs: read.map((id) => this.#operand(id)),
      outputs: stored.map((id) => this.#operand(id)),
    };
  }

  #count(nodes: readonly Node[]): void {
    const { graph, ops } = this.#context;
    const { flops } = sumOf(nodes.map((node) => costOf(graph, node, ops)));
    const last = this.dispatches.pop();
    if (last) this.dispatches.push({ ...last, flops: last.flops + flops });
  }

  /** Adds up the waiting partial results. */
  addUp(): void {
    if (this.#pending.length === 0) return;
    const written = new Set(this.#pending.map(({ target }) => target.value ?? KEPT));
    const regions = partialSumsDispatch(this.#pending);
    const flops = this.#pending.reduce((sum, { count, stride }) => sum + count * stride, 0);
    this.dispatches.push({ op: 'reduceSum', label: regions.label, written, flops, regions });
    this.#pending = [];
    this.#keptNow = 0;
  }

  #operand(id: ValueId): GpuOperand {
    const { graph, canonical } = this.#context;
    const value = graph.values[id];
    if (!value) throw new Error(`webgpu plan: value ${id} is not part of entry ${graph.name}`);
    return { value: canonical.get(id) ?? id, offset: 0, bytes: bytesOf(value.type), type: value.type };
  }

  /** The epilogues of the first node's result. */
  #epilogues([node, ...others]: readonly Node[], stored: ReadonlySet<ValueId>): readonly Epilogue[] {
    let [value = -1] = node?.outputs ?? [];
    return others.map(({ op, inputs, outputs: [result = -1], attrs }) => {
      const element = this.#context.elements[op]?.(attrs as never);
      if (!element) throw new Error(`webgpu plan: op ${op} cannot follow another`);
      const operands = inputs.map((id) => (id === value ? null : this.#operand(id)));
      value = result;
      return { ...element, operands, result: stored.has(result) ? this.#operand(result) : null };
    });
  }

  #writer(
    all: readonly Node[],
    written: ReadonlySet<ValueId>,
  ): { readonly writer: GpuWriter; readonly used: () => number } {
    const [node] = all;
    if (!node) throw new Error('webgpu plan: nothing is to be lowered');
    const { limits, followers } = this.#context;
    const following = followers.get(node);
    const joined = (what: readonly string[]): string => (following ? [...new Set(what)].join(' + ') : (what[0] ?? ''));
    const [op, of] = [joined(all.map((one) => one.op)), joined(all.map((one) => one.label))];
    let bytes = 0;
    const name = (label: string): string => (label === '' ? of : `${of}: ${label}`);
    const writer: GpuWriter = {
      inputs: node.inputs.map((id) => this.#operand(id)),
      outputs: node.outputs.map((id) => this.#operand(id)),
      epilogues: following ? this.#epilogues(all, following.stored) : [],
      stored: following?.stored.has(node.outputs[0] ?? -1) ?? true,
      traits: limits.traits,
      dispatch: (fixed) => void this.dispatches.push({ op, label: name(fixed.label), written, flops: 0, fixed }),
      dispatchRegions: (regions) => {
        this.dispatches.push({ op, label: name(regions.label), written, flops: 0, regions });
      },
      workspace: (size) => {
        const place = { value: null, offset: bytes, bytes: size };
        bytes += alignUp(size, limits.alignment);
        return place;
      },
      partialSums: (target, count, scale = 1) => this.#keep(node, { target, count, scale }),
    };
    return { writer, used: () => bytes };
  }

  /** A result that is never read has no memory of its own, so it gets no sum. */
  #keep(node: Node, sum: Pick<PendingSum, 'target' | 'count' | 'scale'>): Partials {
    const { limits, canonical } = this.#context;
    const stride = strideOf(sum.target);
    if (sum.count === 1 && sum.scale === 1) return { place: sum.target, stride };
    const bytes = 4 * stride * sum.count;
    const place = { value: KEPT, offset: this.#keptNow, bytes };
    this.#keptNow += alignUp(bytes, limits.alignment);
    this.kept = Math.max(this.kept, this.#keptNow);
    const own = node.outputs.find((id) => (canonical.get(id) ?? id) === sum.target.value) ?? -1;
    if (this.#read.has(own)) this.#pending.push({ ...sum, parts: place, stride });
    return { place, stride };
  }

  #filled(inputs: readonly GpuOperand[], outputs: readonly GpuOperand[]): readonly GpuPlace[] {
    const taken = new Set(inputs.map(({ value }) => value));
    return outputs.filter(({ value }) => !taken.has(value));
  }

  #used(workspace: number, keptBefore: number): readonly GpuPlace[] {
    const places = [
      { value: null, offset: 0, bytes: workspace },
      { value: KEPT, offset: keptBefore, bytes: this.#keptNow - keptBefore },
    ];
    return places.filter(({ bytes }) => bytes > 0);
  }

  /** Fills places with quiet NaNs before the dispatches from `before` on. */
  #poison(node: Node, before: number, places: readonly GpuPlace[]): void {
    const { traits } = this.#context.limits;
    const fills = places.map((place): LoweredDispatch => {
      const { declarations, buffers } = bind({ filled: { ...place, dtype: 'u32' } });
      const { groups, head } = flat(place.bytes / 4, traits);
      // WGSL rejects a constant NaN where its bits are read as a number.
      const code = `${declarations}\nvar<private> quiet: u32 = 0x7fc00000u;\n${head}\n  filled[index] = quiet;\n}`;
      const fixed = { label: 'poison', code, buffers, groups };
      return { op: node.op, label: 'poison', written: new Set([place.value ?? KEPT]), flops: 0, fixed };
    });
    this.dispatches.splice(before, 0, ...fills);
  }
}

const uses = (inputs: readonly GpuOperand[], { value }: GpuPlace): boolean =>
  inputs.some((input) => input.value === value);
