// A recurrence is a numerical method for a differential equation: h_n = h_{n-1} + z f(h_{n-1}, u_n) with Euler's. Funahashi & Nakamura 1993 for
// f = tanh(W u + U h + b) - h, the continuous-time network; Su 2018, kexue.fm/archives/5643, for any f and for fits of its constants.
//   flow network     f = tanh(W_c u + U h + b_c) - h      relaxation: f = W_c u + b_c - h      species: species.ts
//   clock gate       z = sigmoid(W_z u + b_z) = 1 - e^-dt with dt = softplus(W_z u + b_z), which solves h' = c - h exactly
//         time       z = softplus(W_z u + b_z)      learned: z = e^logStep, one a channel      fixed: z = 1
// Steps of z / substeps follow each other while u is held. weight [2H, D] = rows z | c, bias [2H]; [H, D] and [H] where the clock reads no input;
// recurrent [H, H]; logStep [H].
import { label, type Message, say } from '../core/say.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  broadcast,
  concat,
  constant,
  exp,
  gru,
  linear,
  linearScan,
  minGru,
  mul,
  neg,
  oneMinus,
  sigmoid,
  slice,
  softplus,
  split,
  sub,
  tanh,
  affine,
  type ScanResult,
} from '../ops/functional.ts';
import type { FieldValues } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { advance, methodOf, shareGone, type Flow, type Stride } from './integrator.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { odeFields } from './ode-fields.ts';
import { alive, arrivals, speciesFlow } from './species.ts';

const title = 'ODE recurrence';
const plain = { decay: false } as const;

const isSpecies = ({ flow }: FieldValues): boolean => flow === 'species';
const readsInput = ({ clock }: FieldValues): boolean => clock === 'gate' || clock === 'time';
const substepsOf = ({ substeps }: FieldValues): number => Number(substeps);

const state = ({ hidden, values }: MixerConfig): readonly StateSlot[] => [
  { name: 'h', shape: [hidden], start: 0, positive: isSpecies(values) },
];

/** Weight and bias of what is read from the input: z | c, or c alone. */
function reading(builder: GraphBuilder, { width, hidden, values }: MixerConfig): readonly [ValueId, ValueId] {
  const rows = readsInput(values) ? 2 * hidden : hidden;
  const start = initialiser('torch-linear', { fan: width });
  return [builder.parameter('weight', f32(rows, width), start), builder.parameter('bias', f32(rows), start, plain)];
}

/** U [H, H] of the network. */
const recurrentOf = (builder: GraphBuilder, { hidden }: MixerConfig): ValueId =>
  builder.parameter('recurrent', f32(hidden, hidden), initialiser('torch-recurrent', { fan: hidden }));

/** What the input says at each position: of the clock, if that reads it, and of the flow. */
interface Read {
  readonly clock: ValueId | null;
  readonly content: ValueId;
}

function readOf(builder: GraphBuilder, x: ValueId, config: MixerConfig): Read {
  const { hidden, values } = config;
  const [weight, bias] = reading(builder, config);
  const u = linear(builder, x, weight, bias);
  if (!readsInput(values)) return { clock: null, content: u };
  const [clock, content] = split(builder, u, builder.shape(u).length - 1, [hidden, hidden]);
  return { clock, content };
}

/** The time that passes in a position, one value a channel. */
function timeOf(builder: GraphBuilder, clock: ValueId | null, { hidden, values }: MixerConfig): ValueId {
  if (clock !== null) return values['clock'] === 'gate' ? sigmoid(builder, clock) : softplus(builder, clock);
  if (values['clock'] === 'fixed') return constant(builder, [hidden], 1);
  return exp(
    builder,
    builder.parameter('logStep', f32(hidden), initialiser('log-step', { low: 0.001, high: 0.1 }), plain),
  );
}

/** One of the equal steps that the time of a position is parted into. */
const partOf = (builder: GraphBuilder, time: ValueId, { values }: MixerConfig): ValueId =>
  substepsOf(values) === 1 ? time : affine(builder, time, 1 / substepsOf(values));

