// The static plan of a program: every address, every table entry, every barrier and the exact bytes, before anything runs.
// Pure: independent of WebAssembly, threads and ops.
import { bytesOf, type TensorType } from '../core/tensor.ts';
import type { Graph, Program, ValueId, Variable } from '../graph/graph.ts';
import { costOf, sumOf, type NodeCost } from '../graph/cost.ts';
import type { OpTable } from '../graph/op-def.ts';
import type { MemoryReport } from '../spec/metrics.ts';
import { alignUp, placeInArena } from './arena.ts';
import { barriers } from './barriers.ts';
import { liveness, type Liveness, type Storage } from './liveness.ts';
import { lowerGraph, type LoweredEntry, type LoweringTable, type OwnOutputs } from './lower-graph.ts';
import type { KernelTraits, Place } from './lowering.ts';
import { memoryReport } from './memory-report.ts';
import { encodeEntry } from './op-table.ts';
import { CACHE_LINE, CONTROL_ARRIVAL, ENTRY_BYTES, ENTRY_WORDS } from './opcodes.shared.ts';
import { encodePieces, mainGraph, planPieces, tableWords, type PiecePlan } from './slab/piece-plan.ts';
import type { SampleRules } from './slab/sample-rule.ts';
import { slabLowerings, slabOps } from './slab/slab-ops.ts';
import { writeThrough } from './write-through.ts';

/** Size of a WebAssembly page; the memory is a whole number of them. */
export const PAGE_BYTES = 65536;

/** The schedule: op by op over the batch, or a few samples at a time through all ops; with the reason if the latter was requested but is impossible. */
export type Schedule =
  | { readonly kind: 'op-by-op'; readonly refused: string | null }
  | { readonly kind: 'slab'; readonly part: number; readonly pieces: number };

export interface PlanOptions {
  readonly threads: number;
  readonly poison: boolean;
  /** Numbers of the kernels by name. */
  readonly opcodes: ReadonlyMap<string, number>;
  /** Block sizes of the module that will run the plan; omitted = WebAssembly. */
  readonly kernels?: KernelTraits;
  /** With it, entries that can be cut use the slab schedule, always or where it pays off; without it, all run op by op. */
  readonly slab?: { readonly rules: SampleRules; readonly onlyWorthwhile: boolean };
}

export interface PlannedEntry {
  readonly name: string;
  readonly schedule: Schedule;
  /** Byte addresses of its first table entry and of the one after its last. */
  readonly from: number;
  readonly to: number;
  readonly flops: number;
  /** The node of each table entry, for profiles and failures. */
  readonly owners: readonly NodeCost[];
}

export interface PlannedVariable {
  readonly address: number;
  readonly type: TensorType;
}

export interface Plan {
  readonly threads: number;
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  /** All entries in order, and the node of each. */
  readonly table: Int32Array;
  readonly tableAddress: number;
  /** Private scratch of thread i is at scratchAddress + i scratchStride. */
  readonly scratchAddress: number;
  readonly scratchStride: number;
  readonly report: MemoryReport;
}

interface EntryParts {
  readonly graph: Graph;
  readonly live: Liveness;
  readonly lowered: LoweredEntry;
  readonly schedule: Schedule;
  readonly flops: number;
  /** The loop over pieces, and the value that represents its tables. */
  readonly pieces: { readonly plan: PiecePlan; readonly table: ValueId } | null;
}

interface Layout {
  readonly tableAddress: number;
  /** Word of the table where the tables of the pieces of each entry start. */
  readonly pieceWords: readonly number[];
  readonly tableWords: number;
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  readonly gradients: Region;
  readonly activations: Region;
  readonly workspace: number;
  readonly scratchAddress: number;
  readonly scratchStride: number;
  readonly end: number;
}

interface Region {
  readonly address: number;
  readonly bytes: number;
  /** Offset of a storage, by entry and storage id. */
  readonly offsets: readonly ReadonlyMap<number, number>[];
}

