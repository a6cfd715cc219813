// Plans the loop over pieces of one entry: how many samples a piece has, what a thread needs for it, which words of its table change from
// piece to piece. Nothing here depends on the number of threads, so results do not. Pure; independent of ops.
import { bytesOf } from '../../core/tensor.ts';
import type { Graph, Node, Value } from '../../graph/graph.ts';
import { alignUp, placeInArena, type Arena } from '../arena.ts';
import { liveness, type Liveness } from '../liveness.ts';
import { lowerGraph, type LoweredEntry, type LoweringTable, type OwnOutputs } from '../lower-graph.ts';
import type { Argument, KernelTraits, Place } from '../lowering.ts';
import { encodeEntry } from '../op-table.ts';
import { ENTRY_BYTES, ENTRY_WORDS, PATCH_BYTES } from '../opcodes.shared.ts';
import { RUN_PIECES, type PieceLoop } from './slab-ops.ts';
import { batchOf, splitGraph, type SplitGraph, type SplitOptions } from './split-graph.ts';

/** Sets of partial sums: the number of threads that can work at once and of copies of the weight gradients. */
const FEW_PARTIALS = 8;
const MOST_PARTIALS = 32;

/** Above this minimum, all sets together may take this share of the op-by-op activations. */
const PARTIALS_SHARE = 1 / 16;

/** Activations of a piece should stay in the second-level cache of one core … */
const PIECE_BYTES = 2 ** 20;

/** … or be this many times the sums that are added after each piece, so that adding costs little. */
const SUMS_RATIO = 4;

/** With fewer op-by-op activations than this, the slab schedule saved no measurable time or memory. */
const WORTHWHILE_BYTES = 2 ** 24;

export interface PieceOptions extends Omit<SplitOptions, 'part'> {
  readonly lowerings: LoweringTable;
  readonly kernels?: KernelTraits | undefined;
  /** Leaves entries unchanged if cutting them gains too little. */
  readonly onlyWorthwhile: boolean;
  /** Which outputs of the body are filled with NaN first; null = none. */
  readonly poison: ((live: Liveness) => OwnOutputs) | null;
}

/** A cut entry with a lowered body, without addresses. */
export interface PiecePlan {
  readonly split: SplitGraph;
  readonly lowered: LoweredEntry;
  readonly live: Liveness;
  readonly arena: Arena;
  readonly offsets: ReadonlyMap<number, number>;
  readonly patches: number;
  /** Sets of partial sums. */
  readonly partials: number;
  readonly partialBytes: number;
  readonly slots: readonly number[];
}

/** Plans the pieces of an entry, or says why it cannot be cut. `byOp` is its liveness without cutting. */
export function planPieces(graph: Graph, byOp: Liveness, options: PieceOptions): PiecePlan | string {
  const batch = batchOf(graph, byOp.nodes, options.variables);
  if (batch === null) return `entry ${graph.name} has no batch of two samples or more`;
  const activations = placeInArena(byOp.storages.filter((one) => one.variable === null && !one.gradient)).bytes;
  if (options.onlyWorthwhile && activations < WORTHWHILE_BYTES) return `entry ${graph.name} is small`;
  const plan = choosePart(graph, byOp.nodes, batch, activations, options);
  if (typeof plan === 'string' || !options.onlyWorthwhile) return plan;
  if (plan.split.together) return `entry ${graph.name} is faster with many samples at once`;
  const needed = FEW_PARTIALS * threadBytes(plan) + plan.partials * plan.partialBytes;
  return needed > activations ? `entry ${graph.name} would take more memory` : plan;
}

/** The largest piece that stays in the cache (or makes adding up cheap) and leaves work for all threads; at least the smallest possible one. */
function choosePart(
  graph: Graph,
  nodes: readonly Node[],
  batch: number,
  activations: number,
  options: PieceOptions,
): PiecePlan | string {
  let best: PiecePlan | string = `entry ${graph.name} cannot be cut`;
  for (let part = 1; part < batch; part++) {
    if (batch % part !== 0) continue;
    const split = splitGraph(graph, nodes, { ...options, part });
    const plan = typeof split === 'string' ? split : lowerPieces(split, activations, options);
    if (typeof best !== 'string' && (typeof plan === 'string' || tooLarge(plan))) break;
    best = plan;
  }
  return best;
}

const tooLarge = ({ split, arena, partialBytes }: PiecePlan): boolean =>
  arena.bytes > Math.max(PIECE_BYTES, SUMS_RATIO * partialBytes) || split.batch / split.part < FEW_PARTIALS;

function lowerPieces(split: SplitGraph, activations: number, options: PieceOptions): PiecePlan {
  const live = liveness(split.body, [], options.ops);
  const lowered = lowerGraph(
    split.body,
    live.nodes,
    options.lowerings,
    options.poison?.(live) ?? null,
    options.kernels,
  );
  const storages = live.storages.filter(({ variable }) => variable === null);
  const arena = placeInArena(storages);
  const offsets = new Map(storages.map(({ id }, i) => [id, arena.offsets[i] ?? 0]));
  const patches = lowered.commands.reduce((sum, { args }) => sum + args.filter((arg) => moves(split, arg)).length, 0);
  const slots: number[] = [];
  let partialBytes = 0;
  for (const sum of split.sums) {
    slots.push(partialBytes);
    const value = split.values[sum];
    partialBytes += value ? alignUp(bytesOf(value.type)) : 0;
  }
  const affordable = Math.floor((activations * PARTIALS_SHARE) / partialBytes);
  const partials = Math.min(split.batch / split.part, MOST_PARTIALS, Math.max(FEW_PARTIALS, affordable));
  return { split, lowered, live, arena, offsets, patches, partials, partialBytes, slots };
}

