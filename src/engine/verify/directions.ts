// A mixer that reads from both ends, as a case of the check of everything recurrent. It is defined by steps, on rows that are put in the
// opposite order one by one; there are no pieces of a sequence and no state that is carried on.
import { f32, lastOf } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { dense } from '../models/blocks.ts';
import type { MixerPart } from '../models/layout.ts';
import { everywhere, type MixerConfig, type MixerOutput, type ModelDef } from '../models/model.ts';
import { mixer, mixerConfig } from '../models/parts/mixer.ts';
import type { Flow, Place } from '../models/parts/part.ts';
import { layoutOf } from '../models/presets/registry.ts';
import { stackFields } from '../models/stack-fields.ts';
import { add, concat, reshape, split } from '../ops/functional.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { startState } from '../models/start.ts';
import type { Form, Recurrence } from './recurrence-program.ts';

const part: MixerPart = { part: 'mixer', expansion: 1, down: 'always', bias: true };
const [batch, time, width] = [2, 5, 8];

function placeOf(model: ModelDef, implementation: string): Place {
  const values: FieldValues = { ...defaultsOf(stackFields), ...defaultsOf(model.fields), bidirectional: true };
  const found = layoutOf(values);
  if ('problem' in found) throw new Error('directions: the usual network must have a layout');
  const { layout } = found;
  return { layout, layer: 1, layers: 3, longest: time, model, implementation, values, bidirectional: true };
}

const wholeFlow: Flow = { along: 'time', mode: null, take: () => null, keep: () => undefined };

/** Outputs of each row [B, D], after the rows before it: [B, 1, H]. */
function byStep(builder: GraphBuilder, rows: readonly ValueId[], model: ModelDef, config: MixerConfig): ValueId[] {
  let state = startState(builder, batch, model.state(config), false);
  return rows.map((row) => {
    const { y, more = [], state: after } = model.step(builder, row, state, config);
    state = after;
    const all = more.length === 0 ? y : concat(builder, [y, ...more], 1);
    return reshape(builder, all, [batch, 1, lastOf(builder.shape(all))]);
  });
}

function defined(builder: GraphBuilder, x: ValueId, place: Place): MixerOutput {
  const { model } = place;
  const config = mixerConfig(part, width, place);
  const rows = split(builder, x, 1, Array<number>(time).fill(1)).map((row) => reshape(builder, row, [batch, width]));
  const forward = byStep(builder, rows, model, config);
  const back = builder.scope('backward', () => byStep(builder, rows.toReversed(), model, config)).toReversed();
  const sum = add(builder, concat(builder, forward, 1), concat(builder, back, 1));
  const bias = part.bias && model.downBias !== false;
  return { y: dense(builder, 'down', sum, width, { bias, end: true }, place), state: [] };
}

/** All implementations of every device that accept the settings; `tolerance` as for a mixer alone. */
export function bothDirections(
  model: ModelDef,
  tolerances: (id: string) => Omit<Form, 'name' | 'parallel'>,
): Recurrence {
  const accepts = (id: string): boolean =>
    (model.refuse?.(mixerConfig(part, width, placeOf(model, id))) ?? null) === null;
  const ids = everywhere(model.implementations)
    .map(({ id }) => id)
    .filter(accepts);
  const place = placeOf(model, ids[0] ?? '');
  return {
    name: `${model.title} from both ends [${batch}, ${time}, ${width}]`,
    x: f32(batch, time, width),
    vocabulary: 0,
    slots: [],
    forms: ids.map((id) => ({
      name: id,
      ...tolerances(id),
      parallel: (builder, x) => ({
        y: mixer.build(builder, x, part, placeOf(model, id), wholeFlow),
        state: [],
      }),
    })),
    rounds: model.rounds?.(place.values) ?? false,
    whole: (builder, x) => defined(builder, x, place),
  };
}
