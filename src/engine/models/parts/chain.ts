// Parts in sequence, each in its own scope, with their carried state.
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { add } from '../../ops/functional.ts';
import { dense, denseHalves } from '../blocks.ts';
import { activate, activated } from '../activate.ts';
import type { GatePart, ParallelPart, Part } from '../layout.ts';
import type { StateSlot } from '../model.ts';
import { channelMix } from './channel-mix.ts';
import { conv } from './conv.ts';
import { mixer } from './mixer.ts';
import { type Flow, type PartDef, type Place, pointwise } from './part.ts';
import { glu, mlp } from './pointwise.ts';

const gate: PartDef<GatePart> = {
  width: (_, width) => width,
  slots: ({ branch, multiple }, width, place) => chainSlots(branch, 'gate', innerOf(multiple, width), place),
  build(builder, x, part, place, flow) {
    const [width = 1] = builder.shape(x).slice(-1);
    const inner = innerOf(part.multiple, width);
    const [u, z] = denseHalves(builder, 'up', x, inner, part, place);
    const gated = activated(builder, part.activation, chain(builder, u, part.branch, 'gate', place, flow), z);
    return dense(builder, 'down', gated, width, { ...part, end: true }, place);
  },
};

const innerOf = (multiple: number, width: number): number => Math.max(1, Math.round(multiple * width));

const parallel: PartDef<ParallelPart> = {
  width: (_, width) => width,
  slots: ({ branches }, width, place) =>
    branches.flatMap((branch, i) => under(`branch${i}`, chainSlots(branch, '', width, place))),
  build: (builder, x, { branches }, place, flow) =>
    branches
      .map((branch, i) => builder.scope(`branch${i}`, () => chain(builder, x, branch, '', place, flow)))
      .reduce((a, b) => add(builder, a, b)),
};

const defs: { readonly [K in Part['part']]: PartDef<Extract<Part, { part: K }>> } = {
  mixer,
  conv,
  mlp,
  glu,
  gate,
  parallel,
  'channel-mix': channelMix,
  act: pointwise((builder, x, { activation }) => activate(builder, activation, x)),
};

const defOf = (part: Part): PartDef<Part> => defs[part.part];

/** The scope of each part: its kind, numbered if there are several; none for the part the surroundings are named after. */
function scopesOf(parts: readonly Part[], surrounding: string): readonly string[] {
  const seen = new Map<string, number>();
  return parts.map(({ part }) => {
    const count = (seen.get(part) ?? 0) + 1;
    seen.set(part, count);
    const name = count === 1 ? part : `${part}${count}`;
    return name === surrounding ? '' : name;
  });
}

const under = (scope: string, slots: readonly StateSlot[]): readonly StateSlot[] =>
  scope === '' ? slots : slots.map((slot) => ({ ...slot, name: slot.name === '' ? scope : `${scope}/${slot.name}` }));

/** The carried state of parts, by scope. */
export function chainSlots(
  parts: readonly Part[],
  surrounding: string,
  width: number,
  place: Place,
): readonly StateSlot[] {
  let given = width;
  return scopesOf(parts, surrounding).flatMap((scope, i) => {
    const part = parts[i];
    if (part === undefined) return [];
    const slots = under(scope, defOf(part).slots(part, given, place));
    given = defOf(part).width(part, given, place);
    return slots;
  });
}

/** x through all of them. */
export function chain(
  builder: GraphBuilder,
  x: ValueId,
  parts: readonly Part[],
  surrounding: string,
  place: Place,
  flow: Flow,
): ValueId {
  return scopesOf(parts, surrounding).reduce((value, scope, i) => {
    const part = parts[i];
    if (part === undefined) return value;
    const build = (): ValueId => defOf(part).build(builder, value, part, place, flow);
    return scope === '' ? build() : builder.scope(scope, build);
  }, x);
}
