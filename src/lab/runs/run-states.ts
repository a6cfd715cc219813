// Combines the stored state and the engine's last report into the state that is shown. Pure.
import type { AppError } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import { inOrder, type MetricKind } from '../../engine/spec/metrics.ts';
import type { Span } from '../../engine/spec/remaining.ts';
import { bestsOf } from '../../engine/spec/task-metrics.ts';
import { noTime, withTime, type TimeAccount } from '../../engine/spec/time-account.ts';
import type { Budget } from '../../engine/spec/run-spec.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import type { RunState, RunStatus } from '../../protocol/state.ts';
import type { Standing, StoredCheckpoint, StoredRun } from '../../session/store.ts';
import { lostStart } from './run-start.ts';
import { usesOf } from './run-texts.ts';
import type { Meanwhile } from '../timing/waits.ts';
import type { TrainingCursor } from '../../engine/spec/training-cursor.ts';

export type LastValues = Readonly<Partial<Record<MetricKind, number | null>>>;
export type CheckpointMark = RunState['checkpoints'][number];

/** State of a run that exists only while the lab runs. */
export interface LiveRun {
  readonly status: RunStatus;
  readonly problem: AppError | null;
  readonly remaining: Span | null;
  /** What it has been doing since its cursor. */
  readonly meanwhile: Meanwhile | null;
  readonly progress: number;
  readonly learningRate: number | null;
  readonly last: LastValues;
  readonly checkpoints: readonly CheckpointMark[];
}

/** The state of a run that is no longer under way. */
export const atStandstill = { remaining: null, meanwhile: null } as const;

const cutOff: AppError = {
  code: 'engine-died',
  message: say`The lab ended while this run was under way.`,
  cure: say`Resume continues from the last checkpoint.`,
};
const goesOn = say`Resume goes on from there.`;
const neverBegan: AppError = {
  code: 'cancelled',
  message: say`The lab ended before this run had its turn.`,
  cure: say`Resume starts it.`,
};

/** A run as found in a file that is not open: if it was under way, it is now interrupted. */
export function statusAtRest(intent: StoredRun['intent']): RunStatus {
  return intent === 'active' || intent === 'queued' ? 'interrupted' : intent;
}

function problemAtRest(run: StoredRun): AppError | null {
  if (run.intent === 'active') return cutOff;
  if (run.intent === 'queued') return neverBegan;
  if (run.problem === null) return null;
  if (run.intent === 'stopped') return { code: 'cancelled', message: run.problem, cure: goesOn };
  const cure =
    run.intent === 'diverged'
      ? say`A smaller learning rate, or clipping of the gradient, usually helps.`
      : say`Resume tries again.`;
  return { code: run.intent === 'diverged' ? 'bad-input' : 'engine-died', message: run.problem, cure };
}

export const unitsDone = (cursor: TrainingCursor, budget: Budget, tokensPerStep: number | null): number =>
  budget.unit === 'seconds'
    ? cursor.activeSeconds
    : budget.unit === 'steps'
      ? cursor.step
      : cursor.step * (tokensPerStep ?? 0);

export function progressOf(run: Pick<StoredRun, 'intent' | 'cursor' | 'spec' | 'facts'>): number {
  if (run.intent === 'finished') return 1;
  return Math.min(1, unitsDone(run.cursor, run.spec.budget, run.facts?.tokensPerStep ?? null) / run.spec.budget.amount);
}

const marksOf = (checkpoints: readonly StoredCheckpoint[]): CheckpointMark[] =>
  checkpoints.map(({ step, kind }) => ({ step, kind }));

/** `latest` and `best` replace the one of their kind; `kept` stay, one a step. */
export function withCheckpoint(
  marks: readonly CheckpointMark[],
  data: Pick<CheckpointData, 'kind' | 'cursor'>,
): CheckpointMark[] {
  const mark: CheckpointMark = { step: data.cursor.step, kind: data.kind };
  const others = marks.filter((old) => old.kind !== mark.kind || (mark.kind === 'kept' && old.step !== mark.step));
  return [...others, mark].toSorted((a, b) => a.step - b.step);
}

export function lastAtRest(stored: Readonly<Record<string, { readonly value: number | null }>>): LastValues {
  return Object.fromEntries(inOrder(Object.keys(stored)).map((metric) => [metric, stored[metric]?.value ?? null]));
}

export function liveAtRest(run: StoredRun, last: LastValues, checkpoints: readonly CheckpointMark[]): LiveRun {
  const lost = lostStart(run, checkpoints);
  return {
    status: lost === null ? statusAtRest(run.intent) : 'failed',
    problem: lost ?? problemAtRest(run),
    ...atStandstill,
    progress: progressOf(run),
    learningRate: run.cursor.learningRate,
    last,
    checkpoints,
  };
}

/** The state of a run from its file; at its beginning if the file has nothing on it. */
export const liveFrom = (run: StoredRun, standing: Standing | undefined): LiveRun =>
  liveAtRest(run, lastAtRest(standing?.last ?? {}), marksOf(standing?.checkpoints ?? []));

/** Null for a run that an older version trained, which kept no account. */
function timeOf({ time, step }: TrainingCursor, meanwhile: Meanwhile | null): TimeAccount | null {
  const known = time ?? (step === 0 ? noTime : null);
  return known === null || meanwhile === null ? known : withTime(known, meanwhile.part, meanwhile.seconds);
}

export function runState(run: StoredRun, { meanwhile, ...live }: LiveRun): RunState {
  const { id, spec, name, variant, identity, cursor, facts, environment, stepSeconds, warmupSeconds, peakBytes } = run;
  const { forkedFrom, note, tags, hidden } = run;
  const texts = usesOf(run);
  return {
    id,
    spec,
    name,
    variant,
    identity,
    step: cursor.step,
    activeSeconds: cursor.activeSeconds,
    wallSeconds: cursor.wallSeconds,
    time: timeOf(cursor, meanwhile),
    best: cursor.best && { step: cursor.best.step, loss: cursor.best.loss },
    bests: bestsOf(cursor),
    rateChanges: cursor.rateChanges ?? [],
    facts,
    environment,
    stepSeconds,
    warmupSeconds,
    peakBytes,
    forkedFrom,
    note,
    tags,
    hidden,
    ...(texts.length === 0 ? {} : { texts }),
    ...(cursor.fallbacks === undefined ? {} : { fallbacks: cursor.fallbacks }),
    ...live,
  };
}
