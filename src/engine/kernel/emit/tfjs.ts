// A kernel as operations of TensorFlow.js on whole batches: computes what does not depend on the carried state for all steps at once, the
// state step by step, and the rest for all steps at once.
import { itemAt } from '../../core/item.ts';
import type { TfContext, TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import { isPresent, type ScanAttrs } from '../cell.ts';
import { fma, input, inputsOf, isOperation, type Expr, type Op } from '../expr.ts';
import { linearStep } from '../linear.ts';
import { inputOperands, type ScanKernel } from '../scan.ts';

type Formula = (c: TfContext, x: TfTensor, y: TfTensor, z: TfTensor) => TfTensor;

const formulas: Readonly<Record<Op, Formula>> = {
  neg: ({ tf }, x) => tf.neg(x),
  abs: ({ tf }, x) => tf.abs(x),
  exp: ({ tf }, x) => tf.exp(x),
  expHeld: ({ tf }, x) => tf.exp(x),
  expm1: ({ tf }, x) => tf.expm1(x),
  log: ({ tf }, x) => tf.log(x),
  log1p: ({ log1p }, x) => log1p(x),
  sigmoid: ({ tf }, x) => tf.sigmoid(x),
  tanh: ({ tf }, x) => tf.tanh(x),
  softplus: ({ tf, log1p }, x) => tf.add(tf.relu(x), log1p(tf.exp(tf.neg(tf.abs(x))))),
  erf: ({ tf }, x) => tf.erf(x),
  normalCdf: ({ tf, scalar }, x) => tf.mul(scalar(0.5), tf.add(scalar(1), tf.erf(tf.mul(x, scalar(Math.SQRT1_2))))),
  normalDensity: ({ tf, scalar }, x) => tf.mul(scalar(0.3989422804), tf.exp(tf.mul(scalar(-0.5), tf.mul(x, x)))),
  sin: ({ tf }, x) => tf.sin(x),
  cos: ({ tf }, x) => tf.cos(x),
  reciprocal: ({ tf }, x) => tf.reciprocal(x),
  round: ({ tf }, x) => tf.round(x),
  sqrt: ({ tf }, x) => tf.sqrt(x),
  add: ({ tf }, x, y) => tf.add(x, y),
  sub: ({ tf }, x, y) => tf.sub(x, y),
  mul: ({ tf }, x, y) => tf.mul(x, y),
  div: ({ tf }, x, y) => tf.div(x, y),
  min: ({ tf }, x, y) => tf.minimum(x, y),
  max: ({ tf }, x, y) => tf.maximum(x, y),
  atLeast: ({ tf }, x, y) => tf.maximum(x, y),
  atMost: ({ tf }, x, y) => tf.minimum(x, y),
  maxOrNan: ({ tf }, x, y) => tf.maximum(x, y),
  less: ({ tf }, x, y) => tf.greater(y, x),
  lessEqual: ({ tf }, x, y) => tf.greaterEqual(y, x),
  equal: ({ tf }, x, y) => tf.equal(x, y),
  reaches: ({ tf }, x, y) => tf.greaterEqual(x, y),
  fma: ({ tf }, x, y, z) => tf.add(tf.mul(x, y), z),
  select: ({ tf }, x, y, z) => tf.where(x, y, z),
};

/** The tensor of an expression; what is in `known` is not computed again. */
export function compute(
  c: TfContext,
  x: Expr,
  known: Map<Expr, TfTensor>,
  given: (name: string) => TfTensor,
): TfTensor {
  const before = known.get(x);
  if (before) return before;
  const value = ((): TfTensor => {
    if (x.op === 'input') return given(x.name);
    if (!isOperation(x)) return c.scalar(x.value);
    const args = x.args.map((one) => compute(c, one, known, given));
    const [a, b = a, d = b] = [itemAt(args, 0), args[1], args[2]];
    return formulas[x.op](c, a, b, d);
  })();
  known.set(x, value);
  return value;
}

interface Extents {
  readonly B: number;
  readonly T: number;
  readonly H: number;
}

/** One node: its tensors by name, and the values of a step by name for all steps. */
interface Given {
  readonly tensor: (name: string) => TfTensor | undefined;
  readonly whole: ReadonlyMap<string, TfTensor>;
  readonly extents: Extents;
}

function partsOf({ tf }: TfContext, x: TfTensor, count: number, axis: number): readonly TfTensor[] {
  const width = (x.shape[axis] ?? 0) / count;
  return count === 1
    ? [x]
    : tf.split(
        x,
        Array.from({ length: count }, () => width),
        axis,
      );
}

function given(c: TfContext, kernel: ScanKernel, inputs: readonly TfTensor[], attrs: Partial<ScanAttrs>): Given {
  const { sequences, earlier, channels } = kernel;
  const present = inputOperands(kernel).filter(isPresent(attrs));
  const tensors = new Map(present.map(({ name }, i) => [name, inputs[i]]));
  const [B = 1, T = 1, wide = 1] = inputs[0]?.shape ?? [];
  const extents = { B, T, H: wide / (present[0]?.parts ?? 1) };
  const whole = new Map<string, TfTensor>();
  const put = (x: TfTensor | undefined, parts: readonly string[]): void => {
    if (x) partsOf(c, x, parts.length, 2).forEach((part, i) => whole.set(parts[i] ?? '', part));
    else for (const part of parts) whole.set(part, c.tf.fill([B, T, extents.H], 0, 'float32'));
  };
  for (const { name, parts } of sequences) put(tensors.get(name), parts);
  for (const name of channels) whole.set(name, tensors.get(name) ?? c.scalar(0));
  const states = earlier && tensors.get(earlier.name);
  if (earlier && states) {
    const { start, from, parts } = earlier;
    put(rowsBefore(c, states, tensors.get(start) ?? startOf(c, extents, from ?? parts.map(() => 0))), parts);
  }
  return { tensor: (name) => tensors.get(name), whole, extents };
}

/** [B, k H]: a number for each of k states. */
const startOf = ({ tf }: TfContext, { B, H }: Extents, from: readonly number[]): TfTensor => {
  const parts = from.map((value) => tf.fill([B, H], value, 'float32'));
  return parts.length === 1 && parts[0] ? parts[0] : tf.concat(parts, 1);
};

/** The row before each step: the start, then all rows but the last. */
function rowsBefore({ tf }: TfContext, x: TfTensor, start: TfTensor): TfTensor {
  const [batch = 1, time = 1, width = 1] = x.shape;
  const first = tf.reshape(start, [batch, 1, width]);
  return time === 1 ? first : tf.concat([first, tf.slice(x, [0, 0, 0], [batch, time - 1, width])], 1);
}

/** For each carried number the values before all steps, those after all steps, and the final one. */
interface Run {
  readonly before: readonly TfTensor[];
  readonly after: readonly TfTensor[];
  readonly last: readonly TfTensor[];
}

/** The carried state after step `t`. What does not depend on it is computed for all steps at once, then sliced. */
function stepper(
  c: TfContext,
  { names, next }: ScanKernel['carried'],
  wholeOf: (x: Expr) => TfTensor,
): (t: number, state: readonly TfTensor[]) => TfTensor[] {
  const columns = new Map<Expr, readonly TfTensor[]>();
  const columnOf = (x: Expr, t: number): TfTensor => {
    const value = wholeOf(x);
    if (value.shape.length < 3) return value;
    const all = columns.get(x) ?? c.tf.unstack(value, 1);
    columns.set(x, all);
    return all[t] ?? value;
  };
  const isMoving = (x: Expr): boolean => inputsOf([x]).some((name) => names.includes(name));
  return (t, state) => {
    const here = new Map<Expr, TfTensor>();
    const at = (x: Expr): TfTensor => {
      if (!isMoving(x) || x.op === 'constant') return columnOf(x, t);
      if (x.op === 'input') return itemAt(state, names.indexOf(x.name));
      const before = here.get(x);
      if (before) return before;
      const args = x.args.map(at);
      const [a, b = a, d = b] = [itemAt(args, 0), args[1], args[2]];
      const value = formulas[x.op](c, a, b, d);
      here.set(x, value);
      return value;
    };
    return next.map(at);
  };
}

/** The carried state by one product and one sum per step, if it is one number and the step is linear in it. */
function fewest(kernel: ScanKernel): ScanKernel['carried'] {
  const step = linearStep(kernel);
  const [name = '', ...others] = kernel.carried.names;
  const [[decay] = [], [added]] = [step?.decay[0], step?.added ?? []];
  if (!decay || !added || others.length > 0) return kernel.carried;
  return { ...kernel.carried, next: [fma(decay, input(name), added)] };
}

function run(c: TfContext, kernel: ScanKernel, node: Given, known: Map<Expr, TfTensor>): Run {
  const { carried, reverse } = kernel;
  const { T } = node.extents;
  const k = carried.names.length;
  const given = carried.start === null ? undefined : node.tensor(carried.start);
  const start = given ?? startOf(c, node.extents, carried.from ?? carried.names.map(() => 0));
  const step = stepper(c, fewest(kernel), (x) => compute(c, x, known, givenTo(node)));
  let state = partsOf(c, start, k, 1);
  const rows: { before: readonly TfTensor[]; after: readonly TfTensor[] }[] = [];
  for (let i = 0; i < T; i++) {
    const after = step(reverse ? T - 1 - i : i, state);
    rows.push({ before: state, after });
    state = after;
  }
  if (reverse) rows.reverse();
  const stacked = (of: 'before' | 'after'): TfTensor[] =>
    carried.names.map((_, i) => {
      const column = rows.map((row) => row[of][i] ?? c.scalar(0));
      return c.tf.stack(column, 1);
    });
  return { before: stacked('before'), after: stacked('after'), last: state };
}

const givenTo =
  ({ whole }: Given) =>
  (name: string): TfTensor => {
    const found = whole.get(name);
    if (!found) throw new Error(`kernel: a tensor of ${name} is required on the tensorflow device`);
    return found;
  };

/** Computes one node. */
export const scanTfjs =
  <A extends object>(kernelOf: (attrs: A) => ScanKernel): TfKernel<A> =>
  (c, inputs, attrs) => {
    const kernel = kernelOf(attrs);
    const { tf } = c;
    const { carried, outputs, totals } = kernel;
    const node = given(c, kernel, inputs, attrs);
    const { B, T, H } = node.extents;
    const known = new Map<Expr, TfTensor>();
    const ran = run(c, kernel, node, known);
    carried.next.forEach((one, i) => known.set(one, ran.after[i] ?? c.scalar(0)));
    const whole = new Map([
      ...node.whole,
      ...carried.names.map((name, i) => [name, ran.before[i] ?? c.scalar(0)] as const),
    ]);
    const valueOf = (x: Expr): TfTensor => full(c, compute(c, x, known, givenTo({ ...node, whole })), [B, T, H]);
    const joined = (parts: readonly TfTensor[], axis: number): TfTensor =>
      parts.length === 1 && parts[0] ? tf.clone(parts[0]) : tf.concat(parts, axis);
    return [
      ...outputs.map(({ parts }) => joined(parts.map(valueOf), 2)),
      ...totals.map(({ of }) => tf.sum(valueOf(of), 1)),
      ...(carried.final !== null && 'initial' in attrs && attrs.initial === true ? [joined(ran.last, 1)] : []),
    ];
  };

/** A channel parameter or scalar, broadcast to each step. */
const full = ({ tf }: TfContext, x: TfTensor, shape: readonly number[]): TfTensor =>
  x.shape.length === shape.length ? x : tf.broadcastTo(x, shape);
