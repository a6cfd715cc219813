// S5, one diagonal state space for all channels. Smith et al. 2023, "Simplified state space layers for sequence modeling", arXiv 2208.04933;
// lindermanlab/S5 ssm.py (3c18fdb6).
//   x' = A x + B u in steps of dt, one step a state: a = e^(dt A), b = (a - 1) / A (ZOH), or the trapezoidal rule
//   x_t = a x_{t-1} + b B u_t      y_t = 2 Re(C x_t) + D u_t
// H complex states, one of each conjugate pair: logStep, decayRate, frequency [H] = log dt, Re A, Im A; inRe, inIm [H, D] = B; outRe, outIm [D, H] =
// C; skip [D] = D. Published B and C start in the basis of the eigenvectors of HiPPO's normal part; since these are orthonormal and come in conjugate
// pairs, what is drawn there is again independent normal numbers: of variance 1 / 4H each in B and 1 / 2H in C.
import { f32 } from '../core/tensor.ts';
import { label, type Message, say } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, affine, concat, sub } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { type ComplexLayer, complexModel } from './complex-layer.ts';
import { discretised, ofSystem, systemFields, timeSteps } from './diagonal.ts';
import { initialiser } from './initialisers/registry.ts';
import type { MixerConfig, ModelDef } from './model.ts';
import { fixedImplementations, scaledRows } from './ring-of-decays.ts';

const fields = {
  blocks: {
    kind: 'int',
    label: 'Blocks',
    symbol: 'blocks',
    help: 'The states first have the frequencies of HiPPO-LegS, in so many equal copies of a smaller one.',
    default: 1,
    min: 1,
    max: 64,
    paper: '8 in most experiments',
  },
  ...systemFields,
} as const satisfies Fields;

const title = 'S5';

const refuse = ({ hidden, values }: MixerConfig): Message | null =>
  hidden % Number(values['blocks']) === 0
    ? null
    : say`${label(title)}: the number of blocks must divide the width of the state, ${hidden}, got ${Number(values['blocks'])}`;

function layerOf(builder: GraphBuilder, { width, hidden, values }: MixerConfig): ComplexLayer {
  const modes = hidden / Number(values['blocks']);
  const A = {
    re: builder.parameter('decayRate', f32(hidden), initialiser('s5-decay', {}), ofSystem),
    im: builder.parameter('frequency', f32(hidden), initialiser('legs-frequency', { modes }), ofSystem),
  };
  const { decay, gain } = discretised(builder, A, timeSteps(builder, hidden, values), values);
  const spread = initialiser('normal', { deviation: 1 / Math.sqrt(4 * hidden) });
  const into = (name: string): ValueId => builder.parameter(name, f32(hidden, width), spread, ofSystem);
  const [bRe, bIm] = [into('inRe'), into('inIm')];
  const scaled = (x: ValueId, by: ValueId): ValueId => scaledRows(builder, x, by);
  const read = initialiser('lecun-normal', { fan: 2 * hidden });
  const out = (name: string, sign: number): ValueId =>
    affine(builder, builder.parameter(name, f32(width, hidden), read), sign * 2);
  return {
    ...decay,
    into: concat(
      builder,
      [
        sub(builder, scaled(bRe, gain.re), scaled(bIm, gain.im)),
        add(builder, scaled(bRe, gain.im), scaled(bIm, gain.re)),
      ],
      0,
    ),
    out: concat(builder, [out('outRe', 1), out('outIm', -1)], 1),
    skip: builder.parameter('skip', f32(width), initialiser('normal', { deviation: 1 })),
  };
}

/** A state space shared by all channels. */
export const s5: ModelDef = {
  kind: 's5',
  title,
  summary:
    'One diagonal state space between two matrices, shared by all channels, each state with a time step of its own.',
  family: 'structured',
  year: 2023,
  equations: ["x' = exp(Δ A) ⊙ x + B̄ u", "y = 2 Re(C x') + D ⊙ u", 'Δ and A do not depend on the input'],
  paper: 'Smith et al. 2023, arXiv 2208.04933, section 3; lindermanlab/S5 ssm.py',
  fields,
  implementations: fixedImplementations,
  refuse,
  ...complexModel(title, layerOf),
};
