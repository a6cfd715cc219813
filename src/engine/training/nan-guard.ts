// Finds the first non-finite tensor: runs the failed step again, on the same device with the same data, and checks each tensor in graph
// order. This works because an update with a non-finite norm changes nothing.
import { f32, type TensorType } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Program, ValueId, Variable } from '../graph/graph.ts';
import { affine, assign, reduceSum } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';

export interface BrokenStep {
  readonly program: Program;
  /** Entry with forward and backward pass. */
  readonly entry: string;
  /** Holds the variables as they were at the failed step. */
  readonly executable: Executable;
  readonly device: Device;
  readonly options: CompileOptions;
  /** Times the entry runs in a step. */
  readonly parts: number;
  /** Writes the data of one part. */
  feed(executable: Executable, part: number): void;
}

/** Name of the first tensor that holds something other than finite numbers; null when none does. */
export async function firstBadTensor(broken: BrokenStep): Promise<string | null> {
  const variable = await firstBadVariable(broken);
  if (variable !== null) return variable;
  const graph = broken.program.entries.find((entry) => entry.name === broken.entry);
  if (!graph) throw new Error(`nan guard: entry ${broken.entry} must be part of the program`);
  const { program, probes } = withProbes(broken.program, graph);
  const executable = await broken.device.compile(program, broken.options);
  try {
    await copyVariables(program, broken.executable, executable);
    for (let part = 0; part < broken.parts; part++) {
      broken.feed(executable, part);
      executable.run(broken.entry);
      const bad = await firstBadProbe(executable, probes);
      if (bad !== null) return bad;
    }
    return null;
  } finally {
    await executable.dispose();
  }
}

async function firstBadVariable({ program, executable }: BrokenStep): Promise<string | null> {
  for (const { name, role, type } of program.variables) {
    if ((role !== 'weight' && role !== 'optimiser' && role !== 'input') || type.dtype !== 'f32') continue;
    const values = await executable.read(name);
    if (values.some((value) => !Number.isFinite(value))) return name;
  }
  return null;
}

interface Probe {
  readonly variable: string;
  readonly tensor: string;
}

const probeName = (index: number): string => `probe/${index}`;

/** The graph up to its first write, with a scalar after each op that shows whether its results are finite: the sum of 0 x is 0 or NaN. */
function withProbes(program: Program, graph: Graph): { readonly program: Program; readonly probes: readonly Probe[] } {
  const builder = new ProgramBuilder(opTable);
  for (const variable of program.variables) declare(builder, variable);
  const probes: Probe[] = [];
  builder.entry(graph.name, (nodes) => {
    const copies = new Map<ValueId, ValueId>();
    for (const value of graph.values)
      if (value.variable !== null) copies.set(value.id, readNamed(nodes, value.variable));
    for (const node of graph.nodes) {
      if ((opTable[node.op]?.mutates?.length ?? 0) === 0) copyNode(nodes, graph, node, copies, probes);
    }
  });
  return { program: builder.finish(), probes };
}

function declare(builder: ProgramBuilder, { name, type, role, ...options }: Variable): void {
  builder.variable(name, type, role, options);
}

function readNamed(builder: GraphBuilder, name: string): ValueId {
  const variable = builder.program.variables.find((one) => one.name === name);
  if (!variable) throw new Error(`nan guard: variable ${name} must be declared`);
  return builder.read(variable);
}

function copyNode(
  builder: GraphBuilder,
  graph: Graph,
  node: Node,
  copies: Map<ValueId, ValueId>,
  probes: Probe[],
): void {
  const inputs = node.inputs.map((input) => copies.get(input) ?? -1);
  const outputs = builder.apply(node.op, inputs, node.attrs);
  node.outputs.forEach((original, i) => {
    const copy = outputs[i] ?? -1;
    copies.set(original, copy);
    if (builder.type(copy).dtype === 'f32')
      probes.push(addProbe(builder, copy, probes.length, graph.values[original]?.name ?? ''));
  });
}

function addProbe(builder: GraphBuilder, value: ValueId, index: number, tensor: string): Probe {
  const scalar: TensorType = f32();
  const variable = builder.program.variable(probeName(index), scalar, 'output');
  assign(builder, builder.read(variable), reduceSum(builder, affine(builder, value, 0), 'all'));
  return { variable: variable.name, tensor };
}

async function copyVariables(program: Program, from: Executable, to: Executable): Promise<void> {
  for (const { name } of program.variables) {
    if (!name.startsWith('probe/')) to.write(name, await from.read(name));
  }
}

async function firstBadProbe(executable: Executable, probes: readonly Probe[]): Promise<string | null> {
  const found = new Float64Array(1);
  for (const { variable, tensor } of probes) {
    await executable.read(variable, found);
    if (found[0] !== 0) return tensor;
  }
  return null;
}