/** Plans a program for `threads` threads. The same input gives the same plan on every machine. */
export function planProgram(program: Program, ops: OpTable, lowerings: LoweringTable, options: PlanOptions): Plan {
  const known = { ops: { ...ops, ...slabOps }, lowerings: { ...lowerings, ...slabLowerings } };
  const parts = program.entries.map((graph) => entryParts(graph, program.variables, known, options));
  const layout = layOut(program.variables, parts, options.threads);
  const table = new Int32Array(layout.tableWords);
  const entries = new Map<string, PlannedEntry>();
  let next = 0;
  parts.forEach((part, index) => {
    const resolve = resolver(part, index, layout);
    const fences = barriers(part.lowered.commands, resolve, options.threads);
    const words = { address: resolve, opcodes: options.opcodes };
    const from = layout.tableAddress + next * ENTRY_BYTES;
    part.lowered.commands.forEach((command, i) => encodeEntry(table, next + i, command, fences[i] === true, words));
    if (part.pieces) {
      const addresses = {
        opcodes: options.opcodes,
        main: resolve,
        partials: layout.workspace,
        scratch: layout.scratchAddress,
      };
      const { scratchStride } = layout;
      const start = layout.pieceWords[index] ?? 0;
      encodePieces(table, start, part.pieces.plan, options.threads, { ...addresses, scratchStride });
    }
    next += part.lowered.commands.length;
    const to = layout.tableAddress + next * ENTRY_BYTES;
    const costs = new Map(part.lowered.owners.map((node) => [node, costOf(part.graph, node, known.ops)]));
    const owners = part.lowered.owners.flatMap((node) => costs.get(node) ?? []);
    const { name } = part.graph;
    entries.set(name, { name, schedule: part.schedule, from, to, flops: part.flops, owners });
  });
  const { tableAddress, variables, scratchAddress, scratchStride } = layout;
  const report = reportOf(program.variables, parts, layout, options.threads);
  return { threads: options.threads, entries, variables, table, tableAddress, scratchAddress, scratchStride, report };
}

interface Known {
  readonly ops: OpTable;
  readonly lowerings: LoweringTable;
}

/** Liveness and commands of an entry, by the slab schedule where rules are given and the entry can be cut. */
function entryParts(graph: Graph, variables: readonly Variable[], known: Known, options: PlanOptions): EntryParts {
  const { poison, threads, slab, kernels } = options;
  const lower = (main: Graph): Pick<EntryParts, 'graph' | 'live' | 'lowered' | 'flops'> => {
    const live = writeThrough(main, liveness(main, variables, known.ops), known.ops);
    const lowered = lowerGraph(main, live.nodes, known.lowerings, poison ? ownOutputs(live) : null, kernels);
    return { graph: main, live, lowered, flops: flopsOf(main, live, known.ops) };
  };
  if (!slab) return { ...lower(graph), schedule: { kind: 'op-by-op', refused: null }, pieces: null };
  const pieceOptions = { ...known, ...slab, kernels, variables, poison: poison ? ownOutputs : null };
  const plan = planPieces(graph, liveness(graph, variables, known.ops), pieceOptions);
  if (typeof plan === 'string') return { ...lower(graph), schedule: { kind: 'op-by-op', refused: plan }, pieces: null };
  const { main, table } = mainGraph(graph, plan, threads, flopsOf(plan.split.body, plan.live, known.ops));
  const { batch, part } = plan.split;
  return { ...lower(main), schedule: { kind: 'slab', part, pieces: batch / part }, pieces: { plan, table } };
}

const ownOutputs =
  ({ storageOf }: Liveness): OwnOutputs =>
  (node) => {
    const taken = node.inputs.map((input) => storageOf.get(input));
    return node.outputs.map((output) => !taken.includes(storageOf.get(output)));
  };

