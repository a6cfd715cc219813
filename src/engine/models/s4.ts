// S4, a state space a channel whose matrix is diagonal plus rank one. Gu et al. 2022, "Efficiently modeling long sequences with structured state
// spaces", arXiv 2111.00396; state-spaces/s4 models/s4/s4.py (e757cef5).
//   x' = (L - P P*) x + B u in bilinear steps of dt, L diagonal, on all conjugate pairs of the N modes that are kept; y = 2 Re(C x) + D u
// A step is a x - q s + b u with s = 2 Re(f x): a = (1 + dt L/2) / (1 - dt L/2), q = W P, W = 1 / (2/dt - L), f = conj(P) (1 + a) / (1 + 2 Re sum conj(P) W P),
// b = 2 W (B - P 2 Re(P* W B) / (1 + …)). One real number s a channel couples its modes. As series in the delay, with the diagonal's filters F = f b, G = f q,
// M = c b and R = c q: s = F / (1 + z G), and the filter is M - z R s. (Woodbury's identity, without roots of unity: the kernel is exact for any length, from C itself.)
// logStep [H]; logDecay, frequency [H, N] = log(-Re L), Im L; rank, in, out (Re, Im) [H, N] = P, B, C; skip [H] = D.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import { fixedComplexScan } from '../ops/cells.ts';
import {
  add,
  affine,
  concat,
  constant,
  div,
  exp,
  longConvolution,
  modalKernel,
  mul,
  neg,
  pad,
  reduceSum,
  reshape,
  split,
  square,
  sub,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { asStart, asState, complexSlot, product, turned, type Complex } from './complex-state.ts';
import { channelsOf, discretised, firstSteps, modesField, ofSystem, stepFields, timeSteps } from './diagonal.ts';
import { withSkip } from './implicit-filter.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { flatModes, modalSum, spread } from './modal-filter.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { delayed, seriesInverse, seriesProduct } from './power-series.ts';
import { oneLater } from './ring.ts';
import { eachTimes } from './rows.ts';

const fields = {
  modes: modesField('channel'),
  ...stepFields,
} as const satisfies Fields;

const implementations: readonly Implementation[] = [
  {
    id: 'conv',
    title: 'convolution',
    help: 'The filter of the whole system from those of its diagonal, applied by fast transforms.',
  },
  { id: 'loop', title: 'loop', unrolled: true, help: 'The readable definition: one set of operations a time step.' },
];

const modesOf = ({ values }: MixerConfig): number => Number(values['modes']);

const state = (config: MixerConfig): readonly StateSlot[] => [complexSlot(config.hidden * modesOf(config))];

/** Tables [H, N]; `out` and `couple` with the factor 2 of conjugate pairs. */
interface System {
  readonly decay: Complex;
  readonly into: Complex;
  readonly out: Complex;
  /** 2 f. */
  readonly couple: Complex;
  /** q. */
  readonly back: Complex;
  readonly skip: ValueId;
}

/** A number a channel [H] times a table. */
function timesEach(builder: GraphBuilder, { re, im }: Complex, factor: ValueId): Complex {
  const [rows = 1, modes = 1] = builder.shape(re);
  const wide = reshape(builder, eachTimes(builder, factor, modes), [rows, modes]);
  return { re: mul(builder, re, wide), im: mul(builder, im, wide) };
}

const scaled = (builder: GraphBuilder, { re, im }: Complex, factor: number): Complex => ({
  re: affine(builder, re, factor),
  im: affine(builder, im, factor),
});

/** Re(sum over n of x y): [H]. */
const realSum = (builder: GraphBuilder, x: Complex, y: Complex): ValueId =>
  reduceSum(builder, product(builder, x, y).re, 'last');

function systemOf(builder: GraphBuilder, config: MixerConfig): System {
  const { hidden, values } = config;
  const modes = modesOf(config);
  const weight = (name: string, start: Initialiser, options = ofSystem): ValueId =>
    builder.parameter(name, f32(hidden, modes), start, options);
  const zeros = initialiser('zeros', {});
  const A = {
    re: neg(builder, exp(builder, weight('logDecay', initialiser('s4d-decay', {})))),
    im: weight('frequency', initialiser('legs-frequency', { modes })),
  };
  const P = { re: weight('rankRe', initialiser('legs-rank', { modes })), im: weight('rankIm', zeros) };
  const B = { re: weight('inRe', initialiser('legs-input', { modes })), im: weight('inIm', zeros) };
  const read = (name: string): ValueId =>
    builder.parameter(name, f32(hidden, modes), initialiser('complex-normal', {}));
  const out = scaled(builder, { re: read('outRe'), im: read('outIm') }, 2);
  const dt = reshape(builder, eachTimes(builder, timeSteps(builder, hidden, values), modes), [hidden, modes]);
  // The gain is 2 W.
  const { decay, gain } = discretised(builder, A, dt, { rule: 'bilinear' });
  const back = scaled(builder, product(builder, gain, P), 0.5);
  const against = { re: P.re, im: neg(builder, P.im) };
  const size = add(builder, square(builder, P.re), square(builder, P.im));
  const below = affine(builder, reduceSum(builder, mul(builder, gain.re, size), 'last'), 1, 1);
  const one = { re: affine(builder, decay.re, 1, 1), im: decay.im };
  const share = div(builder, constant(builder, [hidden], 2), below);
  const couple = timesEach(builder, product(builder, against, one), share);
  const given = product(builder, gain, B);
  const part = mul(builder, realSum(builder, against, given), share);
  const taken = timesEach(builder, back, part);
  const into = { re: sub(builder, given.re, taken.re), im: sub(builder, given.im, taken.im) };
  const skip = builder.parameter('skip', f32(hidden), initialiser('normal', { deviation: 1 }));
  return { decay, into, out, couple, back, skip };
}

/** The filters of the system: [rows, H] each. */
interface Filters {
  /** From u to what couples the modes before the coupling, one step later. */
  readonly coupling: ValueId;
  /** 1 / (1 + z G). */
  readonly inverse: ValueId;
  /** From u to y, without what passes beside. */
  readonly whole: ValueId;
}

function filtersOf(builder: GraphBuilder, { decay, into, out, couple, back }: System, rows: number): Filters {
  const [hidden = 1] = builder.shape(decay.re);
  const pairs = [
    [couple, into],
    [couple, back],
    [out, into],
    [out, back],
  ] as const;
  const each = pairs.map(([one, other]) => product(builder, one, other));
  const joined = (of: (x: Complex) => ValueId, parts: readonly Complex[]): ValueId => concat(builder, parts.map(of), 0);
  const four = [decay, decay, decay, decay];
  const all = modalKernel(
    builder,
    { re: joined(({ re }) => re, four), im: joined(({ im }) => im, four) },
    { re: joined(({ re }) => re, each), im: joined(({ im }) => im, each) },
    rows,
  );
  const [F, G, M, R] = split(builder, all, 1, [hidden, hidden, hidden, hidden]);
  if (F === undefined || G === undefined || M === undefined || R === undefined)
    throw new Error('S4: four filters are required');
  const first = constant(builder, [1, hidden], 1);
  const one = rows === 1 ? first : pad(builder, first, 0, 0, rows);
  const inverse = seriesInverse(builder, add(builder, delayed(builder, G), one));
  const coupled = seriesProduct(builder, F, inverse);
  const whole = sub(builder, M, delayed(builder, seriesProduct(builder, coupled, R)));
  return { coupling: F, inverse, whole };
}

/** States of every step from u [B, T, H] and the state before: [B, T, 2 H N]. */
function statesOf(
  builder: GraphBuilder,
  u: ValueId,
  system: System,
  filters: Filters,
  start: readonly ValueId[] | null,
): { readonly y: ValueId; readonly final: readonly ValueId[] } {
  const [batch = 1, time = 1] = builder.shape(u);
  const decay = flatModes(builder, system.decay);
  const [width = 1] = builder.shape(decay.re);
  const along = { rows: time, backwards: false };
  const driven = oneLater(builder, longConvolution(builder, u, filters.coupling, along), null);
  const free = (before: ValueId): ValueId => {
    const none = constant(builder, [batch, time, 2 * width], 0);
    const h = fixedComplexScan(builder, none, decay, [before]).y;
    return modalSum(builder, oneLater(builder, h, reshape(builder, before, [batch, 1, 2 * width])), system.couple);
  };
  const before = start?.[0];
  const pushed = before === undefined ? driven : add(builder, driven, free(before));
  const s = longConvolution(builder, pushed, filters.inverse, along);
  const news = sub(builder, spread(builder, u, system.into), spread(builder, s, system.back));
  return fixedComplexScan(builder, news, decay, start);
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const system = systemOf(builder, config);
  if (config.implementation === 'loop') {
    const oneStep: ModelDef['step'] = (b, one, before, at) => stepOf(b, one, before, system, at);
    return loopOverTime(builder, { state, step: oneStep }, x, given, config);
  }
  const u = channelsOf(builder, x, config);
  const [, time = 1] = builder.shape(u);
  const filters = filtersOf(builder, system, time);
  // Nobody reads the states of a sequence that begins from nothing, unless the next part goes on from them.
  const { y: h, final } = statesOf(builder, u, system, filters, asStart(builder, given));
  const after = final.map((last) => asState(builder, last));
  if (given !== null) return { y: readout(builder, h, u, system), state: after };
  const whole = withSkip(builder, filters.whole, system.skip);
  return { y: longConvolution(builder, u, whole, { rows: time, backwards: false }), state: after };
}

/** 2 Re(C x) + D u. */
const readout = (builder: GraphBuilder, h: ValueId, u: ValueId, { out, skip }: System): ValueId =>
  add(builder, modalSum(builder, h, out), mul(builder, u, skip));

function stepOf(
  builder: GraphBuilder,
  x: ValueId,
  [h]: readonly ValueId[],
  system: System,
  config: MixerConfig,
): MixerOutput {
  if (h === undefined) throw new Error('S4: step needs the carried state h [B, 2, H N], got none');
  const u = channelsOf(builder, x, config);
  const [before] = asStart(builder, [h]) ?? [h];
  const { re, im } = turned(builder, h, flatModes(builder, system.decay));
  const s = modalSum(builder, before ?? h, system.couple);
  const news = sub(builder, spread(builder, u, system.into), spread(builder, s, system.back));
  const next = add(builder, concat(builder, [re, im], 1), news);
  return { y: readout(builder, next, u, system), state: [asState(builder, next)] };
}

const step = (builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput =>
  stepOf(builder, x, given, systemOf(builder, config), config);

/** A filter a channel, made of modes that a rank-one term couples. */
export const s4: ModelDef = {
  kind: 's4',
  title: 'S4',
  summary:
    'Each channel is filtered by a state space that remembers its past as polynomials (HiPPO): modes that turn and fade, and one number that couples them.',
  family: 'structured',
  year: 2022,
  equations: [
    "x' = (Λ − P P*) x + B u, in bilinear steps Δ",
    "y = 2 Re(C · x') + D u",
    'Δ, Λ and P do not depend on the input',
  ],
  published: { stack: 's4d', expansion: 1 },
  paper: 'Gu et al. 2022, arXiv 2111.00396; state-spaces/s4 s4.py; starts of HiPPO-LegS, arXiv 2008.07669',
  fields,
  turns: (values) => {
    const law = initialiser('legs-frequency', { modes: Number(values['modes']) });
    return law.kind === 'listed' ? Math.max(...law.values) * firstSteps(values).high : 0;
  },
  implementations,
  state,
  parallel,
  step,
};
