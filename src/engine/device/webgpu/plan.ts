// The static plan of a program on a GPU: every buffer, every range and every dispatch before anything runs.
// Pure: independent of Dawn; the lowerings and the limits of the adapter are passed in.
import { bytesOf, type TensorType } from '../../core/tensor.ts';
import { say, asIs } from '../../core/say.ts';
import type { Graph, Node, Program, ValueId, Variable } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { alignUp } from '../../plan/arena.ts';
import { liveness, type Liveness, type Storage } from '../../plan/liveness.ts';
import { memoryReport } from '../../plan/memory-report.ts';
import { writeThrough } from '../../plan/write-through.ts';
import type { MemoryReport } from '../../spec/metrics.ts';
import { withDirectives } from './directives.ts';
import { fuseEpilogues } from './fuse-epilogue.ts';
import { halfValues } from './half-values.ts';
import { lowerEntry, type LoweredEntry } from './lower-node.ts';
import { KEPT, type ElementCode, type GpuLowering, type GpuRun, type GpuTraits } from './lowering.ts';
import { mergeDispatches } from './merge.ts';
import { Buffers, placeStorages, placeVariables, type Region } from './place.ts';
import { resolveDispatch, tooLarge, type Resolve } from './resolve.ts';

export interface GpuLimits {
  readonly traits: GpuTraits;
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
  readonly maxBindings: number;
  readonly alignment: number;
  /** The adapter computes with 16-bit numbers (`shader-f16`). */
  readonly halves?: boolean;
}

/** Runs whose small outputs are kept on the device until they are collected. */
export const RING_SLOTS = 16;

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
  /** For each range, whether it may be written. */
  readonly changes: readonly boolean[];
  readonly flops: number;
  readonly groups: readonly [number, number, number];
}

export interface PlannedVariable {
  readonly range: GpuRange;
  readonly type: TensorType;
  /** Its bytes are in `GpuPlan.outputs`. */
  readonly small: boolean;
  /** Its bytes are in `GpuPlan.inputs`. */
  readonly input: boolean;
}

export interface GpuPlan {
  /** Bytes of each buffer that kernels use. */
  readonly buffers: readonly number[];
  /** Bytes of the buffer that results are copied to before they are read. */
  readonly staging: number;
  /** Bytes of the buffer that keeps the small outputs of the last runs, 0 when there are none. */
  readonly ring: number;
  /** Bytes of the two buffers that hold times, 0 without profile. */
  readonly times: number;
  readonly entries: ReadonlyMap<string, readonly PlannedDispatch[]>;
  readonly variables: ReadonlyMap<string, PlannedVariable>;
  /** The block of all small outputs, read in one go; null when there are none. */
  readonly outputs: GpuRange | null;
  /** The block of inputs, written in one go; null when there are none. */
  readonly inputs: GpuRange | null;
  readonly report: MemoryReport;
}

export interface GpuPlanOptions {
  readonly poison: boolean;
  readonly profile: boolean;
  /** Activations with at least this many numbers are stored in 16 bits; omitted = none. */
  readonly halfFrom?: number;
}

export type GpuLoweringTable = Readonly<Record<string, GpuLowering<never>>>;
/** Ops whose consecutive nodes are lowered together. */
export type GpuRunTable = Readonly<Record<string, GpuRun<never>>>;
/** Elementwise ops, which can be fused where an operand is computed. */
export type GpuElementTable = Readonly<Record<string, (attrs: never) => ElementCode>>;

/** Options of a plan besides the program. */
export interface GpuParts {
  readonly ops: OpTable;
  readonly lowerings: GpuLoweringTable;
  readonly runs: GpuRunTable;
  /** Omitted: every op is lowered separately. */
  readonly elements?: GpuElementTable;
  /** Ops whose lowering can apply the ops that follow. */
  readonly followed?: ReadonlySet<string>;
  readonly limits: GpuLimits;
}

interface EntryParts extends LoweredEntry {
  readonly graph: Graph;
  readonly live: Liveness;
}

