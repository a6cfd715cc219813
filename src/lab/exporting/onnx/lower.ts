// Converts a graph of the engine for one time step to ONNX nodes, one rule per op. An op without a rule is refused by name.
import { asIs, label, say } from '../../../engine/core/say.ts';
import { AppFailure } from '../../../engine/core/result.ts';
import type { Graph, Node, ValueId } from '../../../engine/graph/graph.ts';
import type { OpAttrs, OpKind, UnaryFn } from '../../../engine/ops/kinds.ts';
import { floatAttribute, intAttribute, intsAttribute, nodeMessage, tensorMessage, type NodeSpec } from './messages.ts';
import type { Message } from '../protobuf.ts';

/** Collects nodes and constants and gives them unique names. */
export class Lowering {
  readonly nodes: Message[] = [];
  readonly constants: Message[] = [];
  readonly #graph: Graph;
  /** The batch the graph was built for: a first extent of this size is the variable batch. */
  readonly #batch: number;
  readonly #name: (value: ValueId) => string;
  readonly #known = new Map<string, string>();
  #count = 0;

  constructor(graph: Graph, batch: number, name: (value: ValueId) => string) {
    this.#graph = graph;
    this.#batch = batch;
    this.#name = name;
  }

  run(): void {
    for (const node of this.#graph.nodes) {
      const rule = Object.hasOwn(rules, node.op) ? rules[node.op as OpKind] : undefined;
      if (rule === undefined) throw refused(node);
      rule(this, node);
    }
  }

  name(value: ValueId | undefined): string {
    if (value === undefined) throw new Error('ONNX: a node must have the inputs of its op');
    return this.#name(value);
  }

