// Hyena: long filters between gates. Poli et al. 2023, "Hyena hierarchy", arXiv 2302.10866; HazyResearch/safari standalone_hyena.py.
//   x0 | x1 | … | v = short filter of three taps of W_in u + b
//   for j = 0 …, x = the last of x1 … first:      v <- v x      v <- k_j * v + bias_j v      (* looks back)
//   y = v x0
// in [(o+1) H, D], short [(o+1) H, 3], skip0 … [H], and the weights of the filters (implicit-filter.ts). Filters have no finite state: carried are the
// last inputs of the short filter and, for each long one, as many rows as the longest sequence of the run has.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { causalConv, concat, linear, longConvolution, mul, split } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime } from './along-time.ts';
import { filterFields, implicitFilters, withSkip } from './implicit-filter.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs, ringSlot } from './ring.ts';

const fields = {
  order: {
    kind: 'int',
    label: 'Order',
    symbol: 'order',
    help: 'Products with gates: one long filter less than this.',
    default: 2,
    min: 2,
    max: 4,
    paper: '2; 3 in some experiments',
  },
  ...filterFields,
} as const satisfies Fields;

const conv: Implementation = {
  id: 'conv',
  title: 'convolution',
  help: 'Filters of the whole length, applied by fast transforms.',
};
const loop: Implementation = {
  id: 'loop',
  title: 'loop',
  unrolled: true,
  help: 'The readable definition: for each time step a product of the filter with all inputs so far.',
};

const taps = 3;

const orderOf = ({ values }: MixerConfig): number => Number(values['order']);

/** Rows before the newest that a filter can reach. */
const reach = ({ longest }: MixerConfig): number => Math.max(1, longest - 1);

const state = (config: MixerConfig): readonly StateSlot[] => [
  ringSlot('short', taps - 1, (orderOf(config) + 1) * config.hidden),
  ...Array.from({ length: orderOf(config) - 1 }, (_, j) => ringSlot(`long${j}`, reach(config), config.hidden)),
];

/** The filters of all products, the newest tap with what passes beside, [longest, H] each. */
function filtersOf(builder: GraphBuilder, config: MixerConfig): readonly ValueId[] {
  const { hidden, longest, values } = config;
  const count = orderOf(config) - 1;
  const start = initialiser('normal', { deviation: 1 });
  const skips = builder.parameter('skip', f32(count * hidden), start);
  const parts =
    count === 1
      ? [skips]
      : split(
          builder,
          skips,
          0,
          Array.from({ length: count }, () => hidden),
        );
  return implicitFilters(builder, { length: longest, width: hidden, count }, values).map((filter, j) =>
    withSkip(builder, filter, parts[j] ?? skips),
  );
}

/** x0 | x1 | … | v before the short filter, [..., (o+1) H]. */
function project(builder: GraphBuilder, x: ValueId, config: MixerConfig): ValueId {
  const { width, hidden } = config;
  const rows = (orderOf(config) + 1) * hidden;
  const start = initialiser('torch-linear', { fan: width });
  const bias = builder.parameter('inBias', f32(rows), start, { decay: false });
  return linear(builder, x, builder.parameter('in', f32(rows, width), start), bias);
}

/** x [B, T, D] after what `given` holds; null = nothing. */
function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
  filters: readonly ValueId[],
): MixerOutput {
  const { hidden } = config;
  const rows = (orderOf(config) + 1) * hidden;
  const u = project(builder, x, config);
  const start = initialiser('torch-conv', { fan: taps });
  const short = builder.parameter('short', f32(rows, taps), start);
  const bias = builder.parameter('shortBias', f32(rows), start, { decay: false });
  const filtered = causalConv(builder, u, short, bias, given?.[0]);
  const parts = split(
    builder,
    filtered,
    2,
    Array.from({ length: orderOf(config) + 1 }, () => hidden),
  );
  const [time = 1] = builder.shape(x).slice(1);
  const after = [lastInputs(builder, u, given?.[0] ?? null, taps - 1)];
  let v = parts[parts.length - 1] ?? filtered;
  for (const [j, filter] of filters.entries()) {
    const gate = parts[parts.length - 2 - j] ?? v;
    const one = mul(builder, v, gate);
    const before = given?.[1 + j];
    const all = before === undefined ? one : concat(builder, [before, one], 1);
    after.push(lastInputs(builder, one, before ?? null, reach(config)));
    v = longConvolution(builder, all, filter, { rows: time, backwards: false });
  }
  return { y: mul(builder, v, parts[0] ?? v), state: after };
}

/** Long filters between gates. */
export const hyena: ModelDef = {
  kind: 'hyena',
  title: 'Hyena',
  summary:
    'Gates and filters as long as the text in turns; a small network computes the filters from positions. Its state is all inputs so far.',
  family: 'convolution',
  year: 2023,
  equations: [
    'x₀ | x₁ | v = short filter of W u',
    "v' = k ∗ (v ⊙ x₁) + b ⊙ (v ⊙ x₁)",
    "y = v' ⊙ x₀",
    'k(t) = window(t) · MLP(t)',
  ],
  paper: 'Poli et al. 2023, arXiv 2302.10866; HazyResearch/safari standalone_hyena.py',
  published: { stack: 'hyena', expansion: 1, frequency: 10 },
  fields,
  implementations: [conv, loop],
  ...alongTime({ title: 'Hyena', state, weights: filtersOf, through }),
};
