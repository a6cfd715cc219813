// The cases of every registered model, made from its fields and implementations: a new model is checked without changes here.
import { f32, i32 } from '../core/tensor.ts';
import { constant } from '../ops/functional.ts';
import { everywhere, type MixerConfig, type ModelDef } from '../models/model.ts';
import {
  hiddenOf,
  refuseStack,
  stackParallel,
  stackStart,
  stackState,
  stackStep,
  type StackConfig,
} from '../models/stack.ts';
import { readStack, stackFields } from '../models/stack-fields.ts';
import { defaultsOf, type Field, type FieldValue, type FieldValues } from '../spec/fields.ts';
import type { DeviceUnderTest } from './check-op.ts';
import { bothDirections } from './directions.ts';
import { halfModelTolerance } from './tolerances.ts';
import type { Form, Recurrence } from './recurrence-program.ts';
import { checkRecurrence, type CheckedGroup } from './recurrence.ts';

/** [B, T, D, H] that tend to break code: all ones, no multiple of a vector, more than a block of 64. */
const shapes: readonly (readonly [batch: number, time: number, width: number, hidden: number])[] = [
  [1, 1, 1, 1],
  [2, 2, 3, 5],
  [3, 9, 4, 7],
  [2, 65, 3, 5],
];

/** Half an ulp of float32 at 1. */
const u = 2 ** -24;

/**
 * Float32 against float64, outputs and gradients. The log-space form keeps logarithms of size |A_T| <= T (a step adds about 0.8): three of them to
 * half an ulp each, 4 u T of a state; a gradient is what cancels of T such terms, which adds up as the root of T (log-scan-error.ts).
 */
const toleranceOf = (implementation: string, time: number): number =>
  implementation === 'log-scan' ? 2e-5 + 4 * u * (1 + time) * Math.sqrt(time) : 2e-5;

/** Defaults, and each choice and switch changed alone. */
function settingsOf(fields: Readonly<Record<string, Field>>): readonly FieldValues[] {
  const defaults: FieldValues = defaultsOf(fields);
  const others = Object.entries(fields).flatMap(([name, field]) =>
    otherValues(field).map((value) => ({ ...defaults, [name]: value })),
  );
  return [defaults, ...others];
}

function otherValues(field: Field): readonly FieldValue[] {
  if (field.kind === 'bool') return [!field.default];
  if (field.kind === 'choice')
    return field.choices.map(({ value }) => value).filter((value) => value !== field.default);
  return [];
}

const show = (values: FieldValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** A mixer alone, as the second of three layers: all implementations of every device that accept the settings. */
function mixerCase(
  model: ModelDef,
  values: FieldValues,
  [batch, time, width, hidden]: (typeof shapes)[number],
): Recurrence {
  const configOf = (implementation: string): MixerConfig => ({
    width,
    hidden,
    implementation,
    layer: 1,
    layers: 3,
    longest: time,
    values,
  });
  const forms = everywhere(model.implementations)
    .filter(({ id }) => (model.refuse?.(configOf(id)) ?? null) === null)
    .map(({ id }): Form => ({
      name: id,
      // The angle is a product of two numbers, each of them rounded, one of them after exp.
      tolerance: toleranceOf(id, time) + 4 * u * (model.turns?.(values) ?? 0),
      halfTolerance: halfModelTolerance,
      parallel: (builder, x, state) => model.parallel(builder, x, state, configOf(id)),
    }));
  const config = configOf(forms[0]?.name ?? '');
  const slots = model.state(config);
  return {
    name: `${model.title} [${batch}, ${time}, ${width} -> ${hidden}] ${show(values)}`,
    x: f32(batch, time, width),
    vocabulary: 0,
    slots,
    forms,
    rounds: model.rounds?.(values) ?? false,
    step: (builder, x, state) => model.step(builder, x, state, config),
    start: (builder) => slots.map((slot) => constant(builder, [batch, ...slot.shape], slot.start)),
  };
}

/** Settings of the stack around a mixer: everything on, everything off, and some in between. */
const stackSettings: readonly FieldValues[] = [
  { conv: true, mlp: true, learnedStart: true },
  { norm: 'layerNorm', mlp: true, mlpKind: 'gelu', headBias: true },
  { norm: 'none', residual: false, finalNorm: false, project: 'when-needed', expansion: 1 },
  { conv: true, convKernel: 2, expansion: 1.5, learnedStart: true },
];

/** The whole network around a mixer, with these settings of the stack. */
export function stackCase(model: ModelDef, settings: FieldValues, tokens: boolean, time: number): Recurrence {
  const values = { ...defaultsOf(stackFields), ...defaultsOf(model.fields), layers: 2, d: 5, ...settings };
  const batch = 2;
  // A recurrence alone reads and answers as many numbers as it is wide.
  const [read, answered] = values['stack'] === 'alone' ? [Number(values['d']), Number(values['d'])] : [3, 4];
  const configOf = (implementation: string): StackConfig => ({
    model,
    implementation,
    values,
    inputs: [tokens ? { kind: 'tokens', vocabulary: 7 } : { kind: 'features', width: read }],
    heads: [{ outputs: answered }],
    longest: time,
  });
  const forms = everywhere(model.implementations)
    .filter(({ id }) => refuseStack(configOf(id)) === null)
    .map(({ id }): Form => ({
      name: id,
      tolerance: 5 * toleranceOf(id, time),
      halfTolerance: 5 * halfModelTolerance,
      parallel: (builder, x, state) => stackParallel(builder, [x], state, configOf(id), null),
    }));
  const config = configOf(forms[0]?.name ?? '');
  return {
    name: `stack of ${model.title} (H ${hiddenOf(readStack(values))}, T ${time}, ${tokens ? 'tokens' : 'features'}) ${show(settings)}`,
    x: tokens ? i32(batch, time) : f32(batch, time, read),
    vocabulary: 7,
    slots: stackState(config),
    forms,
    rounds: model.rounds?.(values) ?? false,
    step: (builder, x, state) => stackStep(builder, [x], state, config),
    start: (builder) => stackStart(builder, batch, config),
  };
}

/** Every case of a model: the mixer in all settings and shapes, from both ends, and the stack around it. */
export function modelCases(model: ModelDef): readonly Recurrence[] {
  const settings = settingsOf(model.fields);
  const mixers = settings.flatMap((values, i) =>
    shapes.filter((_, shape) => i === 0 || shape === 2).map((shape) => mixerCase(model, values, shape)),
  );
  const stacks = stackSettings.map((values, i) => stackCase(model, values, i % 2 === 0, i === 3 ? 2 : 6));
  const both = bothDirections(model, (id) => ({
    tolerance: 5 * toleranceOf(id, 5),
    halfTolerance: halfModelTolerance,
  }));
  return [...mixers, both, ...stacks];
}

/** All groups of comparisons of a model, on the reference and on the given devices. */
export async function checkModel(model: ModelDef, devices: readonly DeviceUnderTest[]): Promise<CheckedGroup[]> {
  const groups: CheckedGroup[] = [];
  for (const one of modelCases(model)) groups.push(...(await checkRecurrence(one, devices)));
  return groups;
}
