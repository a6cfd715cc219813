// Decides which run may compute next. Pure: events change a plain state, `next` derives the commands. One baton in modes `race` and `queue`, so
// that every timed step has the machine to itself; none in `parallel`. Independent of processes and clocks.
import type { RunId } from '../../protocol/state.ts';
import type { RaceMode } from '../../engine/spec/run-spec.ts';

/**
 * `waiting` has no engine yet; `preparing` builds one (holds the baton: compiling would disturb another's timed step); `ready` can
 * take a slice; `training` holds the baton; `errand` samples or saves under the baton; `held` is paused with its engine parked.
 */
export type LanePhase = 'waiting' | 'preparing' | 'ready' | 'training' | 'errand' | 'held';

export interface Lane {
  readonly run: RunId;
  readonly phase: LanePhase;
  /** Baton seconds, counted from the least served lane when this one joined: the fair share. */
  readonly served: number;
  /** The next state when the baton comes back. */
  readonly afterSlice: 'ready' | 'held';
  /** Single steps asked for while held. */
  readonly steps: number;
  /** Things to do in the engine under the baton, oldest first. */
  readonly errands: readonly number[];
}

export interface ScheduleState {
  readonly mode: RaceMode;
  readonly sliceSeconds: number;
  /** Engines alive at once. */
  readonly engines: number;
  /** In order of the starting grid. */
  readonly lanes: readonly Lane[];
}

export type ScheduleCommand =
  | { readonly kind: 'prepare'; readonly run: RunId }
  | { readonly kind: 'grant'; readonly run: RunId; readonly seconds: number; readonly steps: number | null }
  | { readonly kind: 'errand'; readonly run: RunId; readonly errand: number };

/** A grant of single steps ends by its count; this is the limit for a step that hangs. */
const stepSeconds = 3600;

export const emptySchedule = (mode: RaceMode = 'race', sliceSeconds = 0.5, engines = 16): ScheduleState => ({
  mode,
  sliceSeconds,
  engines,
  lanes: [],
});

const busy = (lane: Lane): boolean =>
  lane.phase === 'preparing' || lane.phase === 'training' || lane.phase === 'errand';

const change = (state: ScheduleState, run: RunId, with_: (lane: Lane) => Lane): ScheduleState => ({
  ...state,
  lanes: state.lanes.map((lane) => (lane.run === run ? with_(lane) : lane)),
});

export const laneOf = (state: ScheduleState, run: RunId): Lane | undefined =>
  state.lanes.find((lane) => lane.run === run);

/** The smallest share among lanes that compete; a newcomer starts there, so it neither starves nor catches up at others' cost. */
const level = (state: ScheduleState): number => {
  const competing = state.lanes.filter((lane) => lane.phase !== 'held' && lane.phase !== 'waiting');
  return competing.length === 0 ? 0 : Math.min(...competing.map((lane) => lane.served));
};

/** A run joins at the end; `held` = it gets an engine and waits for a person (single step, sample). Known runs are unchanged. */
export function join(state: ScheduleState, run: RunId, held = false): ScheduleState {
  if (laneOf(state, run)) return state;
  const lane: Lane = {
    run,
    phase: 'waiting',
    served: level(state),
    afterSlice: held ? 'held' : 'ready',
    steps: 0,
    errands: [],
  };
  return { ...state, lanes: [...state.lanes, lane] };
}

/** A run ended, was stopped, or lost its engine. */
export const leave = (state: ScheduleState, run: RunId): ScheduleState => ({
  ...state,
  lanes: state.lanes.filter((lane) => lane.run !== run),
});

/** Its engine is gone and it gets another; requests to the old one are dropped. */
export const startAgain = (state: ScheduleState, run: RunId): ScheduleState =>
  change(state, run, (lane) => ({ ...lane, phase: 'waiting', steps: 0, errands: [] }));

/** The engine is ready, or the baton came back after `seconds`. */
export const settled = (state: ScheduleState, run: RunId, seconds: number): ScheduleState =>
  change(state, run, (lane) => ({ ...lane, phase: lane.afterSlice, served: lane.served + seconds }));

export const pause = (state: ScheduleState, run: RunId): ScheduleState =>
  change(state, run, (lane) => {
    const phase = lane.phase === 'ready' ? 'held' : lane.phase;
    return { ...lane, phase, afterSlice: 'held', steps: 0 };
  });

export const resume = (state: ScheduleState, run: RunId): ScheduleState =>
  change(state, run, (lane) => ({
    ...lane,
    phase: lane.phase === 'held' ? 'ready' : lane.phase,
    afterSlice: 'ready',
    served: Math.max(lane.served, level(state)),
    steps: 0,
  }));

/** One training step, then held. */
export const singleStep = (state: ScheduleState, run: RunId): ScheduleState =>
  change(pause(state, run), run, (lane) => ({ ...lane, steps: lane.steps + 1 }));

