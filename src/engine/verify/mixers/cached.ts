// Attention with a learned query (Aaren, arXiv 2405.13956) that reads a cache of keys and values, for tests of states that grow with the length:
// room for the longest sequence, filled row by row. Over time it is the difference of two running sums.
import { itemAt } from '../../core/item.ts';
import { f32 } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { initialiser } from '../../models/initialisers/registry.ts';
import type { MixerConfig, MixerOutput, ModelDef } from '../../models/model.ts';
import { lastInputs, ringSlot } from '../../models/ring.ts';
import {
  concat,
  constant,
  cumulativeSum,
  div,
  exp,
  linear,
  matmul,
  mul,
  reshape,
  slice,
  sub,
} from '../../ops/functional.ts';

const keyWidth = 2;

type Rows = readonly [keys: ValueId, values: ValueId, filled: ValueId];

/** [..., n] of keys, values and ones: the contribution of one position. */
function rowsOf(b: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): Rows {
  const start = initialiser('torch-linear', { fan: width });
  const of = (name: string, size: number): ValueId => linear(b, x, b.parameter(name, f32(size, width), start));
  const [batch = 1, time = 1] = b.shape(x);
  return [of('key', keyWidth), of('value', hidden), constant(b, [batch, time, 1], 1)];
}

/** exp(q k) v and exp(q k) at filled rows, [B, n, H] each. */
function weighted(b: GraphBuilder, [keys, values, filled]: Rows, hidden: number) {
  const query = b.parameter('query', f32(1, keyWidth), initialiser('normal', { deviation: 1 }), { decay: false });
  const weight = mul(b, exp(b, matmul(b, keys, query, { transB: true })), filled);
  const wide = matmul(b, weight, constant(b, [1, hidden], 1));
  return { above: mul(b, wide, values), below: wide };
}

function parallel(b: GraphBuilder, x: ValueId, given: readonly ValueId[] | null, config: MixerConfig): MixerOutput {
  const { hidden, longest } = config;
  const [batch = 1, time = 1] = b.shape(x);
  const before = given ?? slotsOf(config).map(({ shape }) => constant(b, [batch, ...shape], 0));
  const rows = rowsOf(b, x, config);
  const joined = (i: 0 | 1 | 2): ValueId => concat(b, [itemAt(before, i), rows[i]], 1);
  const { above, below } = weighted(b, [joined(0), joined(1), joined(2)], hidden);
  const recent = (x: ValueId): ValueId => {
    const sum = cumulativeSum(b, x).y;
    return sub(b, slice(b, sum, 1, longest, time), slice(b, sum, 1, 0, time));
  };
  const state = rows.map((row, i) => lastInputs(b, row, itemAt(before, i), longest));
  return { y: div(b, recent(above), recent(below)), state };
}

function step(b: GraphBuilder, x: ValueId, state: readonly ValueId[], config: MixerConfig): MixerOutput {
  const { hidden, longest } = config;
  const [batch = 1, width = 1] = b.shape(x);
  const rows = rowsOf(b, reshape(b, x, [batch, 1, width]), config);
  const kept = (i: 0 | 1 | 2): ValueId => lastInputs(b, rows[i], itemAt(state, i), longest);
  const cache: Rows = [kept(0), kept(1), kept(2)];
  const { above, below } = weighted(b, cache, hidden);
  const total = (x: ValueId): ValueId => cumulativeSum(b, x).final[0];
  return { y: div(b, total(above), total(below)), state: cache };
}

const slotsOf = ({ hidden, longest }: MixerConfig) => [
  ringSlot('keys', longest, keyWidth),
  ringSlot('values', longest, hidden),
  { ...ringSlot('filled', longest, 1), positive: true },
];

export const cached: ModelDef = {
  kind: 'cached',
  title: 'cached attention',
  summary: 'Reads all positions so far.',
  family: 'attention',
  year: 2024,
  equations: ['y = softmax(q K) V'],
  paper: 'Feng et al. 2024, arXiv 2405.13956',
  fields: {},
  implementations: [{ id: 'sums', title: 'sums', help: 'Running sums.' }],
  state: slotsOf,
  parallel,
  step,
};
