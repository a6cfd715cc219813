// Turns the description of a run into the objects of training: the task with its data, the network's configuration, the optimiser.
// Finds everything that can be refused before a graph is built.
import type { TaskData } from '../data/labelled.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, either, label, type Message, say } from '../core/say.ts';
import { layoutOf } from '../models/presets/registry.ts';
import { deviceInfos, findInfo } from '../device/registry.ts';
import { findModel } from '../models/registry.ts';
import { stackFields } from '../models/stack-fields.ts';
import { refuseFuture, refuseStack, type StackConfig, type StackInput } from '../models/stack.ts';
import type { OptimiserDef } from '../optim/optimiser.ts';
import { findOptimiser } from '../optim/registry.ts';
import type { Schedule } from '../optim/rates.ts';
import { offered } from '../spec/catalogue.ts';
import { checkField } from '../spec/field-check.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { findTask } from '../tasks/registry.ts';
import { outputsOf, stepWidth, targetsOf } from '../tasks/streams.ts';
import type { Task } from '../tasks/task.ts';
import { stepsOf } from './budget.ts';
import { readTraining, trainingFields, type TrainingValues } from './fields.ts';

export interface RunSetup {
  readonly spec: RunSpec;
  readonly task: Task;
  readonly stack: StackConfig;
  readonly training: TrainingValues;
  readonly optimiser: OptimiserDef;
  /** Sequences processed at once. */
  readonly microBatch: number;
  /** Sequences of one held-out batch. */
  readonly evalBatch: number;
}

/** The first value its field does not allow. A stored run may come from anywhere; an experiment is checked by the same fields. */
function firstOutside(owner: string, fields: Fields, values: FieldValues): Result<never> | null {
  for (const [name, field] of Object.entries(fields)) {
    if (field.added === true && values[name] === undefined) continue;
    const problem = checkField(field, values[name]);
    if (problem !== null) return fail('bad-input', problem, { field: `${owner}.${name}` });
  }
  return null;
}

/** One for each target; the first has no name of its own. */
const headsOf = (task: Task): StackConfig['heads'] =>
  targetsOf(task).map((target, at) => ({
    ...(at === 0 ? {} : { name: target.name }),
    outputs: outputsOf(target),
    at: target.at,
  }));

/** The parts of a run, or the first invalid setting, addressed to its field. */
export function setUpRun(spec: RunSpec, data: TaskData | null): Result<RunSetup> {
  const taskDef = findTask(spec.task.id);
  if (taskDef === null)
    return fail('not-found', say`Task must be a known one, got "${asIs(spec.task.id)}".`, { field: 'task.id' });
  const model = findModel(spec.model.kind);
  if (model === null)
    return fail('not-found', say`Model must be a known one, got "${asIs(spec.model.kind)}".`, { field: 'model.kind' });
  const outside =
    firstOutside('training', trainingFields, spec.training) ??
    firstOutside('model.fields', { ...stackFields, ...model.fields }, spec.model.fields) ??
    firstOutside('task.fields', taskDef.fields, spec.task.fields);
  if (outside !== null) return outside;
  const training = readTraining(spec.training);
  const optimiser = findOptimiser(training.optimiser);
  if (optimiser === null) {
    return fail('not-found', say`Optimiser must be a known one, got "${asIs(training.optimiser)}".`, {
      field: 'training.optimiser',
    });
  }
  const task = taskDef.prepare(spec.task.fields, data);
  if (!task.ok) return task;
  const stack: StackConfig = {
    model,
    implementation: spec.model.implementation,
    values: spec.model.fields,
    inputs: inputsOf(task.value),
    heads: headsOf(task.value),
    longest: Math.max(task.value.trainLength, task.value.evalLength),
  };
  const refused = refuseNetwork(stack, spec.device.kind, task.value);
  if (refused !== null) return refused;
  if (training.batch % training.accumulate !== 0) {
    const message = say`Gradient accumulation must divide the batch (${training.batch}), got ${training.accumulate}.`;
    return fail('bad-input', message, { field: 'training.accumulate' });
  }
  const microBatch = training.batch / training.accumulate;
  const evalBatch = Math.min(microBatch, task.value.evalSequences);
  return ok({ spec, task: task.value, stack, training, optimiser, microBatch, evalBatch });
}

/** Every stream; tokens beside others keep the name of theirs. */
const inputsOf = ({ inputs }: Task): readonly StackInput[] =>
  inputs.map((stream) =>
    stream.kind === 'tokens'
      ? { kind: 'tokens', vocabulary: stream.vocabulary, ...(inputs.length === 1 ? {} : { name: stream.name }) }
      : { kind: 'features', width: stepWidth(stream) },
  );

function refuseNetwork(stack: StackConfig, device: string, task: Task): Result<never> | null {
  const layout = layoutOf(stack.values);
  if ('problem' in layout) return fail('bad-input', layout.problem, { field: 'model.fields.block' });
  const future = refuseFuture(stack);
  if (future !== null) return fail('bad-input', future, { field: 'model.fields.bidirectional' });
  const refused = refuseDevice(stack, device) ?? refuseStack(stack) ?? refuseLength(stack, task);
  return refused === null ? null : fail('bad-input', refused, { field: 'model.implementation' });
}

function refuseDevice({ model, implementation }: StackConfig, device: string): Message | null {
  const chosen = model.implementations.find(({ id }) => id === implementation);
  if (chosen === undefined || offered(chosen, findInfo(device))) return null;
  const devices = deviceInfos.filter((one) => offered(chosen, one)).map(({ kind }) => kind);
  return say`${label(model.title)}: implementation ${asIs(implementation)} must run on device ${either(devices.map((one) => asIs<string>(one)))}, got ${asIs(device)}`;
}

/** Planning an unrolled graph of more steps takes minutes and gigabytes. */
const mostUnrolled = 16_384;

function refuseLength({ model, implementation, values }: StackConfig, task: Task): Message | null {
  const unrolled = model.implementations.find(({ id }) => id === implementation)?.unrolled === true;
  const steps = Number(values['layers']) * Math.max(task.trainLength, task.evalLength);
  if (!unrolled || steps <= mostUnrolled) return null;
  return say`${label(model.title)}: implementation ${asIs(implementation)} must have layers x length of at most ${mostUnrolled} time steps, got ${steps}`;
}

/** The learning rate over the run; without an end where the budget is in seconds. */
export function scheduleOf({ spec, training }: RunSetup, tokensPerStep: number): Schedule {
  return {
    kind: training.schedule === 'cosine' ? 'cosine' : 'constant',
    learningRate: training.learningRate,
    minimum: Math.min(training.minimumLearningRate, training.learningRate),
    warmup: training.warmup,
    steps: stepsOf(spec.budget, tokensPerStep),
  };
}
