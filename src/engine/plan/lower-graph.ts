// Turns the nodes of one entry into commands. Independent of ops: lowerings are passed in by the device.
import { bytesOf } from '../core/tensor.ts';
import type { Graph, Node, ValueId } from '../graph/graph.ts';
import { alignUp } from './arena.ts';
import { wasmKernels, type Command, type KernelTraits } from './lowering.ts';
import type { Lowering, Operand, Place, TableWriter } from './lowering.ts';
import { CHUNK } from './opcodes.shared.ts';

export type LoweringTable = Readonly<Record<string, Lowering<never>>>;

export interface LoweredEntry {
  readonly commands: readonly Command[];
  /** Node of each command. */
  readonly owners: readonly Node[];
  /** Largest workspace and private scratch that a node asked for, in bytes. */
  readonly workspace: number;
  readonly scratch: number;
}

/** Which outputs of a node have bytes that none of its inputs has. */
export type OwnOutputs = (node: Node) => readonly boolean[];

/** Lowers `nodes` of `graph`. With `poison`, workspace and the node's own outputs are filled with NaN before each node. */
export function lowerGraph(
  graph: Graph,
  nodes: readonly Node[],
  lowerings: LoweringTable,
  poison: OwnOutputs | null,
  kernels: KernelTraits = wasmKernels,
): LoweredEntry {
  const commands: Command[] = [];
  const owners: Node[] = [];
  let workspace = 0;
  let scratch = 0;
  for (const node of nodes) {
    const lowered = lowerNode(graph, node, lowerings, kernels);
    const poisoned = poison ? poisonOf(lowered.writer.outputs, poison(node), lowered.workspace) : [];
    for (const command of [...poisoned, ...lowered.commands]) {
      commands.push(command);
      owners.push(node);
    }
    workspace = Math.max(workspace, lowered.workspace);
    scratch = Math.max(scratch, lowered.scratch);
  }
  return { commands, owners, workspace, scratch };
}

interface LoweredNode {
  readonly commands: readonly Command[];
  readonly writer: TableWriter;
  readonly workspace: number;
  readonly scratch: number;
}

function lowerNode(graph: Graph, node: Node, lowerings: LoweringTable, kernels: KernelTraits): LoweredNode {
  const lowering = lowerings[node.op];
  if (!lowering) throw new Error(`plan: the device has no kernel for op ${node.op} (${node.label})`);
  const commands: Command[] = [];
  let workspace = 0;
  let scratch = 0;
  const writer: TableWriter = {
    inputs: node.inputs.map((id) => operandOf(graph, id)),
    outputs: node.outputs.map((id) => operandOf(graph, id)),
    kernels,
    emit: (command) => {
      if (command.units > 0) commands.push(command);
    },
    workspace: (bytes) => {
      const place = { value: null, offset: workspace };
      workspace += alignUp(bytes);
      return place;
    },
    scratch: (bytes) => {
      scratch = Math.max(scratch, alignUp(bytes));
    },
  };
  lowering(writer, node.attrs as never);
  return { commands, writer, workspace, scratch };
}

function operandOf(graph: Graph, id: ValueId): Operand {
  const value = graph.values[id];
  if (!value) throw new Error(`plan: value ${id} is not part of entry ${graph.name}`);
  return { value: id, offset: 0, type: value.type, bytes: bytesOf(value.type) };
}

function poisonOf(outputs: readonly Operand[], own: readonly boolean[], workspace: number): readonly Command[] {
  const fills = outputs.filter((_, i) => own[i]).map((output) => fillCommand(output, output.bytes, NaN));
  return workspace > 0 ? [...fills, fillCommand({ value: null, offset: 0 }, workspace, NaN)] : fills;
}

/** Fills `bytes` bytes of 32-bit floats with `value`. */
export function fillCommand(place: Place, bytes: number, value: number): Command {
  const elements = bytes / 4;
  return {
    kernel: 'fill',
    units: Math.ceil(elements / CHUNK),
    args: [place, elements, { real: value }],
    reads: [],
    writes: [{ place, bytes, stride: CHUNK * 4 }],
  };
}
