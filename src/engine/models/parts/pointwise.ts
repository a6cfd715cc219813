// Parts that act on each position alone: the MLP in its forms, and the gated linear unit at the end of some state spaces.
import { f32, lastOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { gatedBy, mul } from '../../ops/functional.ts';
import { activate, activated } from '../activate.ts';
import { dense, denseHalves } from '../blocks.ts';
import { initialiser } from '../initialisers/registry.ts';
import type { GluPart, MlpPart } from '../layout.ts';
import { type PartDef, type Place, pointwise } from './part.ts';

function hidden(builder: GraphBuilder, x: ValueId, inner: number, part: MlpPart, place: Place): ValueId {
  const { activation, gated, scale } = part;
  if (!gated) return activate(builder, activation, dense(builder, 'up', x, inner, part, place));
  const [value, opening] = denseHalves(builder, 'up', x, inner, part, place);
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
  const [a, b] = denseHalves(builder, 'both', x, width, part, place);
  return gatedBy(builder, 'sigmoid', a, b);
});
