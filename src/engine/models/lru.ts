// LRU, the linear recurrent unit. Orvieto et al. 2023, "Resurrecting recurrent neural networks for long sequences", arXiv 2303.06349, section 3;
// NicolasZucchet/minimal-LRU model.py.
//   lambda = exp(-exp nu + i exp theta)      h_t = lambda h_{t-1} + exp(gamma) B x_t      y_t = Re(C h_t) + D x_t
// H complex numbers of state, shared by all channels: nu, theta, gamma [H]; inRe, inIm [H, D] = B; outRe, outIm [D, H] = C; skip [D] = D.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { concat, exp, mul, neg, unary } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { type ComplexLayer, complexModel } from './complex-layer.ts';
import { initialiser } from './initialisers/registry.ts';
import type { MixerConfig, ModelDef } from './model.ts';
import { decaysOf, fixedImplementations, ringFields, scaledRows, slow } from './ring-of-decays.ts';

const fields = {
  ...ringFields(0, 1, { low: '0; 0.9 in most of its experiments', high: '1; 0.999 in most of its experiments' }),
  phase: {
    kind: 'float',
    label: 'Largest phase',
    help: 'Angles by which the state turns at a step are first spread evenly from 0 to here, in radians.',
    default: 6.28,
    min: 0.001,
    max: 6.28,
    paper: '6.28; a tenth or a hundredth of it for long sequences',
  },
} as const satisfies Fields;

function weights(builder: GraphBuilder, { width, hidden, values }: MixerConfig): ComplexLayer {
  const { size, scale } = decaysOf(builder, hidden, values, slow);
  const phase = initialiser('lru-phase', { most: Number(values['phase']) });
  const angle = exp(builder, builder.parameter('theta', f32(hidden), phase, slow));
  const into = (name: string): ValueId => {
    const start = initialiser('normal', { deviation: 1 / Math.sqrt(2 * width) });
    return scaledRows(builder, builder.parameter(name, f32(hidden, width), start, slow), scale);
  };
  const out = (name: string): ValueId =>
    builder.parameter(name, f32(width, hidden), initialiser('lecun-normal', { fan: hidden }));
  return {
    re: mul(builder, size, unary(builder, 'cos', angle)),
    im: mul(builder, size, unary(builder, 'sin', angle)),
    into: concat(builder, [into('inRe'), into('inIm')], 0),
    out: concat(builder, [out('outRe'), neg(builder, out('outIm'))], 1),
    skip: builder.parameter('skip', f32(width), initialiser('normal', { deviation: 1 })),
  };
}

/** Complex numbers that turn and fade at fixed rates, between two matrices. */
export const lru: ModelDef = {
  kind: 'lru',
  title: 'LRU',
  summary: 'Complex numbers that turn and fade, each at a rate of its own that does not depend on the input.',
  family: 'elementwise',
  year: 2023,
  equations: ["h' = λ ⊙ h + exp(γ) ⊙ B x", "y = Re(C h') + D ⊙ x", 'λ = exp(−exp(ν) + i exp(θ))'],
  published: { stack: 'lru' },
  paper: 'Orvieto et al. 2023, arXiv 2303.06349, section 3; NicolasZucchet/minimal-LRU',
  fields,
  implementations: fixedImplementations,
  ...complexModel('LRU', weights),
};