/** All steps of one position. */
function moved(builder: GraphBuilder, h: ValueId, stride: Stride, flow: Flow, { values }: MixerConfig): ValueId {
  let state = h;
  for (let i = 0; i < substepsOf(values); i++)
    state = advance(builder, methodOf(values['method']), state, stride, flow);
  return state;
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error(`${title}: step needs the carried state h [B, H], got none`);
  const { values } = config;
  if (isSpecies(values)) {
    const later = moved(builder, h, { all: 1 / substepsOf(values) }, speciesFlow(builder, config), config);
    const next = alive(builder, later, arrivals(builder, x, config));
    return { y: next, state: [next] };
  }
  const { clock, content } = readOf(builder, x, config);
  const recurrent = values['flow'] === 'network' ? recurrentOf(builder, config) : null;
  const target = (at: ValueId): ValueId =>
    recurrent === null ? content : tanh(builder, add(builder, content, linear(builder, at, recurrent)));
  const stride = { each: partOf(builder, timeOf(builder, clock, config), config) };
  const next = moved(builder, h, stride, (at) => sub(builder, target(at), at), config);
  return { y: next, state: [next] };
}

/** Shares that follow each other: after both, (1 - s)(1 - t) of the distance is left. */
function repeated(builder: GraphBuilder, share: ValueId, times: number): ValueId {
  let all = share;
  for (let i = 1; i < times; i++) all = add(builder, all, mul(builder, share, oneMinus(builder, all)));
  return all;
}

/** Relaxation is linear in the state, whatever the method: h' = (1 - s) h + s c. */
function scanned(builder: GraphBuilder, x: ValueId, given: readonly ValueId[] | null, config: MixerConfig): ScanResult {
  const [batch = 1, time = 1] = builder.shape(x);
  const { clock, content } = readOf(builder, x, config);
  const part = partOf(builder, timeOf(builder, clock, config), config);
  const one = shareGone(builder, methodOf(config.values['method']), part);
  const share = repeated(builder, one, substepsOf(config.values));
  const everywhere = clock === null ? broadcast(builder, share, [batch, time]) : share;
  return linearScan(builder, oneMinus(builder, everywhere), mul(builder, everywhere, content), given);
}

/** One step of Euler's method whose time is a gate. */
const isGated = ({ flow, method, clock, substeps }: FieldValues): boolean =>
  flow !== 'species' && method === 'euler' && clock === 'gate' && substeps === 1;

/** Euler's method with a gate as its clock is minGRU where h' = c - h; a GRU whose reset gate is open where c reads the state. */
function fused(builder: GraphBuilder, x: ValueId, given: readonly ValueId[] | null, config: MixerConfig): ScanResult {
  const { hidden, width, values } = config;
  if (!isGated(values)) return scanned(builder, x, given, config);
  const [weight, bias] = reading(builder, config);
  if (values['flow'] === 'relaxation') return minGru(builder, linear(builder, x, weight, bias), given, 'identity');
  const rows = (value: ValueId, at: number): ValueId => slice(builder, value, 0, at, hidden);
  const around = (value: ValueId, open: ValueId): ValueId =>
    concat(builder, [open, neg(builder, rows(value, 0)), rows(value, hidden)], 0);
  const whole = around(weight, constant(builder, [hidden, width], 0));
  const shift = around(bias, constant(builder, [hidden], open));
  const recurrent = concat(builder, [constant(builder, [2 * hidden, hidden], 0), recurrentOf(builder, config)], 0);
  const none = constant(builder, [3 * hidden], 0);
  return gru(builder, linear(builder, x, whole, shift), recurrent, none, given);
}

/** sigmoid of it is 1 to the last bit, in double precision too. */
const open = 60;

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, ode, x, given, config);
  const { y, final } = fused(builder, x, given, config);
  return { y, state: final };
}

function refuse({ implementation, values }: MixerConfig): Message | null {
  if (implementation !== 'fused' || values['flow'] === 'relaxation' || isGated(values)) return null;
  return say`${label(title)}: implementation fused needs the relaxation, or the network with Euler's method, a gate as clock and one step a position; loop computes any`;
}

/** Differential equations, stepped through by Euler's or a Runge-Kutta method. */
export const ode: ModelDef = {
  kind: 'ode',
  title,
  summary: "A differential equation stepped through by Euler's or a Runge-Kutta method; a gate is the step.",
  family: 'nonlinear',
  year: 1993,
  equations: ["h' = h + z ⊙ (tanh(W x + U h) − h)", 'z = 1 − exp(−Δt) = σ(W_z x)'],
  paper: 'Funahashi & Nakamura 1993 (continuous-time networks); Su 2018, kexue.fm/archives/5643',
  fields: odeFields,
  implementations: [
    {
      id: 'fused',
      title: 'fused',
      help: "All steps in one kernel: a scan for the relaxation, GRU's with an open reset gate for Euler's network with a gate as its clock.",
    },
    {
      id: 'loop',
      title: 'loop',
      unrolled: true,
      help: 'The readable definition, for every flow, method and clock: one set of operations a step of the method.',
    },
  ],
  refuse,
  state,
  parallel,
  step,
};
