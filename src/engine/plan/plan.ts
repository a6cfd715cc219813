// The static plan of a program: every address, every table entry, every barrier and the exact bytes, before anything runs.
// Pure: knows no WebAssembly, no thread and no op.
import { bytesOf, type TensorType } from '../core/tensor.ts';
import type { Graph, Program, ValueId, Variable } from '../graph/graph.ts';
import type { OpTable } from '../graph/op-def.ts';
import type { MemoryReport } from '../spec/metrics.ts';
import { alignUp, placeInArena } from './arena.ts';
import { barriers } from './barriers.ts';
import { liveness, type Liveness, type Storage } from './liveness.ts';
import { lowerGraph, type LoweredEntry, type LoweringTable, type OwnOutputs } from './lower-graph.ts';
import type { Place } from './lowering.ts';
import { memoryReport } from './memory-report.ts';
import { encodeEntry } from './op-table.ts';
import { CACHE_LINE, CONTROL_ARRIVAL, ENTRY_BYTES, ENTRY_WORDS } from './opcodes.shared.ts';

/** Size of a WebAssembly page; the memory is a whole number of them. */
export const PAGE_BYTES = 65536;

export interface PlanOptions {
  readonly threads: number;
  readonly poison: boolean;
}

export interface PlannedEntry {
  readonly name: string;
  /** Byte addresses of its first table entry and of the one after its last. */
  readonly from: number;
  readonly to: number;
  readonly flops: number;
  /** Label and op of each table entry, for profiles and failures. */
  readonly owners: readonly { readonly label: string; readonly op: string }[];
}

export interface PlannedVariable {
  readonly address: number;
  readonly type: TensorType;
}

export interface Plan {
  readonly threads: number;
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  /** All entries one after the other, and where they belong. */
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
}

interface Layout {
  readonly tableAddress: number;
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
  const parts = program.entries.map((graph): EntryParts => {
    const live = liveness(graph, program.variables, ops);
    const poison = options.poison ? ownOutputs(live) : null;
    return { graph, live, lowered: lowerGraph(graph, live.nodes, lowerings, poison) };
  });
  const layout = layOut(program.variables, parts, options.threads);
  const table = new Int32Array(parts.reduce((sum, part) => sum + part.lowered.commands.length, 0) * ENTRY_WORDS);
  const entries = new Map<string, PlannedEntry>();
  let next = 0;
  parts.forEach((part, index) => {
    const resolve = resolver(part, index, layout);
    const fences = barriers(part.lowered.commands, resolve, options.threads);
    const from = layout.tableAddress + next * ENTRY_BYTES;
    part.lowered.commands.forEach((command, i) => encodeEntry(table, next + i, command, fences[i] === true, resolve));
    next += part.lowered.commands.length;
    const to = layout.tableAddress + next * ENTRY_BYTES;
    const owners = part.lowered.owners.map((node) => ({ label: node.label, op: node.op }));
    entries.set(part.graph.name, { name: part.graph.name, from, to, flops: flopsOf(part, ops), owners });
  });
  const { tableAddress, variables, scratchAddress, scratchStride } = layout;
  const report = reportOf(program.variables, layout);
  return { threads: options.threads, entries, variables, table, tableAddress, scratchAddress, scratchStride, report };
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
  let top = alignUp(tableAddress + parts.reduce((sum, part) => sum + part.lowered.commands.length, 0) * ENTRY_BYTES);
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
  return { tableAddress, variables: places, gradients, activations, workspace, scratchAddress, scratchStride, end };
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

function flopsOf({ graph, live }: EntryParts, ops: OpTable): number {
  const types = (ids: readonly ValueId[]): TensorType[] => ids.flatMap((id) => graph.values[id]?.type ?? []);
  return live.nodes.reduce(
    (sum, node) => sum + (ops[node.op]?.flops(types(node.inputs), types(node.outputs), node.attrs as never) ?? 0),
    0,
  );
}

function reportOf(variables: readonly Variable[], layout: Layout): MemoryReport {
  return memoryReport({
    variables,
    gradients: layout.gradients.bytes,
    activations: layout.activations.bytes,
    workspace: layout.end - layout.workspace,
    total: alignUp(layout.end, PAGE_BYTES),
  });
}
