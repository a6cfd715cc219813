// Turns one node into dispatches. Knows no op: lowerings are passed in.
import { bytesOf } from '../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../graph/graph.ts';
import { alignUp } from '../../plan/arena.ts';
import {
  bind,
  flat,
  type GpuDispatch,
  type GpuOperand,
  type GpuPlace,
  type GpuTraits,
  type GpuWriter,
} from './lowering.ts';
import type { GpuLimits, GpuLoweringTable } from './plan.ts';

export interface LoweredDispatch extends GpuDispatch {
  readonly op: string;
}

export interface LoweredNode {
  readonly dispatches: readonly LoweredDispatch[];
  readonly workspace: number;
}

export interface LowerContext {
  readonly graph: Graph;
  readonly lowerings: GpuLoweringTable;
  readonly limits: GpuLimits;
  /** Fill workspace and the node's own outputs with NaN first. */
  readonly poison: boolean;
  /** Values that share their bytes have one canonical value. */
  readonly canonical: ReadonlyMap<ValueId, ValueId>;
}

export function lowerNode(node: Node, context: LowerContext): LoweredNode {
  const { limits, poison } = context;
  const lowering = context.lowerings[node.op];
  if (!lowering) throw new Error(`webgpu plan: the device has no kernel for op ${node.op} (${node.label})`);
  const own: LoweredDispatch[] = [];
  let workspace = 0;
  const inputs = node.inputs.map((id) => operandOf(id, context));
  const outputs = node.outputs.map((id) => operandOf(id, context));
  const writer: GpuWriter = {
    inputs,
    outputs,
    traits: limits.traits,
    dispatch: (dispatch) => {
      const label = dispatch.label === '' ? node.label : `${node.label}: ${dispatch.label}`;
      own.push({ ...dispatch, label, op: node.op });
    },
    workspace: (bytes) => {
      const place = { value: null, offset: workspace, bytes };
      workspace += alignUp(bytes, limits.alignment);
      return place;
    },
  };
  lowering(writer, node.attrs as never);
  if (!poison) return { dispatches: own, workspace };
  const taken = new Set(inputs.map(({ value }) => value));
  const filled: GpuPlace[] = outputs.filter(({ value }) => !taken.has(value));
  if (workspace > 0) filled.push({ value: null, offset: 0, bytes: workspace });
  const fills = filled.map((place) => ({ ...fillDispatch(place, limits.traits), op: node.op }));
  return { dispatches: [...fills, ...own], workspace };
}

function operandOf(id: ValueId, { graph, canonical }: LowerContext): GpuOperand {
  const value = graph.values[id];
  if (!value) throw new Error(`webgpu plan: value ${id} is not part of entry ${graph.name}`);
  return { value: canonical.get(id) ?? id, offset: 0, bytes: bytesOf(value.type), type: value.type };
}

/** Fills a place with quiet NaNs. */
function fillDispatch(place: GpuPlace, traits: GpuTraits): GpuDispatch {
  const { declarations, buffers } = bind({ filled: { ...place, dtype: 'u32' } });
  const { groups, head } = flat(place.bytes / 4, traits);
  return { label: 'poison', code: `${declarations}\n${head}\n  filled[index] = 0x7fc00000u;\n}`, buffers, groups };
}
