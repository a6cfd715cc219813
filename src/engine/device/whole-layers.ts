// Finds an LSTM with the products around it in a graph and puts a device's own ops in their place: one for the layer forward, one for its gradient.
// Pure: a program from a program. Must not know what the ops of a device are.
import type { TensorType } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Program, Value, ValueId } from '../graph/graph.ts';
import type { OpTable } from '../graph/op-def.ts';
import { pruneProgram } from '../graph/prune.ts';
import * as ops from '../ops/functional.ts';
import type { OpAttrs } from '../ops/kinds.ts';
import type { PrivateOp } from './private-op.ts';

/** matmul(x, W_ih, bias?) that nothing but `cell` reads. */
export interface Layer {
  readonly cell: Node;
  readonly product: Node;
  readonly x: ValueId;
  readonly weight: ValueId;
  readonly weightIh: ValueId;
  readonly bias: ValueId | null;
  /** h0 and c0, or nothing. */
  readonly start: readonly ValueId[];
}

/** The gradient of an LSTM, and who reads the gradient of its input. */
export interface LayerGradient {
  readonly cell: Node;
  /** Its layer forward, if it is one. */
  readonly layer: Layer | null;
  /** dgx W_ih, dgx^T x and the sum of its rows; null where there is none. */
  readonly onward: Node | null;
  readonly ofWeight: Node | null;
  readonly sum: Node | null;
  /** Something else reads dgx. */
  readonly shared: boolean;
  /** No gradient arrives at the cells. */
  readonly cellsFree: boolean;
}

/** A device's node in place of the cell and of `replaces`. A type among the outputs = one that the graph has no value for. */
export interface Fused {
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly (ValueId | TensorType)[];
  readonly attrs: object;
  readonly replaces: readonly (Node | null)[];
}

/** How a device computes what was found; null = as the graph has it. */
export interface LayerForms {
  forward(layer: Layer): Fused | null;
  backward(gradient: LayerGradient, typeOf: (id: ValueId) => TensorType): Fused | null;
}

/** The same program with the ops of `forms`; `table` contains them. The same object if there is nothing to replace. */
export function fuseLayers(program: Program, forms: LayerForms, table: OpTable): Program {
  const fused = { variables: program.variables, entries: program.entries.map((graph) => fuseGraph(graph, forms)) };
  return fused.entries.some((graph, i) => graph !== program.entries[i]) ? pruneProgram(fused, table) : program;
}

interface Reading {
  readonly graph: Graph;
  readonly readers: ReadonlyMap<ValueId, readonly Node[]>;
}

function fuseGraph(graph: Graph, forms: LayerForms): Graph {
  const readers = new Map<ValueId, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const reading = { graph, readers };
  const values: Value[] = [...graph.values];
  const replaced = new Map<Node, Node | null>();
  for (const node of graph.nodes) {
    const fused = fusedOf(node, reading, forms);
    if (fused === null) continue;
    for (const one of fused.replaces) if (one) replaced.set(one, null);
    const outputs = fused.outputs.map((output) => (typeof output === 'number' ? output : newValue(values, output)));
    replaced.set(node, { ...node, op: fused.op, inputs: fused.inputs, outputs, attrs: fused.attrs });
  }
  if (replaced.size === 0) return graph;
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? (replaced.has(node) ? [] : [node]));
  for (const node of nodes) for (const output of node.outputs) setProducer(values, output, node.id);
  return { ...graph, values, nodes };
}

function fusedOf(node: Node, reading: Reading, forms: LayerForms): Fused | null {
  if (node.op === 'lstmGrad') {
    const { values } = reading.graph;
    return forms.backward(gradientOf(node, reading), (id) => values[id]?.type ?? { shape: [], dtype: 'f32' });
  }
  const layer = node.op === 'lstm' ? layerOf(node, reading) : null;
  return layer === null ? null : forms.forward(layer);
}

