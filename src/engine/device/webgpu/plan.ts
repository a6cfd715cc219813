// The static plan of a program on a GPU: every buffer, every range and every dispatch before anything runs.
// Pure: knows no Dawn; the lowerings and the limits of the adapter are passed in.
import { AppFailure } from '../../core/result.ts';
import { bytesOf, type TensorType } from '../../core/tensor.ts';
import type { Graph, Node, Program, ValueId, Variable } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { alignUp, placeInArena } from '../../plan/arena.ts';
import { liveness, type Liveness, type Storage } from '../../plan/liveness.ts';
import { memoryReport } from '../../plan/memory-report.ts';
import type { MemoryReport } from '../../spec/metrics.ts';
import type { GpuLowering, GpuTraits } from './lowering.ts';
import { lowerNode, type LoweredDispatch } from './lower-node.ts';

export interface GpuLimits {
  readonly traits: GpuTraits;
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
  readonly maxBindings: number;
  readonly alignment: number;
}

export interface GpuRange {
  readonly buffer: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface PlannedDispatch {
  readonly label: string;
  readonly op: string;
  readonly code: string;
  readonly ranges: readonly GpuRange[];
  readonly groups: readonly [number, number, number];
}

export interface PlannedVariable {
  readonly range: GpuRange;
  readonly type: TensorType;
  /** Its bytes lie in `GpuPlan.outputs`. */
  readonly small: boolean;
}

export interface GpuPlan {
  /** Bytes of each buffer that kernels use. */
  readonly buffers: readonly number[];
  /** Bytes of the buffer that results are copied to before they are read. */
  readonly staging: number;
  /** Bytes of the two buffers that hold times, 0 without profile. */
  readonly times: number;
  readonly entries: ReadonlyMap<string, readonly PlannedDispatch[]>;
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  /** The block of all small outputs, read in one go; null when there are none. */
  readonly outputs: GpuRange | null;
  readonly report: MemoryReport;
}

export interface GpuPlanOptions {
  readonly poison: boolean;
  readonly profile: boolean;
}

export type GpuLoweringTable = Readonly<Record<string, GpuLowering<never>>>;

/** Outputs up to this size come back together: loss and gradient norm cost one wait. */
const SMALL_OUTPUT_BYTES = 4096;

interface EntryParts {
  readonly graph: Graph;
  readonly live: Liveness;
  readonly dispatches: readonly LoweredDispatch[];
  readonly workspace: number;
}

/** Plans a program for one adapter. The same input gives the same plan. */
export function planGpu(
  program: Program,
  ops: OpTable,
  lowerings: GpuLoweringTable,
  limits: GpuLimits,
  options: GpuPlanOptions,
): GpuPlan {
  const parts = program.entries.map((graph) => entryParts(graph, program.variables, ops, lowerings, limits, options));
  const buffers = new Buffers(limits);
  const { variables, outputs } = placeVariables(program.variables, buffers, limits);
  const gradients = placeStorages(parts, (storage) => storage.gradient, buffers, limits);
  const activations = placeStorages(parts, (storage) => !storage.gradient, buffers, limits);
  const workspaceBytes = alignUp(Math.max(0, ...parts.map(({ workspace }) => workspace)), limits.alignment);
  const workspace = workspaceBytes === 0 ? null : buffers.own(workspaceBytes);
  const entries = new Map<string, readonly PlannedDispatch[]>();
  parts.forEach((part, index) => {
    const home = (storage: Storage): GpuRange => {
      if (storage.variable !== null) return variables.get(storage.variable)?.range ?? missing(storage.variable);
      const region = storage.gradient ? gradients : activations;
      return region.ranges[index]?.get(storage.id) ?? missing(`storage ${storage.id}`);
    };
    const resolve = resolver(part, home, workspace);
    entries.set(
      part.graph.name,
      part.dispatches.map((dispatch) => resolveDispatch(dispatch, resolve, limits)),
    );
  });
  const staging = Math.max(outputs?.bytes ?? 0, ...[...variables.values()].map(({ range }) => range.bytes), 256);
  const most = Math.max(0, ...parts.map(({ dispatches }) => dispatches.length));
  const times = options.profile ? 2 * alignUp(16 * most, 256) : 0;
  const total = buffers.sizes.reduce((sum, bytes) => sum + bytes, staging + times);
  const report = memoryReport({
    variables: program.variables,
    gradients: gradients.bytes,
    activations: activations.bytes,
    workspace: workspaceBytes,
    total,
  });
  return { buffers: buffers.sizes, staging, times, entries, variables, outputs, report };
}

function missing(what: string): never {
  throw new Error(`webgpu plan: ${what} has no place`);
}

function entryParts(
  graph: Graph,
  variables: readonly Variable[],
  ops: OpTable,
  lowerings: GpuLoweringTable,
  limits: GpuLimits,
  { poison }: GpuPlanOptions,
): EntryParts {
  const live = liveness(graph, variables, ops);
  const dispatches: LoweredDispatch[] = [];
  let workspace = 0;
  const canonical = canonicalValues(graph, live);
  const context = { graph, lowerings, limits, poison, canonical };
  for (const node of live.nodes) {
    requireSizes(graph, node, limits);
    const lowered = lowerNode(node, context);
    dispatches.push(...lowered.dispatches);
    workspace = Math.max(workspace, lowered.workspace);
    if (lowered.workspace > limits.maxBindingBytes) tooLarge(node, 'its workspace', lowered.workspace, limits);
  }
  return { graph, live, dispatches, workspace };
}

/** One value stands for all that share a storage or a variable, so that lowerings see which operands are the same bytes. */
function canonicalValues(graph: Graph, live: Liveness): ReadonlyMap<ValueId, ValueId> {
  const first = new Map<string, ValueId>();
  const canonical = new Map<ValueId, ValueId>();
  for (const { id } of graph.values) {
    const storage = live.storageOf.get(id);
    if (!storage) continue;
    const key = storage.variable ?? storage.id.toString();
    const known = storage.variable === null ? `storage ${key}` : `variable ${key}`;
    if (!first.has(known)) first.set(known, id);
    canonical.set(id, first.get(known) ?? id);
  }
  return canonical;
}

function requireSizes(graph: Graph, node: Node, limits: GpuLimits): void {
  for (const id of [...node.inputs, ...node.outputs]) {
    const value = graph.values[id];
    if (value && bytesOf(value.type) > limits.maxBindingBytes) {
      tooLarge(node, value.name, bytesOf(value.type), limits);
    }
  }
}

function tooLarge(node: Node, what: string, bytes: number, limits: GpuLimits): never {
  throw new AppFailure({
    code: 'out-of-memory',
    message:
      `webgpu: ${what} of ${node.op} (${node.label}) takes ${bytes} bytes, ` +
      `a kernel of this adapter may use ${limits.maxBindingBytes} at once`,
    cure: 'Use a smaller batch, a shorter sequence or a smaller model.',
  });
}

/** Buffers as they are opened; one that would pass the limit is followed by another. */
class Buffers {
  readonly sizes: number[] = [];
  readonly #limits: GpuLimits;

