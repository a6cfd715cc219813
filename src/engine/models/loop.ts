// The paper's baseline: a recurrence unrolled over time, one set of nodes a step. Slow by nature; the same function as the others.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { concat, constant, reshape, split } from '../ops/functional.ts';
import type { MixerConfig, MixerOutput, ModelDef } from './model.ts';

/** x [B, T, D] -> y [B, T, H] by T applications of `model.step`. */
export function loopOverTime(
  builder: GraphBuilder,
  model: Pick<ModelDef, 'step' | 'state'>,
  x: ValueId,
  state: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const [batch = 1, time = 1, width = 1] = builder.shape(x);
  const steps =
    time === 1
      ? [x]
      : split(
          builder,
          x,
          1,
          Array.from({ length: time }, () => 1),
        ); // T of [B, 1, D]
  let carried = state ?? model.state(config).map((slot) => constant(builder, [batch, ...slot.shape], slot.start));
  const outputs = steps.map((one) => {
    const { y, more = [], state: after } = model.step(builder, reshape(builder, one, [batch, width]), carried, config);
    carried = after;
    return [y, ...more].map((value) => reshape(builder, value, [batch, 1, ...builder.shape(value).slice(1)]));
  });
  const [y = x, ...more] = (outputs[0] ?? []).map((first, i) =>
    outputs.length === 1
      ? first
      : concat(
          builder,
          outputs.map((results) => results[i] ?? first),
          1,
        ),
  );
  return { y, ...(more.length === 0 ? {} : { more }), state: carried };
}
