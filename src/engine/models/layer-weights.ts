// How many weights the recurrence of one layer learns, counted on the graph that runs would train: with or without biases and the projection back to the
// width. Computes nothing.
import { asIs, say } from '../core/say.ts';
import { AppFailure } from '../core/result.ts';
import { sizeOf } from '../core/tensor.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { constant } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf } from '../spec/fields.ts';
import type { LayerAsked } from '../spec/reproduce/computed.ts';
import type { MixerPart } from './layout.ts';
import { mixer } from './parts/mixer.ts';
import type { Flow } from './parts/part.ts';
import { layoutOf } from './presets/registry.ts';
import { findModel } from './registry.ts';
import { stackFields } from './stack-fields.ts';

/** A whole sequence from the start, in evaluation. */
const fromTheStart: Flow = { along: 'time', mode: null, take: () => null, keep: () => undefined };

/** `down` and whatever stands in it. */
const isOfProjection = (name: string): boolean => name.split('/').includes('down');

export function layerWeights({ model: kind, width, expansion, counted }: LayerAsked): number {
  const model = findModel(kind);
  if (model === null)
    throw new AppFailure({
      code: 'bad-input',
      message: say`weights: the model must be a known one, got ${asIs(kind)}`,
    });
  const bias = counted === 'biases';
  const values = { ...defaultsOf(stackFields), ...defaultsOf(model.fields), d: width, expansion, bias };
  const found = layoutOf(values);
  if ('problem' in found) throw new Error('weights: the usual network must be one');
  const part: MixerPart = { part: 'mixer', expansion, down: 'always', bias };
  const implementation = model.implementations[0]?.id ?? '';
  const place = { layout: found.layout, layer: 0, layers: 1, longest: 1, model, implementation, values };
  const program = new ProgramBuilder(opTable);
  program.entry('forward', (builder) => [
    mixer.build(builder, constant(builder, [1, 1, width], 0), part, place, fromTheStart),
  ]);
  return program.variables
    .filter(({ name }) => counted !== 'matrices' || !isOfProjection(name))
    .reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
}
