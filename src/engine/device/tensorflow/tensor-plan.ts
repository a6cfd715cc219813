// When the interpreter may dispose of each tensor of an entry, and the bytes it holds at the worst moment. Pure: every op makes
// new tensors here, so nothing is computed in place, and only views share bytes.
import { bytesOf } from '../../core/tensor.ts';
import type { Graph, Node, Program, ValueId, Variable } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { liveness, type Storage } from '../../plan/liveness.ts';
import { memoryReport } from '../../plan/memory-report.ts';
import type { MemoryReport } from '../../spec/metrics.ts';
import type { CompileOptions } from '../device.ts';
import { ownProgram, tensorOps } from './lstm-layer.ts';

export interface PlannedNode {
  readonly node: Node;
  /** Values whose bytes are not needed after this node. */
  readonly dispose: readonly ValueId[];
  /** Output 0 is another handle on the bytes of input 0. */
  readonly view: boolean;
}

export interface PlannedEntry {
  readonly nodes: readonly PlannedNode[];
  /** Largest number of bytes in results of ops at one time. */
  readonly peak: number;
  /** Those of them that are weight gradients. */
  readonly gradients: number;
}

const withoutInPlace: OpTable = Object.fromEntries(
  Object.entries(tensorOps).map(([kind, definition]) => [kind, { ...definition, inPlace: [] }]),
);

/** The plan of one entry. */
export function planEntry(graph: Graph, variables: readonly Variable[]): PlannedEntry {
  const { nodes, storages, storageOf } = liveness(graph, variables, withoutInPlace);
  const scratch = storages.filter(({ variable }) => variable === null);
  const endings = new Map<number, ValueId[]>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      const last = lastUseOf(output, node, nodes, storageOf.get(output));
      endings.set(last, [...(endings.get(last) ?? []), output]);
    }
  }
  const planned = nodes.map((node, time) => ({
    node,
    dispose: endings.get(time) ?? [],
    view: tensorOps[node.op]?.view === true,
  }));
  return { nodes: planned, ...peakOf(scratch, nodes.length) };
}

/** A result lives as long as its storage; a view of a variable lives as long as it is read. */
function lastUseOf(output: ValueId, node: Node, nodes: readonly Node[], storage: Storage | undefined): number {
  if (storage?.variable === null) return storage.last;
  return Math.max(
    nodes.indexOf(node),
    nodes.findLastIndex(({ inputs }) => inputs.includes(output)),
  );
}

function peakOf(scratch: readonly Storage[], times: number): Pick<PlannedEntry, 'peak' | 'gradients'> {
  const worst = { peak: 0, gradients: 0 };
  for (let time = 0; time < times; time++) {
    const alive = scratch.filter(({ first, last }) => first <= time && time <= last);
    const peak = alive.reduce((sum, { bytes }) => sum + bytes, 0);
    if (peak <= worst.peak) continue;
    worst.peak = peak;
    worst.gradients = alive.reduce((sum, { bytes, gradient }) => sum + (gradient ? bytes : 0), 0);
  }
  return worst;
}

/** Bytes of all variables and of the results held at the worst moment of the largest entry. Temporaries inside an op are not seen. */
export function reportOf(program: Program, entries: readonly PlannedEntry[]): MemoryReport {
  const none = { peak: 0, gradients: 0 };
  const worst = entries.reduce((largest: typeof none, entry) => (entry.peak > largest.peak ? entry : largest), none);
  const variables = program.variables.reduce((sum, { type }) => sum + bytesOf(type), 0);
  return memoryReport({
    variables: program.variables,
    gradients: worst.gradients,
    activations: worst.peak - worst.gradients,
    workspace: 0,
    total: variables + worst.peak,
  });
}

/** The report of a program without compiling it. */
export function planTensors(program: Program, options: CompileOptions): MemoryReport {
  const own = ownProgram(program, options);
  const entries = own.entries.map((graph) => planEntry(graph, own.variables));
  return reportOf(own, entries);
}