/** Order: control block, op table, variables, gradients, activations, workspace, private scratch of each thread. */
function layOut(variables: readonly Variable[], parts: readonly EntryParts[], threads: number): Layout {
  const tableAddress = CONTROL_ARRIVAL + CACHE_LINE * threads;
  let tableEnd = parts.reduce((sum, part) => sum + part.lowered.commands.length, 0) * ENTRY_WORDS;
  const pieceWords = parts.map(({ pieces }) => {
    const start = tableEnd;
    if (pieces) tableEnd += tableWords(pieces.plan, threads);
    return start;
  });
  let top = alignUp(tableAddress + tableEnd * 4);
  const places = new Map<string, PlannedVariable>();
  for (const variable of variables) {
    places.set(variable.name, { address: top, type: variable.type });
    top = alignUp(top + bytesOf(variable.type));
  }
  const gradients = region(parts, top, (storage) => storage.gradient);
  const activations = region(parts, gradients.address + gradients.bytes, (storage) => !storage.gradient);
  const workspace = activations.address + activations.bytes;
  const scratchAddress = workspace + Math.max(0, ...parts.map((part) => part.lowered.workspace));
  const scratchStride = Math.max(0, ...parts.map((part) => part.lowered.scratch));
  const end = scratchAddress + scratchStride * threads;
  const regions = { gradients, activations, workspace, scratchAddress, scratchStride, end };
  return { tableAddress, pieceWords, tableWords: tableEnd, variables: places, ...regions };
}

/** One arena for the chosen storages of all entries: entries never run at the same time, so each starts at its beginning. */
function region(parts: readonly EntryParts[], address: number, chosen: (storage: Storage) => boolean): Region {
  let bytes = 0;
  const offsets = parts.map(({ live }) => {
    const storages = live.storages.filter((storage) => storage.variable === null && chosen(storage));
    const arena = placeInArena(storages);
    bytes = Math.max(bytes, arena.bytes);
    return new Map(storages.map((storage, i) => [storage.id, arena.offsets[i] ?? 0]));
  });
  return { address, bytes, offsets };
}

function resolver(part: EntryParts, index: number, layout: Layout): (place: Place) => number {
  const addresses = new Map<ValueId, number>();
  for (const [value, storage] of part.live.storageOf) addresses.set(value, addressOf(storage, index, layout));
  if (part.pieces) addresses.set(part.pieces.table, layout.tableAddress + 4 * (layout.pieceWords[index] ?? 0));
  return (place) => {
    if (place.value === null) return layout.workspace + place.offset;
    const address = addresses.get(place.value);
    if (address === undefined) throw new Error(`plan: value ${place.value} of entry ${part.graph.name} has no address`);
    return address + place.offset;
  };
}

function addressOf(storage: Storage, index: number, layout: Layout): number {
  if (storage.variable !== null) {
    const variable = layout.variables.get(storage.variable);
    if (!variable) throw new Error(`plan: variable ${storage.variable} is not declared`);
    return variable.address;
  }
  const home = storage.gradient ? layout.gradients : layout.activations;
  return home.address + (home.offsets[index]?.get(storage.id) ?? 0);
}

const flopsOf = (graph: Graph, live: Liveness, ops: OpTable): number =>
  sumOf(live.nodes.map((node) => costOf(graph, node, ops))).flops;

/** Activations of pieces are in the private memory of the threads and are counted as what they are. */
function reportOf(
  variables: readonly Variable[],
  parts: readonly EntryParts[],
  layout: Layout,
  threads: number,
): MemoryReport {
  const pieces = threads * Math.max(0, ...parts.map((part) => part.pieces?.plan.arena.bytes ?? 0));
  return memoryReport({
    variables,
    gradients: layout.gradients.bytes,
    activations: layout.activations.bytes + pieces,
    workspace: layout.end - layout.workspace - pieces,
    total: alignUp(layout.end, PAGE_BYTES),
  });
}
