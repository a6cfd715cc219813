// An LSTM with the products around it as one layer: the product with its input is computed step by step and never stored, and the gradient
// passes through it while its rows are still in the cache. Pure: a graph from a graph, for modules that have such kernels.
import type { Graph, Node, Program, Value, ValueId } from '../../graph/graph.ts';
import { pruneProgram } from '../../graph/prune.ts';
import type { OpAttrs } from '../../ops/kinds.ts';
import { opTable } from '../../ops/registry.ts';

/** The same program with `lstm` and `lstmGrad` in the forms that contain the products, where the graph has exactly those. */
export function fuseLayers(program: Program): Program {
  const fused = { variables: program.variables, entries: program.entries.map(fuseGraph) };
  return fused.entries.some((graph, i) => graph !== program.entries[i]) ? pruneProgram(fused, opTable) : program;
}

interface Reading {
  readonly graph: Graph;
  readonly readers: ReadonlyMap<ValueId, readonly Node[]>;
}

function fuseGraph(graph: Graph): Graph {
  const readers = new Map<ValueId, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const reading = { graph, readers };
  const replaced = new Map<Node, Node | null>();
  const values: Value[] = [...graph.values];
  for (const node of graph.nodes) {
    if (node.op === 'lstm') fuseForward(node, reading, replaced);
    if (node.op === 'lstmGrad') fuseBackward(node, reading, replaced);
  }
  if (replaced.size === 0) return graph;
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? (replaced.has(node) ? [] : [node]));
  for (const node of nodes) for (const output of node.outputs) setProducer(values, output, node.id);
  return { ...graph, values, nodes };
}

function setProducer(values: Value[], id: ValueId, producer: number): void {
  const value = values[id];
  if (value) values[id] = { ...value, producer };
}

/** matmul(x, W_ih, bias) read by nothing but the cell. */
function fuseForward(cell: Node, { graph, readers }: Reading, replaced: Map<Node, Node | null>): void {
  const { layer = false, initial } = attrsOf<'lstm'>(cell);
  const [gx = -1, weight = -1, ...start] = cell.inputs;
  const product = graph.nodes[graph.values[gx]?.producer ?? -1];
  if (layer || product?.op !== 'matmul' || (readers.get(gx) ?? []).length !== 1) return;
  const { transA, transB, bias } = attrsOf<'matmul'>(product);
  if (transA || !transB || !bias) return;
  const [x = -1, weightIh = -1, added = -1] = product.inputs;
  const attrs: OpAttrs['lstm'] = { initial, layer: true };
  replaced.set(product, null);
  replaced.set(cell, { ...cell, inputs: [x, weight, weightIh, added, ...start], attrs });
}

/** All readers of dgx: its products with W_ih and x, and the sum of its rows; no gradient arrives at the cells. */
function fuseBackward(cell: Node, reading: Reading, replaced: Map<Node, Node | null>): void {
  const { layer = false, through = false, initial } = attrsOf<'lstmGrad'>(cell);
  const [weight = -1, h = -1, c = -1, gates = -1, dh = -1, dc = -1, ...start] = cell.inputs;
  const [dgx = -1, dweight = -1, ...dstart] = cell.outputs;
  if (layer || through || !isZero(dc, reading)) return;
  const after = reading.readers.get(dgx) ?? [];
  const onward = after.find((node) => isProduct(node, dgx, { transA: false }));
  const ofWeight = after.find((node) => isProduct(node, dgx, { transA: true }));
  const sum = after.find(isSumOfRows);
  if (!onward || !ofWeight || !sum) return;
  const attrs: OpAttrs['lstmGrad'] = { initial, through: true };
  const inputs = [weight, h, c, gates, dh, ofWeight.inputs[1] ?? -1, onward.inputs[1] ?? -1, ...start];
  const [[dx = -1], [dweightIh = -1], [dbias = -1]] = [onward.outputs, ofWeight.outputs, sum.outputs];
  for (const node of [onward, ofWeight, sum]) replaced.set(node, null);
  replaced.set(cell, { ...cell, inputs, outputs: [dgx, dx, dweight, dweightIh, dbias, ...dstart], attrs });
}

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

function isZero(id: ValueId, { graph }: Reading): boolean {
  const maker = graph.nodes[graph.values[id]?.producer ?? -1];
  return maker?.op === 'constant' && attrsOf<'constant'>(maker).value === 0;
}

/** A node's attributes are those of its op. */
const attrsOf = <K extends keyof OpAttrs>(node: Node): OpAttrs[K] => node.attrs as OpAttrs[K];