function newValue(values: Value[], type: TensorType): ValueId {
  return values.push({ id: values.length, type, name: 'unread', producer: null, variable: null }) - 1;
}

function setProducer(values: Value[], id: ValueId, producer: number): void {
  const value = values[id];
  if (value) values[id] = { ...value, producer };
}

function layerOf(cell: Node, { graph, readers }: Reading): Layer | null {
  const [gx = -1, weight = -1, ...start] = cell.inputs;
  const product = producerOf(gx, graph);
  if (product?.op !== 'matmul' || (readers.get(gx) ?? []).length !== 1) return null;
  const { transA, transB } = attrsOf<'matmul'>(product);
  if (transA || !transB) return null;
  const [x = -1, weightIh = -1, bias = null] = product.inputs;
  return { cell, product, x, weight, weightIh, bias, start };
}

function gradientOf(cell: Node, reading: Reading): LayerGradient {
  const { graph, readers } = reading;
  const [, h = -1, , , , dc = -1] = cell.inputs;
  const [dgx = -1] = cell.outputs;
  const after = readers.get(dgx) ?? [];
  const find = (accept: (node: Node) => boolean): Node | null => after.find(accept) ?? null;
  const onward = find((node) => isProduct(node, dgx, { transA: false }));
  const ofWeight = find((node) => isProduct(node, dgx, { transA: true }));
  const sum = find(isSumOfRows);
  const forward = producerOf(h, graph);
  return {
    cell,
    layer: forward?.op === 'lstm' ? layerOf(forward, reading) : null,
    onward,
    ofWeight,
    sum,
    shared: after.some((node) => node !== onward && node !== ofWeight && node !== sum),
    cellsFree: isZero(dc, graph),
  };
}

const producerOf = (id: ValueId, { nodes, values }: Graph): Node | undefined => nodes[values[id]?.producer ?? -1];

function isProduct(node: Node, left: ValueId, wanted: { readonly transA: boolean }): boolean {
  if (node.op !== 'matmul' || node.inputs[0] !== left || node.inputs[1] === left) return false;
  const { transA, transB, bias } = attrsOf<'matmul'>(node);
  return transA === wanted.transA && !transB && !bias;
}

function isSumOfRows(node: Node): boolean {
  if (node.op !== 'reduceSum') return false;
  const { over, mean } = attrsOf<'reduceSum'>(node);
  return over === 'rows' && !mean;
}

function isZero(id: ValueId, graph: Graph): boolean {
  const maker = producerOf(id, graph);
  return maker?.op === 'constant' && attrsOf<'constant'>(maker).value === 0;
}

/** A node's attributes are those of its op. */
const attrsOf = <K extends keyof OpAttrs>(node: Node): OpAttrs[K] => node.attrs as OpAttrs[K];

export interface LayerAttrs {
  readonly initial: boolean;
  readonly bias: boolean;
}

/** (x [B, T, D], weight [4H, H], weightIh [4H, D], bias? [4H], h0?, c0?) -> h, c, gates: what a layer computes forward. */
export const layerForward: PrivateOp<LayerAttrs> = {
  define(b, [x = -1, weight = -1, weightIh = -1, ...rest], { bias, initial }) {
    const gx = ops.linear(b, x, weightIh, bias ? rest[0] : null);
    return b.apply('lstm', [gx, weight, ...rest.slice(bias ? 1 : 0)], { initial });
  },
  inPlace: [[2, 0]],
};

/** From dgx: dx, dW_ih and the gradient of the bias. */
export const throughInput = (
  b: GraphBuilder,
  dgx: ValueId,
  { x, weightIh }: Pick<Layer, 'x' | 'weightIh'>,
): readonly [dx: ValueId, dweightIh: ValueId, dbias: ValueId] => [
  ops.matmul(b, dgx, weightIh),
  ops.matmul(b, dgx, x, { transA: true }),
  ops.reduceSum(b, dgx, 'rows'),
];
