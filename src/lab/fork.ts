// A new run from a checkpoint of another, with training settings changed. The parent stays as it is.
import { AppFailure, unwrap, type ErrorCode } from '../engine/core/result.ts';
import { checkField } from '../engine/spec/field-check.ts';
import type { Fields, FieldValues } from '../engine/spec/fields.ts';
import { unknownName } from '../engine/spec/nearest.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import type { RunAction, RunId } from '../protocol/lab.ts';
import type { StoredRun } from '../session/store.ts';
import type { Race } from './race.ts';
import { freeName, newRunId } from './run-names.ts';
import { unitsDone } from './run-states.ts';
import * as schedule from './scheduler.ts';
import type { SessionKeeper } from './session-keeper.ts';

type Fork = Extract<RunAction, { readonly kind: 'fork' }>;

const failure = (code: ErrorCode, message: string, field: string, cure?: string): AppFailure =>
  new AppFailure({ code, message, field, ...(cure === undefined ? {} : { cure }) });

function checkTraining(training: FieldValues, fields: Fields): void {
  for (const [name, value] of Object.entries(training)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = field ? checkField(field, value) : unknownName('training setting', name, Object.keys(fields));
    if (problem !== null) throw failure('bad-input', problem, `training.${name}`);
  }
}

async function startOf(keeper: SessionKeeper, parent: StoredRun, step: number): Promise<CheckpointData> {
  await keeper.settled();
  const steps = [...new Set(keeper.live(parent.id).checkpoints.map((mark) => mark.step))];
  if (!steps.includes(step)) {
    const known = steps.length === 0 ? 'none yet' : steps.join(', ');
    throw failure(
      'not-found',
      `fork: ${parent.name} has no checkpoint at step ${step}; it has ${known}`,
      'action.step',
    );
  }
  const from = unwrap(await keeper.store.checkpoint(parent.id, { step }));
  const { amount, unit } = parent.spec.budget;
  if (unitsDone(from.cursor, parent.spec.budget, parent.facts?.tokensPerStep ?? null) < amount) return from;
  throw failure(
    'bad-input',
    `fork: step ${step} is the end of the budget of ${amount} ${unit}`,
    'action.step',
    'Choose an earlier checkpoint.',
  );
}

/** Rejects with AppFailure and changes nothing when the checkpoint or a setting is not right. */
export async function fork(race: Race, id: RunId, action: Fork, trainingFields: Fields): Promise<void> {
  const { keeper } = race;
  const parent = keeper.run(id);
  const training = action.training ?? {};
  checkTraining(training, trainingFields);
  const from = await startOf(keeper, parent, action.step);
  // A rate set by hand belongs to the parent when the fork asks for one of its own.
  const cursor = training['learningRate'] === undefined ? from.cursor : { ...from.cursor, learningRate: null };
  const runs = keeper.runs();
  const child: StoredRun = {
    ...parent,
    id: newRunId(),
    spec: { ...parent.spec, training: { ...parent.spec.training, ...training } },
    name: freeName(action.name ?? `${parent.name} · from step ${action.step}`, new Set(runs.map((run) => run.name))),
    variant: 1 + Math.max(...runs.map((run) => run.variant)),
    identity: 1 + Math.max(...runs.map((run) => run.identity)),
    intent: 'queued',
    problem: null,
    cursor,
    forkedFrom: { run: id, step: action.step },
    stepSeconds: null,
    warmupSeconds: null,
    peakBytes: null,
    note: '',
    tags: [],
    hidden: false,
  };
  keeper.addRuns([child]);
  keeper.checkpoint(child.id, { kind: 'latest', cursor, bytes: from.bytes });
  keeper.event(child.id, 'fork', `${id} at step ${action.step}`);
  await keeper.needSaved();
  race.change((state) => schedule.join(state, child.id));
}
