// S4D, a diagonal state space a channel. Gu et al. 2022, "On the parameterization and initialization of diagonal state space models", arXiv
// 2206.11893; s4d.py and s4.py of state-spaces/s4 (e757cef5).
//   x' = A x + B u in steps of dt: a = e^(dt A), b = (a - 1) / A B (ZOH), or a = (1 + dt A/2) / (1 - dt A/2), b = dt B / (1 - dt A/2)
//   x_t = a x_{t-1} + b u_t      y_t = 2 Re(sum over n of C_n x_t,n) + D u_t
// Each of the H channels has N complex modes, one of each conjugate pair, hence the factor 2: logStep [H]; logDecay, frequency [H, N] = log(-Re A),
// Im A; outRe, outIm [H, N] = C; inRe, inIm [H, N] = B where it is learned; skip [H] = D. Real modes have neither frequencies nor imaginary parts (out,
// in [H, N]), and keep the factor 2.
// Where the state is wider or narrower than the input, `input` [H, D] projects first.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import { diagonalScan, fixedComplexScan, fixedScan } from '../ops/cells.ts';
import {
  add,
  affine,
  concat,
  constant,
  exp,
  mul,
  neg,
  reduceSum,
  reshape,
  type ScanResult,
  slice,
  split,
} from '../ops/functional.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { asStart, asState, type Complex, complexSlot, product, turned } from './complex-state.ts';
import {
  channelsOf,
  discretised,
  discretisedReal,
  firstSteps,
  fusedModes,
  modesField,
  ofSystem,
  systemFields,
  timeSteps,
} from './diagonal.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { filtered } from './modal-filter.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { fixedImplementations } from './ring-of-decays.ts';
import { eachTimes } from './rows.ts';

const fields = {
  modes: modesField('channel'),
  start: {
    kind: 'choice',
    label: 'Frequencies',
    symbol: 'init',
    help: 'Where the modes of a channel first lie: evenly (Lin), by an inverse law (Inv), those of HiPPO-LegS, or on the real axis (Real), where they stay.',
    default: 'lin',
    choices: [
      { value: 'lin', label: 'S4D-Lin' },
      { value: 'inv', label: 'S4D-Inv' },
      { value: 'legs', label: 'S4D-LegS' },
      { value: 'real', label: 'S4D-Real' },
    ],
    paper: 'all four are compared; S4D-Lin is the one of its short code',
  },
  learnsIn: {
    kind: 'bool',
    label: 'Learned input',
    help: 'Weights of the input of each mode (B) are learned as well; off, they are 1.',
    default: false,
    paper: 'on in its full code, off in its short one',
    advanced: true,
  },
  ...systemFields,
} as const satisfies Fields;

const convolution: Implementation = {
  id: 'conv',
  title: 'convolution',
  help: 'The filter that all modes of a channel are together, applied by fast transforms; a sequence that goes on from a state is scanned.',
};

const modesOf = ({ values }: MixerConfig): number => Number(values['modes']);
const isReal = ({ values }: MixerConfig): boolean => values['start'] === 'real';

const state = (config: MixerConfig): readonly StateSlot[] => {
  const size = config.hidden * modesOf(config);
  return isReal(config) ? [{ name: 'h', shape: [size], start: 0 }] : [complexSlot(size)];
};

/** What a channel's modes are made of. */
interface System {
  /** a, b and 2 C, [H N] each; real modes have no imaginary parts. */
  readonly decay: Modes;
  readonly into: Modes;
  readonly out: Modes;
  /** D [H]. */
  readonly skip: ValueId;
}

interface Modes {
  readonly re: ValueId;
  readonly im: ValueId | null;
}

const frequencies = (start: unknown, modes: number): Initialiser => {
  if (start === 'legs') return initialiser('legs-frequency', { modes });
  return initialiser(start === 'inv' ? 's4d-inv' : 's4d-lin', { modes });
};

/** The fastest mode in the longest step. */
function turns(values: FieldValues): number {
  const law = frequencies(values['start'], Number(values['modes']));
  if (values['start'] === 'real' || law.kind !== 'listed') return 0;
  return Math.max(...law.values) * firstSteps(values).high;
}

