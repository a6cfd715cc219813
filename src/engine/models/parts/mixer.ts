// The recurrence of a block and the projection of its result. One model for the run, or another that the layout names.
import { lastOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { add, concat, reverse } from '../../ops/functional.ts';
import { defaultsOf } from '../../spec/fields.ts';
import { dense } from '../blocks.ts';
import type { MixerPart } from '../layout.ts';
import {
  outputWidth,
  type MixerConfig,
  type MixerOutput,
  type ModelDef,
  type StateSlot,
  type Writing,
} from '../model.ts';
import { findModel } from '../registry.ts';
import type { Flow, PartDef, Place } from './part.ts';

/** The model of a part; unknown names were refused before. */
export function modelOf({ model }: MixerPart, place: Place): ModelDef {
  const found = model === undefined ? place.model : findModel(model);
  if (found === null) throw new Error(`block: model ${model ?? ''} must be a known one`);
  return found;
}

/** Settings of a mixer. One named by the layout has its own defaults or those of the network, and the run's implementation if it has that. */
export function mixerConfig(part: MixerPart, width: number, place: Place): MixerConfig {
  const model = modelOf(part, place);
  const { layer, layers, longest } = place;
  const [first] = model.implementations;
  const has = model.implementations.some(({ id }) => id === place.implementation);
  const own = model === place.model;
  return {
    width,
    hidden: Math.max(1, Math.floor(width * part.expansion)),
    implementation: own || has || first === undefined ? place.implementation : first.id,
    layer,
    layers,
    longest,
    values: { ...place.values, ...(own ? {} : defaultsOf(model.fields)), ...part.values },
  };
}

/** What carries the state from step to step. */
const stepsOf = (model: ModelDef, { writing }: Place): Writing => (writing === true ? (model.writing ?? model) : model);

const projects = ({ down }: MixerPart, given: number, wanted: number): boolean => down === 'always' || given !== wanted;

/** Its concatenated outputs, which the projection reads. */
function joined(builder: GraphBuilder, { y, more = [] }: MixerOutput): ValueId {
  return more.length === 0 ? y : concat(builder, [y, ...more], builder.shape(y).length - 1);
}

/** States of one reading of the sequence. */
const slotsOf = (part: MixerPart, width: number, place: Place): readonly StateSlot[] =>
  stepsOf(modelOf(part, place), place).state(mixerConfig(part, width, place));

/** The second recurrence: its weights, and the states it starts from. */
const second = 'backward';

/** What weights of their own make of the sequence read from its end, each result at its place: [B, T, D] -> [B, T, outputs]. */
function backward(builder: GraphBuilder, x: ValueId, model: ModelDef, config: MixerConfig, flow: Flow): ValueId {
  if (flow.along === 'step')
    throw new Error('stack: a network that reads from both ends needs whole sequences, got a step');
  const given = flow.take(model.state(config).length);
  const result = builder.scope(second, () => model.parallel(builder, reverse(builder, x), given, config));
  flow.keep(result.state);
  return reverse(builder, joined(builder, result));
}

export const mixer: PartDef<MixerPart> = {
  width: (_, width) => width,
  slots(part, width, place) {
    const slots = slotsOf(part, width, place);
    if (place.bidirectional !== true) return slots;
    return [...slots, ...slots.map((slot) => ({ ...slot, name: `${second}/${slot.name}` }))];
  },
  build(builder, x, part, place, flow) {
    const model = modelOf(part, place);
    const width = lastOf(builder.shape(x));
    const config = mixerConfig(part, width, place);
    const steps = stepsOf(model, place);
    const given = flow.take(steps.state(config).length);
    const result =
      flow.along === 'time' ? model.parallel(builder, x, given, config) : steps.step(builder, x, given ?? [], config);
    flow.keep(result.state);
    const forward = joined(builder, result);
    const y = place.bidirectional === true ? add(builder, forward, backward(builder, x, model, config, flow)) : forward;
    if (!projects(part, outputWidth(model, config), width)) return y;
    return dense(builder, 'down', y, width, { bias: part.bias && model.downBias !== false, end: true }, place);
  },
};
