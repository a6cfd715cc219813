// A new run from a checkpoint of another, or with its settings from the weights of a file, with training settings changed. The parent stays
// as it is. Checked as a whole before it exists.
import type { TaskData } from '../../engine/data/labelled.ts';
import { AppFailure, unwrap, type ErrorCode } from '../../engine/core/result.ts';
import { asIs, type Message, say, term } from '../../engine/core/say.ts';
import { checkField } from '../../engine/spec/field-check.ts';
import type { Fields, FieldValues } from '../../engine/spec/fields.ts';
import { identitiesFor } from '../../engine/spec/identities.ts';
import { unmeasured } from '../../engine/spec/memory-check.ts';
import { unknownName } from '../../engine/spec/nearest.ts';
import type { Origin } from '../../engine/spec/origin.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import { refuseStart } from '../../engine/training/checkpoint-start.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import type { RunAction, RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import type { Race } from '../race/race.ts';
import { freeName, newRunId } from './run-names.ts';
import { usesOf } from './run-texts.ts';
import { unitsDone } from './run-states.ts';
import { modelKinds } from '../race/starting-grid.ts';
import * as schedule from '../race/scheduler.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import { beginWith, readWeights } from './weights-file.ts';

type Fork = Extract<RunAction, { readonly kind: 'fork' }>;

const failure = (code: ErrorCode, message: Message, field: string, cure?: Message): AppFailure =>
  new AppFailure({ code, message, field, ...(cure === undefined ? {} : { cure }) });

function checkTraining(training: FieldValues, fields: Fields): void {
  for (const [name, value] of Object.entries(training)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = field ? checkField(field, value) : unknownName(say`training setting`, name, Object.keys(fields));
    if (problem !== null) throw failure('bad-input', problem, `training.${name}`);
  }
}

/** The child's starting point, and the text for the list of events. */
interface Start {
  readonly from: CheckpointData;
  readonly origin: Origin;
  readonly detail: string;
}

async function startOfCheckpoint(keeper: SessionKeeper, parent: StoredRun, step: number): Promise<Start> {
  await keeper.settled();
  const steps = [...new Set(keeper.live(parent.id).checkpoints.map((mark) => mark.step))];
  if (!steps.includes(step)) {
    const known = steps.length === 0 ? say`none yet` : asIs(steps.join(', '));
    throw failure(
      'not-found',
      say`fork: ${asIs(parent.name)} has no checkpoint at step ${step}; it has ${known}`,
      'action.step',
    );
  }
  const from = unwrap(await keeper.store.checkpoint(parent.id, { step }));
  const { amount, unit } = parent.spec.budget;
  if (unitsDone(from.cursor, parent.spec.budget, parent.facts?.tokensPerStep ?? null) < amount)
    return { from, origin: { run: parent.id, step }, detail: `${parent.id} at step ${step}` };
  throw failure(
    'bad-input',
    say`fork: step ${step} is the end of the budget of ${amount} ${term(unit)}`,
    'action.step',
    say`Choose an earlier checkpoint.`,
  );
}

/** With the weights of a file the child starts at step 0, whatever the parent's step. */
async function startOfFile(parent: StoredRun, spec: RunSpec, path: string, text: TaskData | null): Promise<Start> {
  const read = await readWeights(path);
  const { from, kept } = beginWith(read, spec, text);
  const { name, sha256 } = read.file;
  const left = kept.length === 0 ? '' : ` (kept: ${kept.join(', ')})`;
  return {
    from,
    origin: { run: parent.id, step: 0, weights: read.file },
    detail: `${parent.id} with ${name} ${sha256}${left}`,
  };
}

/** Whether the whole run could be trained from `from`. Rejects with AppFailure that names the setting. */
function judge(parent: StoredRun, spec: RunSpec, from: CheckpointData, text: TaskData | null): void {
  const { budget, training } = spec;
  const { batch } = parent.spec.training;
  if (budget.unit === 'tokens' && from.cursor.step > 0 && training['batch'] !== batch) {
    throw failure(
      'bad-input',
      say`fork: a budget of tokens counts every step alike, so the batch must stay ${asIs(String(batch))}, got ${asIs(String(training['batch']))}`,
      'training.batch',
      say`Start a new run with that batch.`,
    );
  }
  const problem = refuseStart(spec, text, from.bytes);
  if (problem !== null) throw new AppFailure({ ...problem, message: say`fork: ${problem.message}` });
}

/** The initial child; `runs` determines which names and places are taken. */
function childOf(
  parent: StoredRun,
  spec: RunSpec,
  action: Fork,
  origin: Origin,
  runs: readonly StoredRun[],
): Omit<StoredRun, 'cursor'> {
  const taken = new Set(runs.map((run) => run.name));
  const looks = { models: modelKinds, taken: runs.map((run) => run.identity) };
  const [identity] = identitiesFor([spec.model.kind], looks);
  return {
    ...parent,
    id: newRunId(),
    spec,
    name: freeName(action.name ?? `${parent.name} · from ${origin.weights?.name ?? `step ${action.step}`}`, taken),
    variant: 1 + Math.max(...runs.map((run) => run.variant)),
    identity: identity ?? 0,
    intent: 'queued',
    problem: null,
    forkedFrom: origin,
    // The parent's plan and facts apply to the child only if nothing changed.
    facts: action.training === undefined ? unmeasured(parent.facts) : null,
    stepSeconds: null,
    warmupSeconds: null,
    peakBytes: null,
    note: '',
    tags: [],
    hidden: false,
  };
}

/** A valid fork. It exists completely when `make` has resolved; if it rejects nothing is stored. */
export interface JudgedFork {
  make(): Promise<void>;
}

/** Rejects with AppFailure and changes nothing when the checkpoint or a setting is not right. */
export async function judgeFork(race: Race, id: RunId, asked: Fork, trainingFields: Fields): Promise<JudgedFork> {
  const { keeper } = race;
  // Weights of a file have no step but the first.
  const action = asked.weights === undefined ? asked : { ...asked, step: 0 };
  const parent = keeper.run(id);
  const training = action.training ?? {};
  checkTraining(training, trainingFields);
  const { weights, step } = action;
  const checkpoint = weights === undefined ? await startOfCheckpoint(keeper, parent, step) : null;
  const spec = { ...parent.spec, training: { ...parent.spec.training, ...training } };
  const before = usesOf(parent).filter((use) => use.step <= step);
  const learner = { name: `fork of ${parent.name}`, spec };
  const found = await race.texts.resolve(learner, before, step, action.otherData ?? false);
  const { from, origin, detail } = checkpoint ?? (await startOfFile(parent, spec, weights ?? '', found.data));
  judge(parent, spec, from, found.data);
  // The parent's manual rate does not apply if the fork sets its own.
  const cursor = training['learningRate'] === undefined ? from.cursor : { ...from.cursor, learningRate: null };
  return {
    make: async () => {
      const child = { ...childOf(parent, spec, action, origin, keeper.runs()), cursor, texts: found.uses };
      await keeper.addFork(child, { kind: 'latest', cursor, bytes: from.bytes }, detail);
      race.change((state) => schedule.join(state, child.id));
    },
  };
}