const bindingOf = ({ body, bindings }: SplitGraph, place: Place) =>
  bindings.get((place.value === null ? null : body.values[place.value]?.variable) ?? '');

/** The word differs from piece to piece, or from partial to partial. */
function moves(split: SplitGraph, argument: Argument): boolean {
  if (argument === null || typeof argument === 'number' || 'real' in argument) return false;
  if ('perPiece' in argument) return true;
  const binding = bindingOf(split, argument);
  return binding?.kind === 'partial' || (binding?.kind === 'main' && binding.perPiece > 0);
}

/** Bytes a thread needs for itself: scratch of the kernels, then activations, then workspace. */
export const threadBytes = ({ lowered, arena }: PiecePlan): number => lowered.scratch + arena.bytes + lowered.workspace;

export const tableBytes = ({ lowered }: PiecePlan): number => lowered.commands.length * ENTRY_BYTES;

/** Words of the tables of all threads and of the patches behind them. */
export const tableWords = (plan: PiecePlan, threads: number): number =>
  (threads * tableBytes(plan) + plan.patches * PATCH_BYTES) / 4;

/** The entry with the loop as one node, and the value whose address is that of the tables. */
export function mainGraph(
  graph: Graph,
  plan: PiecePlan,
  threads: number,
  flops: number,
): { main: Graph; table: number } {
  const { split, slots, partialBytes } = plan;
  const table = split.values.length;
  const pieces = split.batch / split.part;
  const loop: PieceLoop = {
    table,
    tableBytes: tableBytes(plan),
    patchOffset: threads * tableBytes(plan),
    patches: plan.patches,
    pieces,
    partials: plan.partials,
    partialBytes,
    slots,
    threadBytes: threadBytes(plan),
    flops: pieces * flops,
  };
  const node: Node = {
    id: graph.nodes.length,
    op: RUN_PIECES,
    inputs: split.reads,
    outputs: split.sums,
    attrs: loop,
    label: 'pieces',
    role: 'pieces',
  };
  const place: Value = { id: table, type: { shape: [], dtype: 'i32' }, name: 'tables', producer: null, variable: null };
  const nodes = [...split.before, node, ...split.after];
  return { main: { name: graph.name, values: [...split.values, place], nodes }, table };
}

export interface PieceAddresses {
  /** Numbers of the kernels by name. */
  readonly opcodes: ReadonlyMap<string, number>;
  readonly scratch: number;
  readonly scratchStride: number;
  readonly partials: number;
  /** Address of a place of the main graph. */
  main(place: Place): number;
}

/** Writes the tables of all threads and the patches at word `start` of `table`. */
export function encodePieces(
  table: Int32Array,
  start: number,
  plan: PiecePlan,
  threads: number,
  addresses: PieceAddresses,
): void {
  const entries = plan.lowered.commands.length;
  for (let thread = 0; thread < threads; thread++) {
    const address = resolver(plan, addresses, addresses.scratch + thread * addresses.scratchStride);
    const words = { address, opcodes: addresses.opcodes };
    const own = table.subarray(start + thread * entries * ENTRY_WORDS);
    plan.lowered.commands.forEach((command, i) => encodeEntry(own, i, command, false, words));
  }
  table.set(patchesOf(plan, addresses), start + threads * entries * ENTRY_WORDS);
}

function resolver(plan: PiecePlan, addresses: PieceAddresses, base: number): (place: Place) => number {
  const { split, lowered, arena, live, offsets } = plan;
  const activations = base + lowered.scratch;
  return (place) => {
    if (place.value === null) return activations + arena.bytes + place.offset;
    const binding = bindingOf(split, place);
    if (binding) return bound(plan, binding, addresses) + place.offset;
    const offset = offsets.get(live.storageOf.get(place.value)?.id ?? -1);
    if (offset === undefined) throw new Error(`slab: value ${place.value} of a piece has no address`);
    return activations + offset + place.offset;
  };
}

function bound(plan: PiecePlan, binding: NonNullable<ReturnType<typeof bindingOf>>, addresses: PieceAddresses): number {
  if (binding.kind === 'partial') return addresses.partials + (plan.slots[binding.slot] ?? 0);
  return addresses.main({ value: binding.value, offset: 0 });
}

/** For each word that moves: where in a table, its first value, growth with the piece, growth with the partial. */
function patchesOf(plan: PiecePlan, addresses: PieceAddresses): readonly number[] {
  const resolve = resolver(plan, addresses, 0);
  return plan.lowered.commands.flatMap(({ args }, entry) =>
    args.flatMap((argument, i) => {
      if (!moves(plan.split, argument)) return [];
      const at = entry * ENTRY_BYTES + 16 + 4 * i;
      if (argument === null || typeof argument === 'number' || 'real' in argument) return [];
      if ('perPiece' in argument) return [at, 0, argument.perPiece, 0];
      const binding = bindingOf(plan.split, argument);
      const perPiece = binding?.kind === 'main' ? binding.perPiece : 0;
      return [at, resolve(argument) | 0, perPiece, binding?.kind === 'partial' ? plan.partialBytes : 0];
    }),
  );
}
