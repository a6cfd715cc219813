// Both forms of a model from one function over time: a step is a sequence of one that goes on from the states it is given. For models whose
// parallel form can begin anywhere; independent of models.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { reshape } from '../ops/functional.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef } from './model.ts';

interface OverTime<Weights> {
  /** Of the model, for messages. */
  readonly title: string;
  readonly state: ModelDef['state'];
  /** What a graph makes once, also where it is unrolled step by step. */
  readonly weights: (builder: GraphBuilder, config: MixerConfig) => Weights;
  /** x [B, T, D] -> y [B, T, H] after `given`, null = from the beginning. */
  readonly through: (
    builder: GraphBuilder,
    x: ValueId,
    given: readonly ValueId[] | null,
    config: MixerConfig,
    weights: Weights,
  ) => MixerOutput;
}

/** For models that make their weights wherever they use them. */
export const ownWeights = (): null => null;

export function alongTime<Weights>(model: OverTime<Weights>): Pick<ModelDef, 'state' | 'parallel' | 'step'> {
  const { title, state, through } = model;
  const stepWith =
    (weights: Weights): ModelDef['step'] =>
    (builder, x, given, config) => {
      requireStates(title, state(config), given);
      const [batch = 1, width = 1] = builder.shape(x);
      const { y, state: after } = through(builder, reshape(builder, x, [batch, 1, width]), given, config, weights);
      return { y: reshape(builder, y, [batch, builder.shape(y)[2] ?? 1]), state: after };
    };
  const parallel: ModelDef['parallel'] = (builder, x, given, config) => {
    const weights = model.weights(builder, config);
    return config.implementation === 'loop'
      ? loopOverTime(builder, { state, step: stepWith(weights) }, x, given, config)
      : through(builder, x, given, config, weights);
  };
  const step: ModelDef['step'] = (builder, x, given, config) =>
    stepWith(model.weights(builder, config))(builder, x, given, config);
  return { state, parallel, step };
}

function requireStates(title: string, slots: ReturnType<ModelDef['state']>, given: readonly ValueId[]): void {
  if (given.length === slots.length) return;
  const names = slots.map(({ name }) => name).join(', ');
  throw new Error(`${title}: a step needs ${slots.length} carried states (${names}), got ${given.length}`);
}
