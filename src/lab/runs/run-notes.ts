// Notes on a run before it starts: settings that are allowed but have no effect, or another one than their name suggests.
// Pure: a complete spec in, sentences out, each addressed to its field.
import { asIs, either, english, label, type Message, type MessageValue, say, unsaid } from '../../engine/core/say.ts';
import type { Field, Fields, FieldValue, FieldValues } from '../../engine/spec/fields.ts';
import type { RunSpec, SpecIssue } from '../../engine/spec/run-spec.ts';
import { findModel } from '../../engine/models/registry.ts';
import { stackFields } from '../../engine/models/stack-fields.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import { trainingFields, readTraining, type TrainingValues } from '../../engine/training/fields.ts';

export interface RunNote {
  /** `training.warmup`, `fields.dropout`. */
  readonly field: string;
  readonly message: Message;
}

/** `steps` of the whole run; null when the budget is in seconds or they are not known. */
export function notesOf({ model, task, training: values }: RunSpec, steps: number | null): readonly RunNote[] {
  const training = readTraining(values);
  const network = { ...stackFields, ...findModel(model.kind)?.fields };
  return [
    ...withoutEffect('training', trainingFields, values),
    ...withoutEffect('fields', network, { ...model.fields, implementation: model.implementation }),
    ...scheduleNotes(training, steps),
    ...shownNotes(task, training.batch, steps),
    ...(model.fields['dropoutPlace'] === 'mlp' && model.fields['mlp'] === false && Number(model.fields['dropout']) > 0
      ? [note('fields.dropout', say`Dropout has no effect: it acts after the MLP only, and the network has none.`)]
      : []),
  ];
}

const note = (field: string, message: Message): RunNote => ({ field, message });

const nameOfValue = (field: Field | undefined, value: FieldValue): MessageValue =>
  field?.kind === 'choice'
    ? label(field.choices.find((choice) => choice.value === value)?.label ?? String(value))
    : field?.kind === 'bool'
      ? value === true
        ? say`on`
        : say`off`
      : typeof value === 'number'
        ? value
        : asIs(String(value));

/** Settings other than their defaults whose condition is not met. */
function withoutEffect(owner: string, fields: Fields, values: FieldValues): readonly RunNote[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const { when } = field;
    const value = values[name];
    const other = when === undefined ? undefined : values[when.field];
    if (when === undefined || value === undefined || other === undefined) return [];
    if (value === field.default || when.is.includes(other)) return [];
    const condition = fields[when.field];
    const needed = either(when.is.map((one) => nameOfValue(condition, one)));
    const message = say`${label(field.label)} ${nameOfValue(field, value)} has no effect: it needs ${label(condition?.label ?? when.field)} ${needed}, got ${nameOfValue(condition, other)}.`;
    return [note(`${owner}.${name}`, message)];
  });
}

function scheduleNotes(training: TrainingValues, steps: number | null): readonly RunNote[] {
  const { schedule, learningRate, minimumLearningRate, warmup, logEvery } = training;
  const notes: RunNote[] = [];
  if (schedule === 'cosine' && minimumLearningRate >= learningRate) {
    const message = say`Final learning rate ${minimumLearningRate} is not below the learning rate ${learningRate}: the cosine changes nothing, the rate stays at ${learningRate}.`;
    notes.push(note('training.minimumLearningRate', message));
  }
  if (steps === null) return notes;
  if (warmup >= steps) {
    const reached = ((learningRate * steps) / (warmup + 1)).toPrecision(2);
    const message = say`Warm-up of ${warmup} steps is longer than the run (${steps} steps): the learning rate ends at ${Number(reached)} and never reaches ${learningRate}.`;
    notes.push(note('training.warmup', message));
  }
  if (logEvery > steps) {
    const message = say`Record every ${logEvery} steps: a run of ${steps} steps records no training loss.`;
    notes.push(note('training.logEvery', message));
  }
  return notes;
}

/** Steps mentioned in notes when the budget is in seconds. */
const someSteps = 1000;
/** Share of the held-out set below which the effect is negligible. */
const worthSaying = 0.05;

/** Held-out problems that also occur in training. */
function shownNotes({ id, fields }: RunSpec['task'], batch: number, steps: number | null): readonly RunNote[] {
  const task = findTask(id);
  const prepared = task === null || task.needs !== null ? null : task.prepare(fields, null);
  if (!prepared?.ok || !prepared.value.shown) return [];
  const { evalSequences: all } = prepared.value;
  const shown = prepared.value.shown(steps ?? someSteps, batch);
  if (shown < worthSaying * all) return [];
  const percent = Math.round((100 * shown) / all);
  const cure = 'disjoint' in fields ? say` "Disjoint sets" keeps them apart.` : unsaid;
  const message = say`About ${Math.round(shown)} of the ${all} held-out sequences (${percent} %) also come up in training within ${steps ?? someSteps} steps: part of the accuracy is memory.${cure}`;
  return [note(`task.fields.${'disjoint' in fields ? 'disjoint' : 'evalSequences'}`, message)];
}

/** Notes of all variants as issues: one that several variants share is said once, and addressed to what they share. */
export function noteIssues(variants: readonly (readonly RunNote[])[]): readonly SpecIssue[] {
  const first = new Map<string, RunNote & { readonly variant: number; shared: boolean }>();
  variants.forEach((notes, variant) => {
    for (const { field, message } of notes) {
      const known = first.get(english(message));
      if (known) known.shared = true;
      else first.set(english(message), { field, message, variant, shared: false });
    }
  });
  const only = variants.length === 1;
  return [...first.values()].map(({ field, message, variant, shared }) => ({
    field:
      field.startsWith('task.') || ((shared || only) && !field.startsWith('fields.'))
        ? field
        : `variants[${variant}].fields.${field.split('.').at(-1) ?? ''}`,
    message,
    severity: 'warning',
  }));
}
