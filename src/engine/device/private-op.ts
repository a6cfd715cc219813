// Ops that only one device's plan contains: one kernel for what a graph says in several nodes. Each is defined by ops that every device knows;
// its shapes and its cost follow from them, and its graph can be computed anywhere. Independent of devices.
import type { TensorType } from '../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { costOf, sumOf } from '../graph/cost.ts';
import type { Graph, Node, Program, Value, ValueId } from '../graph/graph.ts';
import type { OpDef } from '../graph/op-def.ts';
import { pruneProgram } from '../graph/prune.ts';
import { opTable } from '../ops/registry.ts';

export interface PrivateOp<A extends object> extends Pick<OpDef<A>, 'inPlace'> {
  /** Builds the same outputs of shared ops. */
  define(builder: GraphBuilder, inputs: readonly ValueId[], attrs: A): readonly ValueId[];
}

type PrivateOps = Readonly<Record<string, PrivateOp<never>>>;

/** A graph of shared ops, and which of its values are inputs and outputs. */
interface Definition {
  readonly graph: Graph;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

function definitionOf(op: PrivateOp<never>, types: readonly TensorType[], attrs: object): Definition {
  const program = new ProgramBuilder(opTable);
  const { inputs, outputs } = program.entry('definition', (builder) => {
    const given = types.map((type, i) => builder.read(program.variable(`input ${i}`, type, 'input')));
    return { inputs: given, outputs: op.define(builder, given, attrs as never) };
  });
  const [graph] = program.finish().entries;
  if (graph === undefined) throw new Error('private op: its definition must be a graph');
  return { graph, inputs, outputs };
}

/** The op as a plan needs it. */
export function opDefOf<A extends object>(op: PrivateOp<A>): OpDef<A> {
  return {
    infer(types, attrs) {
      const { graph, outputs } = definitionOf(op, types, attrs);
      return outputs.flatMap((id) => graph.values[id]?.type ?? []);
    },
    flops(types, _outputs, attrs) {
      const { graph } = definitionOf(op, types, attrs);
      return sumOf(graph.nodes.map((node) => costOf(graph, node, opTable))).flops;
    },
    ...(op.inPlace ? { inPlace: op.inPlace } : {}),
  };
}

/** The program with every private op replaced by its definition: what any device computes. */
export function withoutPrivateOps(program: Program, ops: PrivateOps): Program {
  const entries = program.entries.map((graph) => expandGraph(graph, ops));
  return pruneProgram({ variables: program.variables, entries }, opTable);
}

function expandGraph(graph: Graph, ops: PrivateOps): Graph {
  const values: Value[] = [...graph.values];
  const nodes: Node[] = [];
  const add = (node: Node): void => {
    const id = nodes.push({ ...node, id: nodes.length }) - 1;
    for (const output of node.outputs) {
      const value = values[output];
      if (value) values[output] = { ...value, producer: id };
    }
  };
  for (const node of graph.nodes) {
    const op = ops[node.op];
    if (op) for (const part of partsOf(op, node, values)) add(part);
    else add(node);
  }
  return { ...graph, values, nodes };
}

/** The nodes of a definition in place of `node`; what they keep among themselves becomes new values. */
function partsOf(op: PrivateOp<never>, node: Node, values: Value[]): readonly Node[] {
  const types = node.inputs.flatMap((id) => values[id]?.type ?? []);
  const { graph, inputs, outputs } = definitionOf(op, types, node.attrs);
  const known = new Map([...zip(inputs, node.inputs), ...zip(outputs, node.outputs)]);
  const idOf = (id: ValueId): ValueId => {
    const found = known.get(id) ?? values.length;
    const value = graph.values[id];
    if (found === values.length && value) values.push({ ...value, id: found });
    known.set(id, found);
    return found;
  };
  const { label, role } = node;
  return graph.nodes.map((part) => ({
    ...part,
    inputs: part.inputs.map(idOf),
    outputs: part.outputs.map(idOf),
    label,
    role,
  }));
}

function zip(from: readonly ValueId[], to: readonly ValueId[]): [ValueId, ValueId][] {
  return from.map((id, i) => {
    const other = to[i];
    if (other === undefined) throw new Error('private op: its definition must have the operands of its node');
    return [id, other];
  });
}
