// Parts that act on each position alone: the MLP in its forms, and the gated linear unit at the end of some state spaces.
import { f32, lastOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { gatedBy, mul, split } from '../../ops/functional.ts';
import { activate, activated } from '../activate.ts';
import { dense } from '../blocks.ts';
import { initialiser } from '../initialisers/registry.ts';
import type { GluPart, MlpPart } from '../layout.ts';
import { type PartDef, type Place, pointwise } from './part.ts';

/** [..., 2 width] -> its halves. */
const halves = (builder: GraphBuilder, both: ValueId, width: number): readonly [ValueId, ValueId] =>
  split(builder, both, builder.shape(both).length - 1, [width, width]);

function hidden(builder: GraphBuilder, x: ValueId, inner: number, part: MlpPart, place: Place): ValueId {
  const { activation, gated, scale } = part;
  const up = dense(builder, 'up', x, (gated ? 2 : 1) * inner, part, place);
  if (!gated) return activate(builder, activation, up);
  const [value, opening] = halves(builder, up, inner);
  const open = activated(builder, activation, value, opening);
  if (!scale) return open;
  return mul(builder, open, builder.parameter('scale', f32(inner), initialiser('ones', {}), { decay: false }));
}

export const mlp: PartDef<MlpPart> = pointwise((builder, x, part, place) => {
  const width = lastOf(builder.shape(x));
  const inner = Math.max(1, Math.round(part.multiple * width));
  return dense(builder, 'down', hidden(builder, x, inner, part, place), width, { ...part, end: true }, place);
});

export const glu: PartDef<GluPart> = pointwise((builder, x, part, place) => {
  const width = lastOf(builder.shape(x));
  const [a, b] = halves(builder, dense(builder, 'both', x, 2 * width, part, place), width);
  return gatedBy(builder, 'sigmoid', a, b);
});
