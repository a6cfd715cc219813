// A new run from a checkpoint of another, with training settings changed. The parent stays as it is. Judged as a whole before it exists.
import { AppFailure, unwrap, type ErrorCode } from '../engine/core/result.ts';
import { checkField } from '../engine/spec/field-check.ts';
import type { Fields, FieldValues } from '../engine/spec/fields.ts';
import { identitiesFor } from '../engine/spec/identities.ts';
import { unmeasured } from '../engine/spec/memory-check.ts';
import { unknownName } from '../engine/spec/nearest.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import { refuseStart } from '../engine/training/checkpoint-start.ts';
import type { CheckpointData } from '../protocol/engine.ts';
import type { RunAction, RunId } from '../protocol/state.ts';
import type { StoredRun } from '../session/store.ts';
import type { Race } from './race.ts';
import { freeName, newRunId } from './run-names.ts';
import { usesOf } from './run-texts.ts';
import { unitsDone } from './run-states.ts';
import { modelKinds } from './starting-grid.ts';
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

/** Whether the whole run could be trained from `from`. Rejects with AppFailure that names the setting. */
function judge(parent: StoredRun, spec: RunSpec, from: CheckpointData, text: string | null): void {
  const { budget, training } = spec;
  const { batch } = parent.spec.training;
  if (budget.unit === 'tokens' && training['batch'] !== batch) {
    throw failure(
      'bad-input',
      `fork: a budget of tokens counts every step alike, so the batch must stay ${batch}, got ${training['batch']}`,
      'training.batch',
      'Start a new run with that batch.',
    );
  }
  const problem = refuseStart(spec, text, from.bytes);
  if (problem !== null) throw new AppFailure({ ...problem, message: `fork: ${problem.message}` });
}

/** The child as it begins; names and places that are taken are those of `runs`. */
function childOf(
  parent: StoredRun,
  spec: RunSpec,
  action: Fork,
  runs: readonly StoredRun[],
): Omit<StoredRun, 'cursor'> {
  const taken = new Set(runs.map((run) => run.name));
  const looks = { models: modelKinds, taken: runs.map((run) => run.identity) };
  const [identity] = identitiesFor([spec.model.kind], looks);
  return {
    ...parent,
    id: newRunId(),
    spec,
    name: freeName(action.name ?? `${parent.name} · from step ${action.step}`, taken),
    variant: 1 + Math.max(...runs.map((run) => run.variant)),
    identity: identity ?? 0,
    intent: 'queued',
    problem: null,
    forkedFrom: { run: parent.id, step: action.step },
    // What was planned and counted for the parent holds for the child only when nothing changed.
    facts: action.training === undefined ? unmeasured(parent.facts) : null,
    stepSeconds: null,
    warmupSeconds: null,
    peakBytes: null,
    note: '',
    tags: [],
    hidden: false,
  };
}

/** A fork that may be made. It exists when `make` has resolved, whole; when it rejects there is nothing. */
export interface JudgedFork {
  make(): Promise<void>;
}

/** Rejects with AppFailure and changes nothing when the checkpoint or a setting is not right. */
export async function judgeFork(race: Race, id: RunId, action: Fork, trainingFields: Fields): Promise<JudgedFork> {
  const { keeper } = race;
  const parent = keeper.run(id);
  const training = action.training ?? {};
  checkTraining(training, trainingFields);
  const from = await startOf(keeper, parent, action.step);
  const spec = { ...parent.spec, training: { ...parent.spec.training, ...training } };
  const before = usesOf(parent).filter((use) => use.step <= action.step);
  const learner = { name: `fork of ${parent.name}`, spec };
  const found = await race.texts.resolve(learner, before, action.step, action.otherData ?? false);
  judge(parent, spec, from, found.text);
  // A rate set by hand belongs to the parent when the fork asks for one of its own.
  const cursor = training['learningRate'] === undefined ? from.cursor : { ...from.cursor, learningRate: null };
  return {
    make: async () => {
      const child = { ...childOf(parent, spec, action, keeper.runs()), cursor, texts: found.uses };
      await keeper.addFork(child, { kind: 'latest', cursor, bytes: from.bytes }, `${id} at step ${action.step}`);
      race.change((state) => schedule.join(state, child.id));
    },
  };
}
