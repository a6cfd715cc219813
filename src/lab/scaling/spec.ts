// Converts a scaling measurement to the runs it times, with an error for impossible requests. No processes here.
import { type Message, say } from '../../engine/core/say.ts';
import { checkField } from '../../engine/spec/field-check.ts';
import type { IntField } from '../../engine/spec/fields.ts';
import { scalingCounts, scalingSizes } from '../../engine/spec/limits.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { ScalingSeries, ScalingSpec } from '../../engine/spec/scaling.ts';

/** Symbols the task asks for at the end; short sequences ask for fewer. */
const most = 8;
const shortest = 4;

const classic = ['loop', 'fused'];

/** Suitable for a processor: takes a minute or two, with every implementation. */
export const suggestedSpec: ScalingSpec = {
  format: 'minrnn-scaling',
  version: 1,
  vary: 'length',
  from: 64,
  to: 1024,
  length: 256,
  width: 64,
  batch: 16,
  layers: 1,
  series: [
    ...classic.map((implementation) => ({ model: 'gru', implementation })),
    { model: 'lstm', implementation: 'fused' },
    ...[...classic, 'scan', 'log-scan'].map((implementation) => ({ model: 'minGru', implementation })),
    { model: 'minLstm', implementation: 'fused' },
  ],
  device: { kind: 'auto', threads: 0 },
  warmUp: 3,
  repeats: 10,
};

/** The shape of the points at one place on the axis. */
export function shapeAt(spec: ScalingSpec, at: number): { length: number; width: number; batch: number } {
  const { length, width, batch } = spec;
  return { length, width, batch, [spec.vary]: at };
}

/**
 * One point as an experiment of one run: recurrent layers of `width` without widening or extra projections on selective copying, whose
 * length is free and whose vocabulary is small, trained with the default optimiser. Nothing is evaluated or saved in between.
 */
export function experimentAt(spec: ScalingSpec, series: ScalingSeries, at: number): ExperimentSpec {
  const { length, width, batch } = shapeAt(spec, at);
  const memorise = Math.max(1, Math.min(most, Math.floor(length / shortest)));
  return {
    format: 'minrnn-experiment',
    version: 1,
    name: `scaling ${at}`,
    task: { id: 'selective-copy-v1', fields: { length: length - memorise, memorise, evalSequences: 1 } },
    variants: [
      {
        model: series.model,
        implementation: series.implementation,
        fields: { d: width, layers: spec.layers, expansion: 1, project: 'when-needed' },
      },
    ],
    training: { batch, evaluateAtStart: false, evaluateEvery: 1_000_000, checkpointEvery: 86_400 },
    budget: { unit: 'steps', amount: 1_000_000 },
    device: spec.device,
    mode: 'queue',
  };
}

/** The first thing wrong, addressed to its field; null when all numbers are in range. Models and devices are judged with their runs. */
export function problemOf(spec: ScalingSpec): { readonly field: string; readonly message: Message } | null {
  const within = (field: string, value: number, limits: IntField) => {
    const problem = checkField({ ...limits, label: field }, value);
    return problem === null ? [] : [{ field, message: say`scaling: ${problem}` }];
  };
  const ends = scalingSizes[spec.vary];
  const kept = (['length', 'width', 'batch'] as const).filter((axis) => axis !== spec.vary);
  const found = [
    ...within('from', spec.from, ends),
    ...within('to', spec.to, { ...ends, min: spec.from }),
    ...kept.flatMap((axis) => within(axis, spec[axis], scalingSizes[axis])),
    ...within('layers', spec.layers, scalingSizes.layers),
    ...(['warmUp', 'repeats'] as const).flatMap((count) => within(count, spec[count], scalingCounts[count])),
  ];
  if (spec.series.length === 0) return { field: 'series', message: say`scaling: series must name a model, got none` };
  return found[0] ?? null;
}