  constructor(limits: GpuLimits) {
    this.#limits = limits;
  }

  own(bytes: number): number {
    this.sizes.push(bytes);
    return this.sizes.length - 1;
  }

  /** Behind what is in buffer `index`, or in a new one. */
  append(index: number | null, bytes: number): GpuRange {
    const size = alignUp(bytes, this.#limits.alignment);
    const used = index === null ? Infinity : (this.sizes[index] ?? Infinity);
    if (index === null || used + size > this.#limits.maxBufferBytes) {
      return { buffer: this.own(size), offset: 0, bytes };
    }
    this.sizes[index] = used + size;
    return { buffer: index, offset: used, bytes };
  }
}

interface Variables {
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  readonly outputs: GpuRange | null;
}

/** Small outputs first and side by side, then all others in their order. */
function placeVariables(variables: readonly Variable[], buffers: Buffers, limits: GpuLimits): Variables {
  const places = new Map<string, PlannedVariable>();
  const isSmall = ({ role, type }: Variable): boolean => role === 'output' && bytesOf(type) <= SMALL_OUTPUT_BYTES;
  let current: number | null = null;
  let outputs: GpuRange | null = null;
  for (const variable of [...variables.filter(isSmall), ...variables.filter((one) => !isSmall(one))]) {
    const bytes = bytesOf(variable.type);
    if (bytes > limits.maxBufferBytes) {
      throw new AppFailure({
        code: 'out-of-memory',
        message: `webgpu: ${variable.name} takes ${bytes} bytes, a buffer of this adapter may have ${limits.maxBufferBytes}`,
        cure: 'Use a smaller model.',
      });
    }
    const range = buffers.append(current, bytes);
    current = range.buffer;
    const small = isSmall(variable) && current === (outputs?.buffer ?? current);
    if (small) outputs = { buffer: current, offset: 0, bytes: alignUp(range.offset + bytes, 4) };
    places.set(variable.name, { range, type: variable.type, small });
  }
  return { variables: places, outputs };
}

interface Region {
  readonly bytes: number;
  /** Range of each storage, by entry and storage id. */
  readonly ranges: readonly ReadonlyMap<number, GpuRange>[];
}

/** The arenas of all entries over the same buffers: entries never run at the same time. */
function placeStorages(
  parts: readonly EntryParts[],
  chosen: (storage: Storage) => boolean,
  buffers: Buffers,
  limits: GpuLimits,
): Region {
  const arenas = parts.map(({ live }) => {
    const storages = live.storages.filter((storage) => storage.variable === null && chosen(storage));
    return placeInArenas(storages, limits);
  });
  const sizes: number[] = [];
  for (const arena of arenas) arena.sizes.forEach((bytes, i) => (sizes[i] = Math.max(sizes[i] ?? 0, bytes)));
  const numbers = sizes.map((bytes) => buffers.own(bytes));
  const ranges = arenas.map(
    ({ places }) =>
      new Map(
        places.map(({ storage, arena, offset }) => [
          storage.id,
          { buffer: numbers[arena] ?? 0, offset, bytes: storage.bytes },
        ]),
      ),
  );
  return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), ranges };
}

