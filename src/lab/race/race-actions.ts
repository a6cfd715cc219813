// Actions on runs: pause, resume, single step, stop, another learning rate, a fork, a sample, other weights. An impossible action gives the
// reason and changes nothing.
import { AppFailure, unwrap, type ErrorCode } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import type { Fields } from '../../engine/spec/fields.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import type { LabParams } from '../../protocol/lab.ts';
import type { RunAction, RunId, Sample } from '../../protocol/state.ts';
import type { EngineRun } from '../engines/engine-run.ts';
import { judgeFork, type JudgedFork } from '../runs/fork.ts';

import type { Race } from './race.ts';
import { lostStart, startOf } from '../runs/run-start.ts';
import { atStandstill } from '../runs/run-states.ts';
import * as schedule from './scheduler.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';

const failure = (code: ErrorCode, message: Message, cure?: Message): AppFailure =>
  new AppFailure({ code, message, ...(cure === undefined ? {} : { cure }) });

/** Applies one action to each run. An empty list means all runs it applies to. */
export async function act(
  race: Race,
  runs: readonly RunId[],
  action: RunAction,
  trainingFields: Fields,
): Promise<void> {
  race.keeper.needWritable();
  const ids = runs.length > 0 ? runs : runsFor(race, action);
  for (const id of ids) race.keeper.run(id);
  const asked = runs.length === 1;
  switch (action.kind) {
    case 'pause':
      return race.together(() => ids.forEach((id) => pause(race, id)));
    case 'resume':
      await needTexts(race, ids, action);
      await writableAgain(race);
      return race.together(() => ids.forEach((id) => resume(race, id, asked)));
    case 'step':
      await needTexts(race, ids, action);
      return race.together(() => ids.forEach((id) => step(race, id, asked)));
    case 'stop':
      return stop(race, ids);
    case 'learning-rate':
      await needTexts(race, ids, action);
      for (const id of ids) await learningRate(race, id, action.value, asked);
      return;
    default:
      return fork(race, ids, action, trainingFields);
  }
}

/** An action that would start an engine is refused first if the run's text is not the one it learned; nothing has changed then. */
export async function needTexts(
  race: Race,
  ids: readonly RunId[],
  { otherData = false }: { readonly otherData?: boolean },
): Promise<void> {
  const starting = ids.filter((id) => race.lane(id) === undefined && race.keeper.live(id).status !== 'finished');
  await race.texts.needForTraining(
    starting.map((id) => race.keeper.run(id)),
    otherData,
  );
}

/** All are checked before the first is created. */
async function fork(
  race: Race,
  ids: readonly RunId[],
  action: Extract<RunAction, { readonly kind: 'fork' }>,
  trainingFields: Fields,
): Promise<void> {
  const judged: JudgedFork[] = [];
  for (const id of ids) judged.push(await judgeFork(race, id, action, trainingFields));
  for (const one of judged) await one.make();
}

/** Resume: paused or interrupted runs; if there are none, stopped ones; else failed ones. Other actions: every run. */
function runsFor(race: Race, action: RunAction): readonly RunId[] {
  const ids = race.keeper.runs().map((run) => run.id);
  if (action.kind === 'fork') throw failure('bad-input', say`fork: one run must be named, got none`);
  if (action.kind !== 'resume') return ids;
  const having = (...wanted: readonly string[]): RunId[] =>
    ids.filter((id) => wanted.includes(race.keeper.live(id).status));
  // A run that was asked to pause and is finishing its slice counts as paused.
  const pausing = ids.filter((id) => race.lane(id)?.afterSlice === 'held');
  const still = [...new Set([...having('paused', 'interrupted'), ...pausing])];
  const tiers = [still, having('stopped'), having('failed', 'diverged')];
  return tiers.find((tier) => tier.length > 0) ?? [];
}

function pause(race: Race, id: RunId): void {
  const lane = race.lane(id);
  // The lane of a finished run is only for reading; nothing trains.
  if (!lane || (lane.phase === 'held' && lane.steps === 0) || race.keeper.run(id).intent === 'finished') return;
  race.change((state) => schedule.pause(state, id));
  race.yield(id);
  race.keeper.update(id, { intent: 'paused' });
  if (lane.phase === 'ready' || lane.phase === 'waiting') race.keeper.show(id, { status: 'paused', ...atStandstill });
  // Saves a checkpoint, so that nothing is lost if the machine is shut down after a pause.
  if (lane.phase !== 'waiting' && lane.phase !== 'preparing') void race.errand(id, saveNow).catch(() => undefined);
}

const saveNow = async (engine: EngineRun): Promise<void> => {
  await engine.save();
};

/** Retries a failed write: continuing would only create more data that cannot be saved. */
async function writableAgain({ keeper }: Race): Promise<void> {
  if (keeper.saving.failure === null) return;
  keeper.saving.retry();
  await keeper.saving.needSaved();
}

function resume(race: Race, id: RunId, asked: boolean): void {
  const { keeper } = race;
  const { status } = keeper.live(id);
  if (status === 'finished') {
    if (asked)
      throw failure(
        'conflict',
        say`resume: ${asIs(keeper.run(id).name)} has finished`,
        say`Fork it from an earlier checkpoint to continue with other settings.`,
      );
    return;
  }
  const lost = lostStart(keeper.run(id), keeper.live(id).checkpoints);
  if (lost !== null) {
    if (asked) throw new AppFailure(lost);
    return;
  }
  const lane = race.lane(id);
  if (lane && lane.afterSlice === 'ready') return;
  if (!lane) {
    keeper.records.event(id, 'resume', `from ${status}`);
    keeper.show(id, { status: 'queued', problem: null });
    if (keeper.run(id).intent !== 'queued') keeper.update(id, { intent: 'active', problem: null });
  } else {
    keeper.update(id, { intent: 'active' });
    keeper.show(id, { status: lane.phase === 'waiting' ? 'queued' : 'running', problem: null });
  }
  race.change((state) => schedule.resume(schedule.join(state, id), id));
}

