// Competing species as a recurrence whose weights are the constants of nature. Su 2018, kexue.fm/archives/5643; Lotka & Volterra's competition.
//   x_i' = r_i x_i (1 - x_i / N_i) - a_i x_i (the sum of all others)
// Trained are the logarithms of r, 1/N and a, so that they stay positive: rate, limit, harm [H]. A step of the method may not overshoot into
// negative numbers: they count as extinct. The input of a step arrives at its end: x_n = max(0, step of x_{n-1} + u_n), so x_0 = u_0 from nothing.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, affine, exp, linear, matmul, mul, relu, sub } from '../ops/functional.ts';
import { headMask } from './head-blocks.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Flow } from './integrator.ts';
import type { MixerConfig } from './model.ts';

/** Where a fit begins: the middle of what is plausible, and the same for all species. */
export const firstGuess = { rate: 0.2, limit: 0.0025, harm: 1e-4 } as const;

const plain = { decay: false } as const;

/** Sum of the other species: ones but for the diagonal. */
function othersOf(builder: GraphBuilder, x: ValueId, hidden: number): ValueId {
  const alone = headMask(builder, hidden, 1);
  return matmul(builder, x, affine(builder, alone, -1, 1));
}

/** r, 1/N and a, [H] each. */
export interface Constants {
  readonly rate: ValueId;
  readonly limit: ValueId;
  readonly harm: ValueId;
}

/** The slope of every species at x [B, H]. */
export function competition(builder: GraphBuilder, { rate, limit, harm }: Constants): Flow {
  const [hidden = 1] = builder.shape(rate);
  return (at) => {
    // Between the ends of a long step a method may look at negative numbers, from which the others would grow without end.
    const x = relu(builder, at);
    const grown = mul(builder, affine(builder, mul(builder, x, limit), -1, 1), rate);
    if (hidden === 1) return mul(builder, x, grown);
    return mul(builder, x, sub(builder, grown, mul(builder, othersOf(builder, x, hidden), harm)));
  };
}

/** The same with constants that are learned. */
export function speciesFlow(builder: GraphBuilder, { hidden }: MixerConfig): Flow {
  const learned = (name: keyof Constants): ValueId => {
    const start = { kind: 'constant', value: Math.log(firstGuess[name]) } as const;
    return exp(builder, builder.parameter(name, f32(hidden), start, plain));
  };
  return competition(builder, { rate: learned('rate'), limit: learned('limit'), harm: learned('harm') });
}

/** What arrives: the input itself where it has a number for each species, else a linear map of it. */
export function arrivals(builder: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): ValueId {
  if (width === hidden) return x;
  return linear(
    builder,
    x,
    builder.parameter('weight', f32(hidden, width), initialiser('torch-linear', { fan: width })),
  );
}

/** Numbers after a step and an arrival: none below 0. */
export const alive = (builder: GraphBuilder, moved: ValueId, arriving: ValueId): ValueId =>
  relu(builder, add(builder, moved, arriving));