export const addErrand = (state: ScheduleState, run: RunId, errand: number): ScheduleState =>
  change(state, run, (lane) => ({ ...lane, errands: [...lane.errands, errand] }));

/** The effect of `command` on the state, applied when it is carried out. */
export function begin(state: ScheduleState, command: ScheduleCommand): ScheduleState {
  return change(state, command.run, (lane) => {
    if (command.kind === 'prepare') return { ...lane, phase: 'preparing' };
    if (command.kind === 'errand') {
      const errands = lane.errands.filter((errand) => errand !== command.errand);
      return { ...lane, phase: 'errand', errands, afterSlice: lane.phase === 'held' ? 'held' : lane.afterSlice };
    }
    return { ...lane, phase: 'training', steps: command.steps === null ? lane.steps : Math.max(0, lane.steps - 1) };
  });
}

const canWork = (lane: Lane): boolean =>
  (lane.phase === 'ready' || lane.phase === 'held') &&
  (lane.errands.length > 0 || lane.steps > 0 || lane.phase === 'ready');

function work(state: ScheduleState, lane: Lane): ScheduleCommand {
  const [errand] = lane.errands;
  if (errand !== undefined) return { kind: 'errand', run: lane.run, errand };
  if (lane.steps > 0) return { kind: 'grant', run: lane.run, seconds: stepSeconds, steps: 1 };
  return { kind: 'grant', run: lane.run, seconds: state.sliceSeconds, steps: null };
}

/** People wait for errands and single steps; the rest goes by least served, then by place on the grid. */
const urgency = (lane: Lane): number => (lane.errands.length > 0 ? 0 : lane.steps > 0 ? 1 : 2);

/** A run paused before its first turn needs no engine until a person requests something. */
const wantsEngine = (lane: Lane): boolean =>
  lane.phase === 'waiting' && (lane.afterSlice === 'ready' || urgency(lane) < 2);

function mayPrepare(state: ScheduleState): Lane | undefined {
  const alive = state.lanes.filter((lane) => lane.phase !== 'waiting');
  if (alive.length >= state.engines) return undefined;
  const waiting = state.lanes.filter(wantsEngine);
  const wanted = waiting.find((lane) => urgency(lane) < 2) ?? waiting[0];
  if (wanted === undefined || state.mode !== 'queue' || urgency(wanted) < 2) return wanted;
  // One after the other: the next engine is built when no other run wants to train.
  return state.lanes.some((lane) => lane.phase === 'ready') ? undefined : wanted;
}

/** What to do now; empty = wait for an event. */
export function next(state: ScheduleState): readonly ScheduleCommand[] {
  if (state.mode === 'parallel') return inParallel(state);
  if (state.lanes.some(busy)) return [];
  const candidates = state.lanes.filter(canWork).toSorted((a, b) => urgency(a) - urgency(b) || fairness(state, a, b));
  const [first] = candidates;
  if (first !== undefined && urgency(first) < 2) return [work(state, first)];
  const fresh = mayPrepare(state);
  if (fresh !== undefined && (first === undefined || comesBefore(fresh, first))) {
    return [{ kind: 'prepare', run: fresh.run }];
  }
  return first === undefined ? [] : [work(state, first)];
}

/** A run with an engine takes its first slice before the next engine is built, so that it does not wait for the others' engines. */
const comesBefore = (waiting: Lane, ready: Lane): boolean => urgency(waiting) < 2 || waiting.served < ready.served;

/** In `queue` the grid's order decides alone. */
const fairness = (state: ScheduleState, a: Lane, b: Lane): number => (state.mode === 'queue' ? 0 : a.served - b.served);

function inParallel(state: ScheduleState): readonly ScheduleCommand[] {
  const alive = state.lanes.filter((lane) => lane.phase !== 'waiting');
  // The first engine alone: it determines the device of `auto` for all.
  const settled = alive.some((lane) => lane.phase !== 'preparing');
  const room = settled ? state.engines - alive.length : 1 - alive.length;
  const prepare = state.lanes.filter(wantsEngine).slice(0, Math.max(0, room));
  return [
    ...prepare.map((lane): ScheduleCommand => ({ kind: 'prepare', run: lane.run })),
    ...state.lanes.filter(canWork).map((lane) => work(state, lane)),
  ];
}

/** Lanes that train or wait for their turn to. */
export const underWay = (state: ScheduleState): readonly Lane[] =>
  state.lanes.filter((lane) => lane.phase !== 'held' && lane.afterSlice !== 'held');

/** Nothing is running and nothing is requested. */
export const isQuiet = (state: ScheduleState): boolean =>
  underWay(state).length === 0 && !state.lanes.some((lane) => busy(lane) || lane.errands.length > 0 || lane.steps > 0);