  shape(value: ValueId | undefined): readonly number[] {
    return (value === undefined ? undefined : this.#graph.values[value])?.type.shape ?? [];
  }

  /** Adds a node with one output and returns the output. */
  add(op: string, inputs: readonly string[], attributes: readonly Message[] = [], output?: string): string {
    const made = output ?? `t${this.#count}`;
    this.emit({ op, inputs, outputs: [made], attributes, name: `${op}_${this.#count}` });
    return made;
  }

  emit(node: NodeSpec): void {
    this.#count++;
    this.nodes.push(nodeMessage(node));
  }

  scalar(value: number): string {
    return this.#constant(`scalar ${value}`, [], Float32Array.of(value));
  }

  ints(values: readonly number[]): string {
    return this.#constant(`ints ${values.join(' ')}`, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** A shape whose first extent stays variable if it is the batch. */
  target(shape: readonly number[]): string {
    return this.ints(shape.map((extent, i) => (i === 0 && extent === this.#batch ? 0 : extent)));
  }

  #constant(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, name);
    this.constants.push(tensorMessage(name, shape, data));
    return name;
  }
}

const refused = (node: Node): AppFailure =>
  new AppFailure({
    code: 'unsupported',
    message: say`ONNX: op ${asIs(node.op)} of ${label(node.label)} cannot be expressed`,
    cure: say`Export the weights as safetensors instead.`,
  });

const attrs = <K extends OpKind>(node: Node): OpAttrs[K] => node.attrs as OpAttrs[K];

type Rule = (to: Lowering, node: Node) => void;

const binaryOps = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', max: 'Max' } as const;

type Unary = (to: Lowering, x: string, out: string) => void;
const plain =
  (op: string): Unary =>
  (to, x, out) =>
    void to.add(op, [x], [], out);

/** x Phi(x) with the given approximation of erf or tanh inside. */
function gelu(to: Lowering, x: string, inner: string, out: string): void {
  const half = to.add('Mul', [x, to.scalar(0.5)]);
  to.add('Mul', [half, to.add('Add', [inner, to.scalar(1)])], [], out);
}

function tanhGelu(to: Lowering, x: string, out: string): void {
  const cube = to.add('Mul', [to.add('Mul', [x, x]), x]);
  const sum = to.add('Add', [x, to.add('Mul', [cube, to.scalar(0.044715)])]);
  gelu(to, x, to.add('Tanh', [to.add('Mul', [sum, to.scalar(Math.sqrt(2 / Math.PI))])]), out);
}

/** One side for x >= 0, the other below. */
function bySign(to: Lowering, x: string, above: string, below: string, out: string): void {
  to.add('Where', [to.add('GreaterOrEqual', [x, to.scalar(0)]), above, below], [], out);
}

const unaryOps: Readonly<Record<UnaryFn, Unary>> = {
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  relu: plain('Relu'),
  softplus: plain('Softplus'),
  sqrt: plain('Sqrt'),
  reciprocal: plain('Reciprocal'),
  elu: plain('Elu'),
  sin: plain('Sin'),
  cos: plain('Cos'),
  erf: plain('Erf'),
  expm1: (to, x, out) => void to.add('Sub', [to.add('Exp', [x]), to.scalar(1)], [], out),
  log1p: (to, x, out) => void to.add('Log', [to.add('Add', [x, to.scalar(1)])], [], out),
  silu: (to, x, out) => void to.add('Mul', [x, to.add('Sigmoid', [x])], [], out),
  square: (to, x, out) => void to.add('Mul', [x, x], [], out),
  oneMinus: (to, x, out) => void to.add('Sub', [to.scalar(1), x], [], out),
  leakyRelu: (to, x, out) => void to.add('LeakyRelu', [x], [floatAttribute('alpha', 0.01)], out),
  gelu: tanhGelu,
  geluErf: (to, x, out) => gelu(to, x, to.add('Erf', [to.add('Mul', [x, to.scalar(Math.SQRT1_2)])]), out),
  g: (to, x, out) => bySign(to, x, to.add('Add', [x, to.scalar(0.5)]), to.add('Sigmoid', [x]), out),
  logG: (to, x, out) => {
    const above = to.add('Log', [to.add('Add', [to.add('Relu', [x]), to.scalar(0.5)])]);
    bySign(to, x, above, to.add('Neg', [to.add('Softplus', [to.add('Neg', [x])])]), out);
  },
};

const matmul: Rule = (to, node) => {
  const { transA, transB, bias } = attrs<'matmul'>(node);
  const [a, b, c] = node.inputs;
  const out = to.name(node.outputs[0]);
  const flags = [intAttribute('transA', Number(transA)), intAttribute('transB', Number(transB))];
  const rest = bias ? [to.name(c)] : [];
  if (to.shape(a).length === 2) return void to.add('Gemm', [to.name(a), to.name(b), ...rest], flags, out);
  if (transA) throw refused(node);
  const right = transB ? to.add('Transpose', [to.name(b)], [intsAttribute('perm', [1, 0])]) : to.name(b);
  if (!bias) return void to.add('MatMul', [to.name(a), right], [], out);
  to.add('Add', [to.add('MatMul', [to.name(a), right]), ...rest], [], out);
};

/** Over one step the filter is a weighted sum of the kernel's inputs. */
const causalConv: Rule = (to, node) => {
  const [x, weight, bias, context] = node.inputs;
  if (context === undefined || to.shape(x)[1] !== 1) throw refused(node);
  const seen = to.add('Concat', [to.name(context), to.name(x)], [intAttribute('axis', 1)]); // [B, K, C]
  const taps = to.add('Transpose', [to.name(weight)], [intsAttribute('perm', [1, 0])]); // [K, C]
  const sum = to.add('ReduceSum', [to.add('Mul', [seen, taps]), to.ints([1])], [intAttribute('keepdims', 1)]);
  to.add('Add', [sum, to.name(bias)], [], to.name(node.outputs[0]));
};

const rmsNorm: Rule = (to, node) => {
  const [x, weight] = node.inputs.map((input) => to.name(input));
  if (x === undefined || weight === undefined) throw refused(node);
  const last = [intsAttribute('axes', [-1]), intAttribute('keepdims', 1)];
  const mean = to.add('ReduceMean', [to.add('Mul', [x, x])], last);
  const root = to.add('Sqrt', [to.add('Add', [mean, to.scalar(attrs<'rmsNorm'>(node).eps)])]);
  to.add('Mul', [to.add('Div', [x, root]), weight], [], to.name(node.outputs[0]));
};

const slice: Rule = (to, node) => {
  const { axis, start, length } = attrs<'slice'>(node);
  const bounds = [to.ints([start]), to.ints([start + length]), to.ints([axis])];
  to.add('Slice', [to.name(node.inputs[0]), ...bounds], [], to.name(node.outputs[0]));
};

const rules: Readonly<Partial<Record<OpKind, Rule>>> = {
  binary: (to, node) => {
    const inputs = node.inputs.map((input) => to.name(input));
    to.add(binaryOps[attrs<'binary'>(node).fn], inputs, [], to.name(node.outputs[0]));
  },
  unary: (to, node) => unaryOps[attrs<'unary'>(node).fn](to, to.name(node.inputs[0]), to.name(node.outputs[0])),
  affine: (to, node) => {
    const { scale, shift } = attrs<'affine'>(node);
    const scaled = to.add('Mul', [to.name(node.inputs[0]), to.scalar(scale)]);
    to.add('Add', [scaled, to.scalar(shift)], [], to.name(node.outputs[0]));
  },
  reshape: (to, node) =>
    void to.add(
      'Reshape',
      [to.name(node.inputs[0]), to.target(attrs<'reshape'>(node).shape)],
      [],
      to.name(node.outputs[0]),
    ),
  slice,
  split: (to, node) => {
    const { axis, sizes } = attrs<'split'>(node);
    const inputs = [to.name(node.inputs[0]), to.ints(sizes)];
    const outputs = node.outputs.map((output) => to.name(output));
    to.emit({ op: 'Split', inputs, outputs, attributes: [intAttribute('axis', axis)], name: node.label + node.id });
  },
  concat: (to, node) => {
    const inputs = node.inputs.map((input) => to.name(input));
    to.add('Concat', inputs, [intAttribute('axis', attrs<'concat'>(node).axis)], to.name(node.outputs[0]));
  },
  matmul,
  embedding: (to, node) => {
    const [ids, table] = node.inputs;
    to.add('Gather', [to.name(table), to.name(ids)], [intAttribute('axis', 0)], to.name(node.outputs[0]));
  },
  rmsNorm,
  layerNorm: (to, node) => {
    const inputs = node.inputs.map((input) => to.name(input));
    const how = [intAttribute('axis', -1), floatAttribute('epsilon', attrs<'layerNorm'>(node).eps)];
    to.add('LayerNormalization', inputs, how, to.name(node.outputs[0]));
  },
  causalConv,
};