/** A weight [H, N] of the system. */
const weightOf =
  (builder: GraphBuilder, config: MixerConfig) =>
  (name: string, start: Initialiser, isPaced = true): ValueId =>
    builder.parameter(name, f32(config.hidden, modesOf(config)), start, isPaced ? ofSystem : {});

type Parts = Omit<System, 'skip'>;

function realSystem(builder: GraphBuilder, config: MixerConfig, dt: ValueId): Parts {
  const weight = weightOf(builder, config);
  const A = neg(builder, exp(builder, weight('logDecay', initialiser('mamba-decay', { size: modesOf(config) }))));
  const { decay, gain } = discretisedReal(builder, A, dt, config.values);
  const isLearned = config.values['learnsIn'] === true;
  const into = isLearned ? mul(builder, gain, weight('in', initialiser('ones', {}))) : gain;
  const out = affine(builder, weight('out', initialiser('normal', { deviation: 1 }), false), 2);
  const modes = (x: ValueId): Modes => ({ re: flat(builder, x), im: null });
  return { decay: modes(decay), into: modes(into), out: modes(out) };
}

function complexSystem(builder: GraphBuilder, config: MixerConfig, dt: ValueId): Parts {
  const { values } = config;
  const weight = weightOf(builder, config);
  const A = {
    re: neg(builder, exp(builder, weight('logDecay', initialiser('s4d-decay', {})))),
    im: weight('frequency', frequencies(values['start'], modesOf(config))),
  };
  const { decay, gain } = discretised(builder, A, dt, values);
  const into = values['learnsIn'] === true ? product(builder, gain, learnedInput(builder, config)) : gain;
  const read = (name: string): ValueId => affine(builder, weight(name, initialiser('complex-normal', {}), false), 2);
  const modes = ({ re, im }: Complex): Modes => ({ re: flat(builder, re), im: flat(builder, im) });
  return { decay: modes(decay), into: modes(into), out: modes({ re: read('outRe'), im: read('outIm') }) };
}

function learnedInput(builder: GraphBuilder, config: MixerConfig): Complex {
  const weight = weightOf(builder, config);
  const isLegs = config.values['start'] === 'legs';
  const start = isLegs ? initialiser('legs-input', { modes: modesOf(config) }) : initialiser('ones', {});
  return { re: weight('inRe', start), im: weight('inIm', initialiser('zeros', {})) };
}

/** [H, N] -> [H N]. */
function flat(builder: GraphBuilder, x: ValueId): ValueId {
  const [rows = 1, columns = 1] = builder.shape(x);
  return reshape(builder, x, [rows * columns]);
}

/** The system in steps of dt. */
function systemOf(builder: GraphBuilder, config: MixerConfig): System {
  const { hidden, values } = config;
  const modes = modesOf(config);
  const dt = reshape(builder, eachTimes(builder, timeSteps(builder, hidden, values), modes), [hidden, modes]);
  const system = isReal(config) ? realSystem(builder, config, dt) : complexSystem(builder, config, dt);
  return { ...system, skip: builder.parameter('skip', f32(hidden), initialiser('normal', { deviation: 1 })) };
}

/** 2 Re(sum of C x) + D u, from states [..., H N], or real | imaginary. */
function read(builder: GraphBuilder, h: ValueId, u: ValueId, { out, skip }: System, modes: number): ValueId {
  const leading = builder.shape(u).slice(0, -1);
  const hidden = builder.shape(u).at(-1) ?? 1;
  const row = out.im === null ? out.re : concat(builder, [out.re, neg(builder, out.im)], 0);
  const parts = out.im === null ? 1 : 2;
  const weighted = reshape(builder, mul(builder, h, row), [...leading, parts * hidden, modes]);
  const sums = reduceSum(builder, weighted, 'last');
  const sides = parts === 1 ? [sums] : split(builder, sums, leading.length, [hidden, hidden]);
  return sides.reduce((all, one) => add(builder, all, one), mul(builder, u, skip));
}

/** b u, from u [..., H]: [..., H N], or real | imaginary. */
function added(builder: GraphBuilder, u: ValueId, { into }: System, modes: number): ValueId {
  const wide = eachTimes(builder, u, modes);
  const re = mul(builder, wide, into.re);
  return into.im === null ? re : concat(builder, [re, mul(builder, wide, into.im)], builder.shape(u).length - 1);
}

