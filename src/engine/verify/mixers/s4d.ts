// A diagonal state space for tests of complex states, paces and starts: S4D with the bilinear rule (Gu et al. 2022, arXiv 2206.11893), of few modes.
// Tensors of modes are [N, H]; a complex one is two.
import { itemAt } from '../../core/item.ts';
import { f32 } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { product, type Complex } from '../../models/complex-state.ts';
import { initialiser } from '../../models/initialisers/registry.ts';
import type { MixerConfig, MixerOutput, ModelDef } from '../../models/model.ts';
import { call } from '../../ops/call.ts';
import {
  add,
  affine,
  broadcast,
  complexScan,
  concat,
  div,
  exp,
  mul,
  neg,
  reshape,
  split,
  square,
} from '../../ops/functional.ts';

const modes = 3;
/** As the published code: never faster than 0.001, without weight decay. */
const slow = { decay: false, pace: { group: 'state space', most: 1e-3 } } as const;

/** a = (1 + z/2) / (1 - z/2) and b = dt / (1 - z/2) of z = dt A, each [N, H]. */
function discrete(b: GraphBuilder, hidden: number): { readonly a: Complex; readonly b: Complex } {
  const dt = exp(b, b.parameter('logStep', f32(hidden), initialiser('log-step', { low: 0.1, high: 1 }), slow));
  const decay = b.parameter('logDecay', f32(modes, hidden), initialiser('s4d-decay', {}), slow);
  const frequency = b.parameter('frequency', f32(hidden, modes), initialiser('s4d-lin', { modes }), slow);
  const half = (x: ValueId): ValueId => affine(b, mul(b, x, dt), 0.5);
  const [re, im] = [half(neg(b, exp(b, decay))), half(reshape(b, frequency, [modes, hidden]))];
  const size = add(b, square(b, affine(b, re, -1, 1)), square(b, im));
  const inverse = { re: div(b, affine(b, re, -1, 1), size), im: div(b, im, size) };
  const step = (x: ValueId): ValueId => mul(b, x, dt);
  return { a: product(b, { re: affine(b, re, 1, 1), im }, inverse), b: { re: step(inverse.re), im: step(inverse.im) } };
}

/** A number a channel for each mode: u [..., H] -> [..., N H]. */
const repeated = (b: GraphBuilder, u: ValueId): ValueId =>
  concat(
    b,
    Array.from({ length: modes }, () => u),
    b.shape(u).length - 1,
  );

const flat = (b: GraphBuilder, x: ValueId): ValueId => reshape(b, x, [b.shape(x).reduce((all, one) => all * one, 1)]);

/** u [..., D] as wide as the state. */
const inputOf = (b: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): ValueId => {
  const weight = b.parameter('input', f32(hidden, width), initialiser('torch-linear', { fan: width }));
  return itemAt(call(b, 'matmul', [x, weight], { transA: false, transB: true, bias: false }), 0);
};

/** Both outputs: twice the real part of sum C x, and the imaginary part, which a projection may read as well. */
function read(b: GraphBuilder, state: Complex, hidden: number): readonly [ValueId, ValueId] {
  const c = (name: string): ValueId =>
    flat(b, b.parameter(name, f32(modes, hidden), initialiser('complex-normal', {})));
  const { re, im } = product(b, state, { re: c('readRe'), im: c('readIm') });
  const sum = (x: ValueId): ValueId => {
    const parts = split(
      b,
      x,
      b.shape(x).length - 1,
      Array.from({ length: modes }, () => hidden),
    );
    return parts.reduce((one, other) => add(b, one, other));
  };
  return [affine(b, sum(re), 2), sum(im)];
}

function parallel(b: GraphBuilder, x: ValueId, given: readonly ValueId[] | null, config: MixerConfig): MixerOutput {
  const { hidden } = config;
  const [batch = 1, time = 1] = b.shape(x);
  const size = modes * hidden;
  const u = repeated(b, inputOf(b, x, config));
  const { a, b: gain } = discrete(b, hidden);
  const always = (one: ValueId): ValueId => broadcast(b, flat(b, one), [batch, time]);
  const added = [mul(b, u, flat(b, gain.re)), mul(b, u, flat(b, gain.im))];
  const all = concat(b, [always(a.re), always(a.im), ...added], 2);
  const start = given && given.map((one) => reshape(b, one, [batch, 2 * size]));
  const { y: h, final } = complexScan(b, all, start);
  const [re, im] = split(b, h, 2, [size, size]);
  const [y, more] = read(b, { re, im }, hidden);
  return { y, more: [more], state: final.map((one) => reshape(b, one, [batch, 2, modes, hidden])) };
}

function step(b: GraphBuilder, x: ValueId, [state]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (state === undefined) throw new Error('S4D: step needs the carried state');
  const { hidden } = config;
  const [batch = 1] = b.shape(x);
  const size = modes * hidden;
  const u = repeated(b, inputOf(b, x, config));
  const { a, b: gain } = discrete(b, hidden);
  const [re, im] = split(b, reshape(b, state, [batch, 2 * size]), 1, [size, size]);
  const kept = product(b, { re, im }, { re: flat(b, a.re), im: flat(b, a.im) });
  const next = { re: add(b, kept.re, mul(b, u, flat(b, gain.re))), im: add(b, kept.im, mul(b, u, flat(b, gain.im))) };
  const [y, more] = read(b, next, hidden);
  return { y, more: [more], state: [reshape(b, concat(b, [next.re, next.im], 1), [batch, 2, modes, hidden])] };
}

export const s4d: ModelDef = {
  kind: 's4d',
  title: 'S4D',
  summary: 'A diagonal state space.',
  family: 'structured',
  year: 2022,
  equations: ["x' = Ā x + B̄ u", "y = Re(C x') + D u"],
  paper: 'Gu et al. 2022, arXiv 2206.11893',
  fields: {},
  implementations: [{ id: 'scan', title: 'scan', help: 'One complex scan.' }],
  state: ({ hidden }) => [{ name: 'x', shape: [2, modes, hidden], start: 0 }],
  outputs: ({ hidden }) => [
    { name: 'real', width: hidden },
    { name: 'imaginary', width: hidden },
  ],
  parallel,
  step,
};