/** Plans a program for one adapter. The same input gives the same plan. */
export function planGpu(program: Program, made: GpuParts, options: GpuPlanOptions): GpuPlan {
  const { limits } = made;
  const parts = program.entries.map((graph) => entryParts(graph, program.variables, made, options));
  const buffers = new Buffers(limits);
  const { variables, outputs, inputs } = placeVariables(program.variables, buffers, limits);
  const gradients = placeStorages(parts, (storage) => storage.gradient, buffers, limits);
  const activations = placeStorages(parts, (storage) => !storage.gradient, buffers, limits);
  const spare = parts.map(({ workspace, kept }) => alignUp(workspace, limits.alignment) + kept);
  const workspaceBytes = alignUp(Math.max(0, ...spare), limits.alignment);
  const workspace = workspaceBytes === 0 ? null : buffers.own(workspaceBytes);
  const entries = new Map(
    parts.map((part, index) => {
      const home = homeOf(index, variables, gradients, activations);
      const resolve = resolver(part, home, workspace, limits.alignment);
      const resolved = part.dispatches.flatMap((dispatch) => resolveDispatch(dispatch, resolve, limits));
      const merged = mergeDispatches(resolved, options.profile ? null : limits);
      return [part.graph.name, merged.map((dispatch) => ({ ...dispatch, code: withDirectives(dispatch.code) }))];
    }),
  );
  const staging = Math.max(outputs?.bytes ?? 0, ...[...variables.values()].map(({ range }) => range.bytes), 256);
  const most = Math.max(0, ...[...entries.values()].map((dispatches) => dispatches.length));
  const ring = RING_SLOTS * (outputs?.bytes ?? 0);
  const times = options.profile ? 2 * alignUp(16 * most, 256) : 0;
  const report = memoryReport({
    variables: program.variables,
    gradients: gradients.bytes,
    activations: activations.bytes,
    workspace: workspaceBytes,
    total: buffers.sizes.reduce((sum, bytes) => sum + bytes, staging + ring + times),
  });
  return { buffers: buffers.sizes, staging, ring, times, entries, variables, outputs, inputs, report };
}

type Home = (storage: Storage) => GpuRange;

function homeOf(entry: number, variables: GpuPlan['variables'], gradients: Region, activations: Region): Home {
  return (storage) => {
    if (storage.variable !== null) return variables.get(storage.variable)?.range ?? missing(storage.variable);
    const region = storage.gradient ? gradients : activations;
    return region.ranges[entry]?.get(storage.id) ?? missing(`storage ${storage.id}`);
  };
}

function missing(what: string): never {
  throw new Error(`webgpu plan: ${what} has no place`);
}

function entryParts(
  graph: Graph,
  variables: readonly Variable[],
  parts: GpuParts,
  { poison, profile, halfFrom = Infinity }: GpuPlanOptions,
): EntryParts {
  const { ops, lowerings, runs, limits, elements = {}, followed = new Set() } = parts;
  const halves = halfValues(graph, ops, halfFrom);
  const alone = writeThrough(graph, liveness(graph, variables, ops, halves), ops);
  for (const node of alone.nodes) requireSizes(graph, node, halves, limits);
  // With a profile nothing is fused, so that each op shows up.
  const { live, followers } = fuseEpilogues(graph, alone, {
    ...{ ops, followed: profile ? new Set() : followed, maxBindings: limits.maxBindings },
    follows: ({ op }) => op in elements,
  });
  const canonical = canonicalValues(graph, live);
  const stored = [...live.storageOf].filter(([, { variable }]) => variable !== null);
  const lasting = new Set(stored.map(([value]) => value));
  const { dispatches, workspace, kept } = lowerEntry(live.nodes, {
    ...{ graph, ops, lowerings, runs, limits, poison, canonical, lasting, followers, elements },
  });
  return { graph, live, dispatches, workspace, kept };
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

function requireSizes(graph: Graph, node: Node, halves: ReadonlySet<ValueId>, limits: GpuLimits): void {
  for (const id of [...node.inputs, ...node.outputs]) {
    const value = graph.values[id];
    const bytes = value ? bytesOf(value.type) / (halves.has(id) ? 2 : 1) : 0;
    if (value && bytes > limits.maxBindingBytes) {
      throw tooLarge(say`${asIs(value.name)} of ${asIs(node.op)} (${asIs(node.label)})`, bytes, limits);
    }
  }
}

/** Workspace of the nodes first, then partial results that wait to be added. */
function resolver(part: EntryParts, home: Home, workspace: number | null, alignment: number): Resolve {
  const behind = alignUp(part.workspace, alignment);
  return ({ value, offset, bytes }) => {
    const half = false;
    if (value === null) return { buffer: workspace ?? missing('workspace'), offset, bytes, half };
    if (value === KEPT) return { buffer: workspace ?? missing('workspace'), offset: behind + offset, bytes, half };
    const storage = part.live.storageOf.get(value) ?? missing(`value ${value} of entry ${part.graph.name}`);
    const { buffer, offset: start } = home(storage);
    if (storage.half) return { buffer, offset: start + offset / 2, bytes: bytes / 2, half: true };
    return { buffer, offset: start + offset, bytes, half };
  };
}