/** A sequence that begins from nothing, by the filter that the system is: no state is computed. */
function convolved(builder: GraphBuilder, u: ValueId, system: System, modes: number): ValueId {
  const hidden = builder.shape(u).at(-1) ?? 1;
  const table = ({ re, im }: Modes): Complex => {
    const shape = [hidden, modes];
    return {
      re: reshape(builder, re, shape),
      im: im === null ? constant(builder, shape, 0) : reshape(builder, im, shape),
    };
  };
  const { decay, into, out, skip } = system;
  return filtered(builder, u, { decay: table(decay), into: table(into), out: table(out), skip });
}

/** States of every step from u [B, T, H]. */
function overTime(
  builder: GraphBuilder,
  u: ValueId,
  system: System,
  given: readonly ValueId[] | null,
  modes: number,
): ScanResult {
  const { re, im } = system.decay;
  const news = added(builder, u, system, modes);
  if (im === null) return fixedScan(builder, news, re, given);
  return fixedComplexScan(builder, news, { re, im }, asStart(builder, given));
}

/** One kernel for all steps; real modes are complex ones without imaginary parts. */
function fused(
  builder: GraphBuilder,
  u: ValueId,
  { decay, into, out, skip }: System,
  given: readonly ValueId[] | null,
  modes: number,
): MixerOutput {
  const [batch = 1, , hidden = 1] = builder.shape(u);
  const none = constant(builder, [hidden, modes], 0);
  const table = (x: ValueId | null): ValueId => (x === null ? none : reshape(builder, x, [hidden, modes]));
  const numbers = [decay, into, out].flatMap(({ re, im }) => [table(re), table(im)]);
  const system = concat(builder, [...numbers, reshape(builder, skip, [hidden, 1])], 1);
  const isReal = decay.im === null;
  const whole = (h: ValueId): ValueId =>
    isReal ? concat(builder, [h, constant(builder, [batch, hidden * modes], 0)], 1) : h;
  const start = given && given.map((h) => reshape(builder, whole(h), [batch, 2, hidden, modes]));
  const { y, final } = diagonalScan(builder, u, system, start);
  const last = reshape(builder, final[0], [batch, 2, hidden * modes]);
  if (!isReal) return { y, state: [last] };
  return { y, state: [reshape(builder, slice(builder, last, 1, 0, 1), [batch, hidden * modes])] };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, s4d, x, given, config);
  const modes = modesOf(config);
  const u = channelsOf(builder, x, config);
  const system = systemOf(builder, config);
  if (config.implementation === 'fused') return fused(builder, u, system, given, modes);
  const { y: h, final } = overTime(builder, u, system, given, modes);
  const after = system.decay.im === null ? final : final.map((last) => asState(builder, last));
  if (config.implementation === 'conv' && given === null)
    return { y: convolved(builder, u, system, modes), state: after };
  return { y: read(builder, h, u, system, modes), state: after };
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('S4D: step needs the carried state h [B, 2, H N], or [B, H N] of real modes');
  const modes = modesOf(config);
  const u = channelsOf(builder, x, config);
  const system = systemOf(builder, config);
  const news = added(builder, u, system, modes);
  const { decay } = system;
  if (decay.im === null) {
    const next = add(builder, mul(builder, h, decay.re), news); // [B, H N]
    return { y: read(builder, next, u, system, modes), state: [next] };
  }
  const { re, im } = turned(builder, h, { re: decay.re, im: decay.im });
  const next = add(builder, concat(builder, [re, im], 1), news); // [B, 2 H N]
  return { y: read(builder, next, u, system, modes), state: [asState(builder, next)] };
}

/** A filter a channel, made of modes that turn and fade at fixed rates. */
export const s4d: ModelDef = {
  kind: 's4d',
  title: 'S4D',
  summary:
    'Each channel is filtered by a sum of modes that turn and fade at fixed rates: a state space whose matrix is diagonal.',
  family: 'structured',
  year: 2022,
  equations: ["x' = exp(Δ A) ⊙ x + B̄ u", "y = 2 Re(C · x') + D u", 'Δ and A do not depend on the input'],
  published: { stack: 's4d', expansion: 1 },
  paper: 'Gu et al. 2022, arXiv 2206.11893; state-spaces/s4 s4d.py and s4.py',
  fields,
  turns,
  implementations: [fusedModes, convolution, ...fixedImplementations],
  state,
  parallel,
  step,
};