interface Arenas {
  readonly sizes: readonly number[];
  readonly places: readonly { readonly storage: Storage; readonly arena: number; readonly offset: number }[];
}

/** As few arenas as give each a size that one buffer may have. */
function placeInArenas(storages: readonly Storage[], { alignment, maxBufferBytes }: GpuLimits): Arenas {
  const sorted = [...storages].sort((a, b) => b.bytes - a.bytes || a.id - b.id);
  for (let count = 1; ; count++) {
    const groups = Array.from({ length: count }, (_, arena) => sorted.filter((_storage, i) => i % count === arena));
    const arenas = groups.map((group) =>
      placeInArena(group.map(({ bytes, first, last }) => ({ bytes: alignUp(bytes, alignment), first, last }))),
    );
    if (arenas.some(({ bytes }) => bytes > maxBufferBytes) && count < sorted.length) continue;
    const places = groups.flatMap((group, arena) =>
      group.map((storage, i) => ({ storage, arena, offset: arenas[arena]?.offsets[i] ?? 0 })),
    );
    return { sizes: arenas.map(({ bytes }) => bytes).filter((bytes) => bytes > 0), places };
  }
}

type Resolve = (place: { readonly value: ValueId | null; readonly offset: number; readonly bytes: number }) => GpuRange;

function resolver(part: EntryParts, home: (storage: Storage) => GpuRange, workspace: number | null): Resolve {
  return ({ value, offset, bytes }) => {
    if (value === null) return { buffer: workspace ?? missing('workspace'), offset, bytes };
    const storage = part.live.storageOf.get(value) ?? missing(`value ${value} of entry ${part.graph.name}`);
    const range = home(storage);
    return { buffer: range.buffer, offset: range.offset + offset, bytes };
  };
}

/** Ranges reach to the next multiple of 16 bytes; two of one dispatch that overlap would be refused by the GPU, so they are a bug here. */
function resolveDispatch(dispatch: LoweredDispatch, resolve: Resolve, limits: GpuLimits): PlannedDispatch {
  const { label, op, code, groups } = dispatch;
  const ranges = dispatch.buffers.map((place) => {
    const range = resolve(place);
    return { ...range, bytes: alignUp(range.bytes, 16) };
  });
  const who = `webgpu plan: ${op} (${label})`;
  if (ranges.length > limits.maxBindings) {
    throw new Error(`${who} may bind ${limits.maxBindings} operands on this adapter, got ${ranges.length}`);
  }
  ranges.forEach((one, i) => {
    if (one.offset % limits.alignment !== 0) {
      throw new Error(`${who}: binding ${i} must start at a multiple of ${limits.alignment}, got ${one.offset}`);
    }
    for (const other of ranges.slice(0, i)) {
      if (other.buffer !== one.buffer) continue;
      if (other.offset < one.offset + one.bytes && one.offset < other.offset + other.bytes) {
        throw new Error(`${who}: bindings must not overlap, got ${one.offset} and ${other.offset} of one buffer`);
      }
    }
  });
  if (groups.some((count) => count < 1 || count > limits.traits.maxGroups)) {
    throw new Error(`${who} may have 1 to ${limits.traits.maxGroups} groups along an axis, got ${groups.join(' x ')}`);
  }
  return { label, op, code, ranges, groups };
}
