// What one layer of a model holds without the network around it: for a person who chooses between models. Computes nothing.
import { sizeOf } from '../core/tensor.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { constant } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import type { MixerSize } from '../spec/catalogue.ts';
import { defaultsOf } from '../spec/fields.ts';
import type { MixerConfig, ModelDef } from './model.ts';

/** Numbers of a carried state with room for so many steps. */
const stateOf = (model: ModelDef, config: MixerConfig): number =>
  model.state(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** The state is linear in the room it has. */
const longest = 64;

/** Weights and state of one layer of `width` (D) and `hidden` (H) with the model's default fields, in numbers; null if it refuses that width. */
export function mixerSize(model: ModelDef, width: number, hidden: number): MixerSize | null {
  const config: MixerConfig = {
    width,
    hidden,
    longest,
    implementation: model.implementations[0]?.id ?? '',
    layer: 0,
    layers: 1,
    values: defaultsOf(model.fields),
  };
  if ((model.refuse?.(config) ?? null) !== null) return null;
  const program = new ProgramBuilder(opTable);
  program.entry('forward', (builder) => model.parallel(builder, constant(builder, [1, 1, width], 0), null, config));
  const growth = stateOf(model, { ...config, longest: longest + 1 }) - stateOf(model, config);
  return {
    weights: program.variables.reduce((sum, { type }) => sum + sizeOf(type.shape), 0),
    state: stateOf(model, config) - growth * longest,
    growth,
  };
}