function step(race: Race, id: RunId, asked: boolean): void {
  const { keeper } = race;
  if (keeper.live(id).status === 'finished') {
    if (asked) throw failure('conflict', say`single step: ${asIs(keeper.run(id).name)} has finished`);
    return;
  }
  keeper.update(id, { intent: 'paused', problem: null });
  race.change((state) => schedule.singleStep(schedule.join(state, id, true), id));
  race.yield(id);
}

/** First all of them leave the schedule, so that no free slot goes to a run that is to stop too; then all end together. */
async function stop(race: Race, ids: readonly RunId[]): Promise<void> {
  const stopping = ids.filter(
    (id) =>
      race.keeper.run(id).intent !== 'finished' &&
      (race.lane(id) !== undefined || ['interrupted', 'paused'].includes(race.keeper.live(id).status)),
  );
  const ends: Promise<void>[] = [];
  race.together(() => ends.push(...stopping.map((id) => takeOut(race, id))));
  await Promise.all(ends);
  for (const id of stopping.filter((one) => race.keeper.has(one))) showStopped(race, id);
}

/** Leaves the schedule at once; resolves when what the run has is saved and its engine is gone. */
async function takeOut(race: Race, id: RunId): Promise<void> {
  const lane = race.lane(id);
  if (!lane) return;
  // Nothing new yet: the earlier state is in the file.
  if (lane.phase === 'waiting' || lane.phase === 'preparing') return race.abandon(id);
  race.change((state) => schedule.pause(state, id));
  race.yield(id);
  await race.errand(id, saveNow).catch(() => undefined);
  await race.release(id);
}

function showStopped({ keeper }: Race, id: RunId): void {
  if (keeper.run(id).intent === 'finished') return;
  keeper.update(id, { intent: 'stopped', problem: null });
  keeper.showAtRest(id);
}

/** Takes runs out of the session; an unknown run is refused before any is removed. */
export async function remove(race: Race, ids: readonly RunId[]): Promise<void> {
  const { keeper } = race;
  keeper.needWritable();
  for (const id of ids) keeper.run(id);
  const ends: Promise<void>[] = [];
  race.together(() => ends.push(...ids.map((id) => race.abandon(id))));
  await Promise.all(ends);
  keeper.deleteRuns(ids);
}

/** Does `work` in the run's engine, starting one if necessary. */
export async function withEngine(race: Race, id: RunId, work: (engine: EngineRun) => Promise<void>): Promise<void> {
  const opened = race.lane(id) === undefined;
  if (opened) race.change((state) => schedule.join(state, id, true));
  try {
    await race.errand(id, work);
  } finally {
    if (opened && race.lane(id)?.afterSlice === 'held') {
      if (race.keeper.run(id).intent === 'finished') race.rest(id);
      else {
        await race.release(id);
        race.keeper.showAtRest(id);
      }
    }
  }
}

async function learningRate(race: Race, id: RunId, value: number, asked: boolean): Promise<void> {
  const { keeper } = race;
  if (keeper.live(id).status === 'finished') {
    if (asked)
      throw failure(
        'conflict',
        say`learning rate: ${asIs(keeper.run(id).name)} has finished`,
        say`Fork it from a checkpoint with another learning rate.`,
      );
    return;
  }
  await withEngine(race, id, async (engine) => {
    engine.send({ type: 'learning-rate', value });
    // Saved with a checkpoint: a resume must repeat the steps with the same rate.
    await engine.save();
  });
  keeper.records.event(id, 'learning-rate', String(value));
  await keeper.settled();
}

/** Text from a prompt, by the run's current weights. Stored with the session. */
export async function sample(race: Race, request: LabParams<'run/sample'>): Promise<Sample> {
  const { run, prompt, length, temperature, seed, otherData = false } = request;
  const { keeper } = race;
  keeper.run(run);
  // A missing step is refused before an engine is started.
  if (request.step !== undefined) await weightsOf(keeper, request);
  const made: Omit<Sample, 'id'>[] = [];
  await race.texts.lending(run, otherData, () =>
    withEngine(race, run, async (engine) => {
      // Checked only now: the run may have finished while waiting for the engine.
      const checkpoint = await weightsOf(keeper, request);
      const bytes = checkpoint?.bytes ?? null;
      const { step, text, detail } = await engine.sample({ prompt, length, temperature, seed, checkpoint: bytes });
      const of = { run, step: checkpoint?.cursor.step ?? step ?? keeper.run(run).cursor.step };
      made.push({ ...of, prompt, temperature, seed, text, detail: { origin: 'person', ...detail } });
    }),
  );
  const [sampled] = made;
  if (!sampled) throw failure('engine-died', say`sample: the engine ended before it answered`);
  return keeper.store.readOnly ? { id: 0, ...sampled } : keeper.records.addSample(sampled);
}

/** The checkpoint of the requested step, or the last one of a finished run; null = the run's current weights. */
async function weightsOf(
  keeper: SessionKeeper,
  { run, step }: Pick<LabParams<'run/sample'>, 'run' | 'step'>,
): Promise<CheckpointData | null> {
  const over = keeper.run(run).intent === 'finished';
  if (step === undefined && !over) return null;
  await keeper.settled();
  const which = step === undefined ? startOf(keeper.live(run).checkpoints) : { step };
  if (which !== null) return unwrap(await keeper.store.checkpoint(run, which));
  throw failure(
    'not-found',
    say`sample: ${asIs(keeper.run(run).name)} has finished and must have a checkpoint, got none`,
  );
}
